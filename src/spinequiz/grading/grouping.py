"""`grouping`: +/- a group."""

from __future__ import annotations

from collections.abc import Iterator

from spinequiz.grading.base import Element, Grade, Grader, shuffled
from spinequiz.grading.choices import choice_elements, gone_elements, texts
from spinequiz.grading.rules import GROUPING_FLOOR, PLUS_MINUS, Pick, plus_minus
from spinequiz.model.cards import Score, Variant
from spinequiz.model.items.grouping import Grouping
from spinequiz.model.responses import Grouped


class GroupingGrader(Grader):
    """+/- scoring (NCSBN scoring FAQ, multiple response grouping), floored a group."""

    rule = PLUS_MINUS
    scope = "of each group by itself"
    response_type = Grouped

    def choices(self, item: Grouping, seed: int) -> dict[str, tuple[str, ...]]:
        """Each group's options, shuffled."""
        return {
            group.text: shuffled(texts(*group.answers, *group.distractors), seed + number)
            for number, group in enumerate(item.groups)
        }

    def answer(self, item: Grouping, variant: Variant) -> str:
        """Each group with its keys."""
        return "\n".join(f"{group.text}: {'; '.join(texts(*group.answers))}" for group in item.groups)

    def max_points(self, item: Grouping) -> int:
        """A point a key."""
        return sum(len(group.answers) for group in item.groups)

    def grade(self, item: Grouping, response: Grouped) -> Grade:
        """+1 a key picked, -1 a distractor picked, never under 0 in a group, the groups added."""
        keys = {Pick(group.text, option.text) for group in item.groups for option in group.answers}
        picked = {Pick(group, option) for group, options in response.groups.items() for option in options}
        score = Score(plus_minus(keys, picked, GROUPING_FLOOR), self.max_points(item))
        return Grade(score, self.rule, tuple(_elements(item, response)))


def _elements(item: Grouping, response: Grouped) -> Iterator[Element]:
    for group in item.groups:
        picked = response.groups.get(group.text, ())
        yield from choice_elements(group.answers, group.distractors, picked, group.text)
    known = {group.text for group in item.groups}
    for text in sorted(response.groups.keys() - known):
        yield from gone_elements((), response.groups[text], text)


GRADER = GroupingGrader()
