"""A deck file to a deck and its diagnostics: one bad item costs that item, never the deck."""

from __future__ import annotations

import yaml

from spinequiz.decks.checks import PartialItem, Surroundings
from spinequiz.decks.compose import Refusal, compose
from spinequiz.decks.items import ItemReader, apart
from spinequiz.decks.outline import DECK_KEYS, keys_below_items
from spinequiz.decks.recovery import recover
from spinequiz.decks.sources import SourceTexts, check_citations, check_own_words
from spinequiz.decks.syntax import explain
from spinequiz.decks.text import Unreadable, decode, read_bytes
from spinequiz.documents.nodes import Mapping, Node, Refused, Scalar, Sequence, find
from spinequiz.documents.report import Report
from spinequiz.documents.schema import INVALID, field_readers, missing_key, read_values, wrong_kind
from spinequiz.model.decks import Deck, LoadedDeck
from spinequiz.model.diagnostics import Diagnostic, Severity, Span
from spinequiz.model.items import Item

Loaded = tuple[LoadedDeck | None, tuple[Diagnostic, ...]]


def load_deck(path: str, texts: SourceTexts | None = None, *, lint: bool = False) -> Loaded:
    """Read a deck file. The deck is None where nothing of it can be used; diagnostics name `path` as given.

    With the `texts` of the sources, citations are held against them; with `lint`, the writing of the items is
    looked at too.
    """
    try:
        data = read_bytes(path)
    except Unreadable as error:
        return None, (unreadable(path, error),)
    return parse_deck(data, path, texts, lint=lint)


def unreadable(path: str, error: Unreadable) -> Diagnostic:
    """The diagnostic of a file that cannot be read at all."""
    return Diagnostic(rule=error.rule, severity=Severity.ERROR, message=error.message, path=path, help=error.help)


def parse_deck(data: bytes, path: str, texts: SourceTexts | None = None, *, lint: bool = False) -> Loaded:
    """Read a deck from the bytes of its file."""
    report = decode(data, path)
    root = _tree(report)
    deck = _read_deck(root, report, texts, lint=lint) if root is not None else None
    return deck, report.sorted()


def _tree(report: Report) -> Mapping | None:
    if not any(line.strip() for line in report.lines):
        if not report.errors:
            report.add("empty-file", "the file is empty", Span(1, 1), "start with `spinequiz: 1`")
        return None
    known, errors = len(report.diagnostics), report.errors
    root: Node | None
    try:
        root = compose("\n".join(report.lines), report)
        _refuse_stray_key(root)
    except yaml.YAMLError as error:
        report.forget(known)
        root = recover(report)
        if report.errors == errors:
            # each piece is sound alone, so the fault is in how they stand together
            explain(error, report, 1, len(report.lines))
    if isinstance(root, Mapping):
        return root
    if isinstance(root, Sequence):
        message = "the file is a list, not a mapping"
        report.add("not-a-mapping", message, root.span, "start with `spinequiz: 1`; the list belongs under `items:`")
    elif _is_nothing(root) and report.errors == errors:
        report.add("empty-file", "the file holds comments only", Span(1, 1), "start with `spinequiz: 1`")
    elif root is not None and report.errors == errors:
        report.add("not-a-mapping", "the file is a single text", root.span, "start with `spinequiz: 1`")
    return None


def _is_nothing(root: Node | None) -> bool:
    """Whether a document is empty; `---` alone makes one that holds a text without a character."""
    return root is None or (isinstance(root, Scalar) and not root.value and not root.quoted)


def _read_deck(root: Mapping, report: Report, texts: SourceTexts | None, *, lint: bool) -> LoadedDeck | None:
    deck = _read_header(root, report)
    known_sources = _source_names(root.get("sources"))
    nodes = root.get("items")
    if nodes is None:
        missing_key(root, "items", report)
        return None
    if isinstance(nodes, Refused):
        return None
    if not isinstance(nodes, Sequence):
        wrong_kind(nodes, report, "a list of items", "write each item after `- `, indented under `items:`")
        return None
    reader = ItemReader(report, Surroundings(known_sources))
    read: list[tuple[Item, Node]] = []
    parts: list[tuple[Item | PartialItem, Node]] = []
    for node in apart(nodes.items, report):
        report.item_id = _id_of(node)
        item = reader.read(node)
        parts.append((item, node))
        if isinstance(item, Item):
            read.append((item, node))
    report.item_id = ""
    if not nodes.items:
        report.add("no-items", "the deck has no items", nodes.span, "add an item", severity=Severity.WARNING)
    if texts is not None:
        _check_sources(root, read, deck, report, texts)
    if lint:
        # only `check` asks for it: studying does not load it
        from spinequiz.decks.lints import lint as lint_items

        lint_items(parts, report, deck.language if deck is not None else "en")
    if deck is None:
        return None
    return LoadedDeck(deck, tuple(item for item, _ in read), tuple(node.line for _, node in read))


def _read_header(root: Mapping, report: Report) -> Deck | None:
    """What stands above the items; None where a value that is needed is missing, or one cannot be read.

    A key that is not known, or occurs twice, is an error too, but costs nothing.
    """
    fields = field_readers(Deck)
    values = read_values(fields, root, report, ignored=("items",))
    missing = any(required and name not in values for name, (_, required) in fields.items())
    return None if missing or INVALID in values.values() else Deck(**values)


def _refuse_stray_key(root: Node | None) -> None:
    """Raise Refusal for the key of an item that stands behind the items in the first column.

    It may be sound YAML, and then what follows it may be taken for its value.
    """
    pairs = root.pairs if isinstance(root, Mapping) else []
    names = [key.value for key, _ in pairs]
    for key, _ in pairs[names.index("items") + 1 if "items" in names else len(names) :]:
        if key.value in keys_below_items() and key.value not in DECK_KEYS:
            raise Refusal("bad-indentation", f"the key `{key.value}` stands in the first column", key.span,
                          "indent it like the item's other keys")  # fmt: skip


def _id_of(node: Node) -> str:
    id_node = find(node, "id")
    return id_node.value if isinstance(id_node, Scalar) else ""


def _check_sources(
    root: Mapping, read: list[tuple[Item, Node]], deck: Deck | None, report: Report, texts: SourceTexts
) -> None:
    """Hold citations, and the author's words, against the sources."""
    check_own_words(root, report, texts)
    if deck is None:
        return
    for item, node in read:
        report.item_id = item.id
        check_citations(item, node, report, deck.sources, texts)
    report.item_id = ""


def _source_names(node: Node | None) -> tuple[str, ...] | None:
    """The names that citations may use; None where the list of sources is broken itself."""
    if node is None:
        return ()
    return tuple(key.value for key, _ in node.pairs) if isinstance(node, Mapping) else None
