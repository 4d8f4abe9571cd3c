"""What every item has, whatever its type."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, get_args

import msgspec

Slug = Annotated[str, msgspec.Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
"""Lower-case letters, digits and hyphens: an identifier that progress or links are kept under."""
Text = Annotated[str, msgspec.Meta(min_length=1)]
"""Text that must say something."""
Positive = Annotated[int, msgspec.Meta(ge=1)]

ClientNeed = Literal[
    "management-of-care",
    "safety-and-infection",
    "health-promotion",
    "psychosocial-integrity",
    "basic-care-and-comfort",
    "pharmacological-therapies",
    "reduction-of-risk-potential",
    "physiological-adaptation",
]
JudgmentStep = Literal[
    "recognize-cues",
    "analyze-cues",
    "prioritize-hypotheses",
    "generate-solutions",
    "take-action",
    "evaluate-outcomes",
]
JUDGMENT_STEPS: tuple[JudgmentStep, ...] = get_args(JudgmentStep)
"""The steps of clinical judgment, in their order."""
Bloom = Literal["remember", "understand", "apply", "analyze", "evaluate", "create"]


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A piece of an item. `shorthand` names the field that a bare text stands for."""

    shorthand: ClassVar[str] = ""


class Option(Part, frozen=True, kw_only=True):
    """A choice, with the reason why it is right or wrong."""

    shorthand: ClassVar[str] = "text"
    text: Text
    why: str = ""


class Citation(Part, frozen=True, kw_only=True):
    """Where a source says it. Paragraphs are runs of non-blank lines, counted from 1."""

    source: Slug
    paragraph: Positive
    evidence: tuple[Text, ...] = ()


class Table(Part, frozen=True, kw_only=True):
    """A table of texts; every row has a cell a column."""

    columns: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    rows: tuple[tuple[str, ...], ...] = ()


class Exhibit(Part, frozen=True, kw_only=True):
    """A tab of the chart: a text or a table, at a time where it matters."""

    title: Text
    time: str = ""
    text: str = ""
    table: Table | None = None


class Item(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The keys that every type has. Subclasses add their own and name their type with `tag`.

    `nested_key` names the key under which a type has items of its own; empty for the types without.
    """

    nested_key: ClassVar[str] = ""
    id: Slug
    prompt: Text
    rationale: str = ""
    hint: str = ""
    caveat: str = ""
    cite: tuple[Citation, ...] = ()
    added: bool = False
    exhibits: tuple[Exhibit, ...] = ()
    tags: tuple[Slug, ...] = ()
    client_need: ClientNeed | None = None
    step: JudgmentStep | None = None
    bloom: Bloom | None = None
    rev: Positive = 1
    lint_ignore: dict[str, Text] = {}

    @property
    def type_name(self) -> str:
        """The type as the deck names it."""
        return str(self.__struct_config__.tag)

    @property
    def nested(self) -> tuple[Item, ...]:
        """The items that stand in this one; none for most types."""
        return getattr(self, self.nested_key) if self.nested_key else ()
