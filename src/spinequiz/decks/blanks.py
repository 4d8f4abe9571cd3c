"""Checks of `{{name}}` blanks in a text: each defined, each used once, linked as rationale scoring demands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from spinequiz.decks.checks import Place
from spinequiz.documents.report import nearest
from spinequiz.grading.blanks import BLANK, BlankText, parse_blanks
from spinequiz.model.items.parts import BlanksItem

LINKED = {"dyad": 2, "triad": 3}
SENTENCE_END = re.compile(r"[.!?]\s+(?![a-z0-9])|\n\s*\n")


def check_blanks(item: BlanksItem, place: Place, names: Collection[str]) -> None:
    """The text's blanks are `names`, each once, and as many as the scoring takes."""
    parsed = parse_blanks(item.text)
    rest = BLANK.sub("", item.text)
    if "{{" in rest or "}}" in rest:
        place.error("broken-blank", "braces that do not make a blank", "write {{name}}", "text")
    elif not parsed.blanks:
        place.error("bad-shape", "the text has no blank", "mark one as {{name}}, with `name` under `blanks`", "text")
    else:
        _check_names(place, parsed, names)
    _check_rationale(item, place, parsed, names)


def _check_names(place: Place, parsed: BlankText, names: Collection[str]) -> None:
    for name, count in Counter(parsed.names).items():
        spans = place.spans_of(rf"\{{\{{\s*{re.escape(name)}\s*\}}\}}", "text")
        if count > 1:
            place.report.add("bad-shape", f"the blank `{name}` occurs {count} times in the text", spans[-1],
                             "give each blank a name of its own")  # fmt: skip
        if name not in names:
            close = nearest(name, tuple(names))
            help = f"did you mean `{close}`?" if close else f"add `{name or 'name'}` under `blanks`"
            place.report.add("bad-shape", f"the blank `{name}` is not among the item's `blanks`", spans[0], help)
    for name in names:
        if name not in parsed.names:
            place.report.add("bad-shape", f"the blank `{name}` does not occur in the text",
                             place.key_span("blanks", name), f"write {{{{{name}}}}} in the text")  # fmt: skip


def _check_rationale(item: BlanksItem, place: Place, parsed: BlankText, names: Collection[str]) -> None:
    kind = item.rationale_scoring
    if kind is not None:
        if len(names) != LINKED[kind]:
            place.error("bad-shape", f"{len(names)} blanks; a {kind} links {LINKED[kind]}",
                        f"give the item {LINKED[kind]} blanks, or remove the key", "rationale_scoring")  # fmt: skip
        if len(list(sentences(parsed))) > 1:
            place.warning("option-count", "the blanks stand in more than one sentence; a rationale item has one",
                          "link the blanks in one sentence", "text")  # fmt: skip
    if item.anchor is None:
        if kind == "triad":
            place.error("bad-shape", "the triad has no anchor",
                        "name the blank that the other two hang on: `anchor: name`", "rationale_scoring")  # fmt: skip
    elif kind != "triad":
        place.error("bad-shape", "`anchor` has no effect without a triad",
                    "remove it, or add `rationale_scoring: triad`", "anchor")  # fmt: skip
    elif item.anchor not in names:
        place.error("bad-shape", f"the anchor `{item.anchor}` is none of the blanks",
                    f"one of: {', '.join(names)}", "anchor")  # fmt: skip


def sentences(parsed: BlankText) -> Iterator[list[str]]:
    """The names of the blanks, sentence by sentence; sentences without blanks are left out."""
    found: list[str] = []
    for before, name in parsed.blanks:
        if found and SENTENCE_END.search(before):
            yield found
            found = []
        found.append(name)
    if found:
        yield found
