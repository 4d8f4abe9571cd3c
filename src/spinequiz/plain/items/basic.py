"""`basic` line by line: the student looks at the answer and rates."""

from __future__ import annotations

from spinequiz.plain.items.base import Prompt

PROMPT = Prompt()
