"""`cloze` line by line: the answer is the text with its blank filled."""

from __future__ import annotations

from spinequiz.plain.items.base import Prompt

PROMPT = Prompt()
