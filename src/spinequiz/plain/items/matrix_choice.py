"""`matrix-choice` line by line: one column for each row."""

from __future__ import annotations

from collections.abc import Sequence

from spinequiz.grading import Grade
from spinequiz.model.responses import Matrix
from spinequiz.plain.items.base import Question, Refused
from spinequiz.plain.items.choices import ZERO_ONE_HELP, Parser, one_pick
from spinequiz.plain.items.matrices import MatrixPrompt
from spinequiz.session.wording import place_words


class MatrixChoicePrompt(MatrixPrompt):
    """A blank row is refused, as on the NCLEX."""

    line_prompt = "One column:"
    help = f"Type the number of the column that fits this row. {ZERO_ONE_HELP}"

    def parser(self, columns: Sequence[str]) -> Parser:
        """Exactly one column."""

        def parse(line: str) -> tuple[str, ...]:
            picked = one_pick(columns)(line)
            if not picked:
                raise Refused("Pick one column: no row may stay blank.")
            return picked

        return parse

    def feedback(self, question: Question, response: Matrix, grade: Grade) -> list[str]:
        """Each row: what was picked, what is right."""
        return [place_words(element) for element in grade.elements]


PROMPT = MatrixChoicePrompt()
