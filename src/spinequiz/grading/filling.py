"""What the types with blanks in a text share: 0/1 a blank, or rationale scoring of linked blanks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spinequiz.grading.base import Element, Grade, Grader, Verdict
from spinequiz.grading.blanks import parse_blanks
from spinequiz.grading.rules import RATIONALE, ZERO_ONE, dyad, triad, zero_one
from spinequiz.model.cards import Score, Variant
from spinequiz.model.items.base import Option
from spinequiz.model.items.parts import BlanksItem, RationaleScoring
from spinequiz.model.responses import Filled

RATIONALE_POINTS: dict[RationaleScoring, int] = {"dyad": 1, "triad": 2}


class FillingGrader(Grader):
    """0/1 scoring of each blank (NCSBN scoring FAQ, cloze), or rationale scoring where the item asks for it."""

    rule = ZERO_ONE
    response_type = Filled

    def keys(self, item: Any) -> Mapping[str, Option]:
        """The right option of each blank."""
        raise NotImplementedError

    def wrong(self, item: Any, name: str) -> tuple[Option, ...]:
        """What a blank may be filled with wrongly."""
        raise NotImplementedError

    def question(self, item: BlanksItem, variant: Variant) -> str:
        """The prompt and the text, each blank as its name in brackets."""
        text = parse_blanks(item.text).filled({})
        return f"{item.prompt}\n\n{text}" if item.prompt else text

    def answer(self, item: BlanksItem, variant: Variant) -> str:
        """The text with the right options in brackets."""
        return parse_blanks(item.text).filled({name: option.text for name, option in self.keys(item).items()})

    def max_points(self, item: BlanksItem) -> int:
        """A point a blank; 1 for a dyad, 2 for a triad."""
        return RATIONALE_POINTS[item.rationale_scoring] if item.rationale_scoring else len(self.keys(item))

    def grade(self, item: BlanksItem, response: Filled) -> Grade:
        """The points of the item's rule; the elements are the blanks by name."""
        keys = self.keys(item)
        right = {name: response.blanks.get(name) == option.text for name, option in keys.items()}
        anchor = right.get(item.anchor or "", False)
        others = [value for name, value in right.items() if name != item.anchor]
        rule, note = RATIONALE, ""
        match item.rationale_scoring:
            case "dyad":
                points = dyad(right.values())
                note = "" if points else "a pair counts only when both are right"
            case "triad":
                points = triad(anchor, others)
                note = "" if anchor else f"nothing counts unless `{item.anchor}` is right"
            case None:
                rule, points = ZERO_ONE, zero_one(right.values())
        elements = tuple(self._element(item, name, option, response) for name, option in keys.items())
        return Grade(Score(points, self.max_points(item)), rule, elements, note)

    def _element(self, item: BlanksItem, name: str, key: Option, response: Filled) -> Element:
        picked = response.blanks.get(name, "")
        if picked == key.text:
            return Element(name, Verdict.RIGHT, picked, key.text, key.why)
        objection = next((option.why for option in self.wrong(item, name) if option.text == picked), "")
        why = " ".join(reason for reason in (objection, key.why) if reason)
        return Element(name, Verdict.WRONG if picked else Verdict.MISSED, picked, key.text, why)
