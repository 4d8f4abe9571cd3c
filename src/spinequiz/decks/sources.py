"""Citations held against the texts they cite: paragraphs that exist, evidence that stands there, words not copied."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from spinequiz.documents.nodes import Mapping, Node, Scalar, Sequence, find
from spinequiz.documents.report import Report
from spinequiz.model.decks import Source
from spinequiz.model.diagnostics import Span
from spinequiz.model.items import Item

COPIED_WORDS = 8
"""So many words in a row, the same as in a source, are a copied sentence."""
EVIDENCE_WORDS = 5
WORD = re.compile(r"\w+", re.UNICODE)
NOT_OWN_WORDS = ("cite", "sources", "id", "type", "tags", "lint_ignore")


class SourceText:
    """A source's text. Paragraphs are runs of non-blank lines."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def paragraphs(self) -> tuple[str, ...]:
        """The paragraphs, with spaces collapsed."""
        found = re.split(r"\n\s*\n", self.text.replace("\r\n", "\n"))
        return tuple(collapse(paragraph) for paragraph in found if paragraph.strip())

    @cached_property
    def runs(self) -> frozenset[tuple[str, ...]]:
        """Every run of COPIED_WORDS words."""
        return frozenset(word_runs(self.text))


SourceTexts = dict[str, SourceText]


def read_sources(folder: Path) -> SourceTexts:
    """The texts of a folder by file name. Raises OSError."""
    return {
        path.name: SourceText(path.read_text("utf-8", "replace")) for path in sorted(folder.iterdir()) if path.is_file()
    }


def collapse(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def word_runs(text: str) -> Iterator[tuple[str, ...]]:
    """The runs of COPIED_WORDS words of a text, folded."""
    words = WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    for index in range(len(words) - COPIED_WORDS + 1):
        yield tuple(words[index : index + COPIED_WORDS])


def check_citations(item: Item, node: Node, report: Report, sources: dict[str, Source], texts: SourceTexts) -> None:
    """Report citations whose evidence does not stand where they say, those of nested items too."""
    for index, nested in enumerate(item.nested):
        check_citations(nested, find(node, item.nested_key, index), report, sources, texts)
    for index, citation in enumerate(item.cite):
        source = sources.get(citation.source)
        place = find(node, "cite", index)
        if source is None or not source.file:
            continue
        text = texts.get(source.file)
        if text is None:
            report.add("missing-source-file", f"the sources hold no file {source.file}", place.span, "check `file`")
            continue
        if citation.paragraph > len(text.paragraphs):
            report.add(
                "no-such-paragraph",
                f"{source.file} has {len(text.paragraphs)} paragraphs, not {citation.paragraph}",
                find(place, "paragraph").span,
                "count runs of non-blank lines, from 1",
            )
            continue
        if not citation.evidence:
            report.add("missing-evidence", "the citation has no evidence", place.span, "add a few words or figures")
        paragraph = text.paragraphs[citation.paragraph - 1]
        for number, evidence in enumerate(citation.evidence):
            span = find(place, "evidence", number).span
            if len(evidence.split()) > EVIDENCE_WORDS:
                report.add("long-evidence", f"more than {EVIDENCE_WORDS} words of evidence", span, "shorten it")
            if collapse(evidence) not in paragraph:
                report.add(
                    "evidence-not-found",
                    f"`{evidence}` does not stand in paragraph {citation.paragraph} of {source.file}",
                    span,
                    _elsewhere(text, evidence),
                )


def _elsewhere(text: SourceText, evidence: str) -> str:
    found = [str(n) for n, paragraph in enumerate(text.paragraphs, 1) if collapse(evidence) in paragraph]
    return f"it stands in paragraph {', '.join(found)}" if found else "copy the words as they stand in the source"


def check_own_words(node: Node, report: Report, texts: SourceTexts) -> None:
    """Report texts that share a run of words with a source."""
    for scalar in _own_texts(node):
        runs = list(word_runs(scalar.value))
        if not runs:
            continue
        for name, text in texts.items():
            copied = next((run for run in runs if run in text.runs), None)
            if copied is not None:
                report.add(
                    "copied-words",
                    f"{COPIED_WORDS} words in a row stand in {name}: `{' '.join(copied)}`",
                    Span(scalar.line, scalar.column, max(1, scalar.length)),
                    "say it in your own words",
                )


def _own_texts(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for below in node.items:
            yield from _own_texts(below)
    elif isinstance(node, Mapping):
        for key, below in node.pairs:
            if key.value not in NOT_OWN_WORDS:
                yield from _own_texts(below)
