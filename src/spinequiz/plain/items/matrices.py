"""What the two matrices share: a line for each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from spinequiz.model.responses import Matrix, Response
from spinequiz.plain.items.base import Asking, Prompt, Question, Step
from spinequiz.plain.items.choices import Parser, numbered


class MatrixPrompt(Prompt):
    """Row by row, each with the columns' numbers. `line_prompt` asks, `help` says what can be typed."""

    line_prompt: ClassVar[str]
    help: ClassVar[str]

    def parser(self, columns: Sequence[str]) -> Parser:
        """What makes a row's picks of a line."""
        raise NotImplementedError

    def listing(self, question: Question) -> list[str]:
        """The columns with their numbers."""
        return ["The columns:", *numbered(question.options)]

    def asking(self, question: Question) -> Asking[Response]:
        """Ask row by row."""
        columns = question.options
        names = ", ".join(f"{number} {column}" for number, column in enumerate(columns, 1))
        rows: dict[str, tuple[str, ...]] = {}
        for number, row in enumerate(question.choices, 1):
            picked: tuple[str, ...] = yield Step(
                f"{self.line_prompt} {names}.",
                self.parser(columns),
                heading=(f"Row {number} of {len(question.choices)}: {row}",),
                help=self.help,
            )
            rows[row] = tuple(column for column in columns if column in picked)
        return Matrix(rows)
