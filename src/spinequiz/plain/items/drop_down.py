"""`drop-down` line by line: each blank has choices of its own."""

from __future__ import annotations

from spinequiz.plain.items.filling import FillingPrompt

PROMPT = FillingPrompt()
