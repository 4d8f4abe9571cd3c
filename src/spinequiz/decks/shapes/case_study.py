"""`case-study`: six items, one for each clinical judgment step, in their order."""

from __future__ import annotations

from spinequiz.decks.checks import Place
from spinequiz.model.items.base import JUDGMENT_STEPS
from spinequiz.model.items.case_study import CaseStudy


def check(item: CaseStudy, place: Place) -> None:
    """Exactly six items, whose steps are the six in order. Those of a case that is read in part are not counted."""
    count = len(item.items)
    if count != len(JUDGMENT_STEPS) and place.node.broken:
        return
    if count != len(JUDGMENT_STEPS):
        place.error("bad-shape", f"{count} items; a case study has six, one for each judgment step",
                    f"the steps: {', '.join(JUDGMENT_STEPS)}", "items")  # fmt: skip
        return
    for index, (nested, step) in enumerate(zip(item.items, JUDGMENT_STEPS, strict=True)):
        if nested.step is None:
            place.error("bad-shape", f"item {index + 1} of the case study has no step; `{step}` is expected",
                        f"add `step: {step}`", "items", index, "id")  # fmt: skip
        elif nested.step != step:
            place.error("bad-shape", f"item {index + 1} of the case study has the step `{nested.step}`, not `{step}`",
                        "put the items in the order of the six judgment steps", "items", index, "step")  # fmt: skip
