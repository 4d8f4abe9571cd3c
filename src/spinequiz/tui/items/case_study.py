"""`case-study` on the screen: six items in their order, the chart beside them, no going back."""

from __future__ import annotations

from msgspec.structs import replace

from spinequiz.grading import grader_of
from spinequiz.model.cards import MAIN
from spinequiz.model.items.base import Exhibit, Item
from spinequiz.model.items.case_study import CaseStudy
from spinequiz.model.responses import Case, Response, SimpleResponse
from spinequiz.session.states import Dealt, Shown
from spinequiz.session.wording import step_word, type_instruction, verdict_word
from spinequiz.tui.blocks import Block, text
from spinequiz.tui.items.base import Presenter, verdict_mark


class CasePresenter(Presenter):
    """Holds a presenter for the item that is being answered, and the responses so far."""

    charted = True

    def __init__(self, card: Dealt) -> None:
        super().__init__(card)
        assert isinstance(card.item, CaseStudy)
        self.case = card.item
        self.responses: list[SimpleResponse] = []
        self.inner = self._presenter(0)

    def _presenter(self, index: int) -> Presenter:
        from spinequiz.tui.items import presenter_for

        nested = self.case.items[index]
        return presenter_for(replace(self.card, item=nested, key=self.card.key._replace(variant=MAIN)))

    @property
    def item(self) -> Item:
        """The item that is being answered."""
        return self.inner.card.item

    @property
    def typing(self) -> bool:  # type: ignore[override]
        """Whether the present item is typed."""
        return self.inner.typing

    @property
    def choices(self) -> int:  # type: ignore[override]
        """The options of the present item."""
        return self.inner.choices

    @property
    def movable(self) -> bool:  # type: ignore[override]
        """Whether the present item has a cursor."""
        return self.inner.movable

    @property
    def ordered(self) -> bool:  # type: ignore[override]
        """Whether the present item is an order."""
        return self.inner.ordered

    @property
    def toggles(self) -> str:  # type: ignore[override]
        """What Space does with the present item."""
        return self.inner.toggles

    @property
    def numbers(self) -> str:  # type: ignore[override]
        """What digits do with the present item."""
        return self.inner.numbers

    @property
    def up_down(self) -> str:  # type: ignore[override]
        """What Up and Down do with the present item."""
        return self.inner.up_down

    @property
    def left_right(self) -> str:  # type: ignore[override]
        """What Left and Right do with the present item."""
        return self.inner.left_right

    def exhibits(self) -> tuple[Exhibit, ...]:
        """The scenario, the case's chart, and what the present item adds to it."""
        scenario = Exhibit(title="Scenario", text=self.case.scenario)
        return (scenario, *self.case.exhibits, *self.item.exhibits)

    def question(self) -> list[Block]:
        """Which of the six it is, its step of the clinical judgment model, and its question."""
        if len(self.responses) == len(self.case.items):
            return [Block(text(f"Case study: {len(self.case.items)} items answered", "bold"))]
        number = len(self.responses) + 1
        place = f"Item {number} of {len(self.case.items)} · {step_word(self.item)}"
        blocks = [Block(text(self.case.prompt))] if self.case.prompt else []
        blocks.append(Block(text(place, "bold $text-accent"), gap=bool(blocks)))
        return [*blocks, *self.inner.question()]

    def prompt(self) -> list[Block]:
        """The present item's options."""
        self.inner.width = self.width
        instruction = type_instruction(self.item.type_name, self.item)
        told = [Block(text(instruction, "italic $secondary"))] if instruction else []
        return [*told, *self.inner.prompt()]

    def answer(self, shown: Shown) -> list[Block]:
        """Each item with its points, what was right and why, step by step."""
        assert shown.grade is not None
        assert isinstance(shown.response, Case)
        blocks: list[Block] = []
        for index, element in enumerate(shown.grade.elements):
            nested = self.case.items[index]
            given = shown.response.responses[index]
            label = element.label.capitalize()
            inner = self._presenter(index)
            if given is None:
                blocks += [Block(text(f"{label}: not answered", "bold $text-accent"), gap=True), *inner.question()]
                continue
            grade = grader_of(nested).grade(nested, given)
            glyph, style = verdict_mark(grade)
            blocks += [Block(text(f"{glyph} {label}: {verdict_word(grade)}", style), gap=True), *inner.question()]
            blocks += inner.answer(replace(shown, card=inner.card, grade=grade, response=given))
            if nested.rationale:
                blocks.append(Block(text(nested.rationale), prefix=text("Why: ", "bold")))
        return blocks

    def number(self, number: int) -> bool:
        """For the present item."""
        return self._kept(self.inner.number(number))

    def toggle(self) -> bool:
        """For the present item."""
        return self._kept(self.inner.toggle())

    def move(self, columns: int, rows: int) -> bool:
        """For the present item."""
        return self._kept(self.inner.move(columns, rows))

    def shift(self, rows: int) -> bool:
        """For the present item."""
        return self._kept(self.inner.shift(rows))

    def click(self, target: str) -> bool:
        """For the present item."""
        return self._kept(self.inner.click(target))

    def _kept(self, done: bool) -> bool:
        self.notice, self.inner.notice = self.inner.notice, ""
        return done

    def response(self, typed: str) -> Response | str:
        """The six responses; before the last one, Enter goes on to the next item."""
        given = self.inner.response(typed)
        if isinstance(given, str):
            return given
        refused = self.inner.grader.refusal(self.item, given)
        if refused:
            return refused
        assert isinstance(given, SimpleResponse)
        self.responses.append(given)
        if len(self.responses) == len(self.case.items):
            return Case(tuple(self.responses))
        self.inner = self._presenter(len(self.responses))
        return ""


PRESENTER = CasePresenter
