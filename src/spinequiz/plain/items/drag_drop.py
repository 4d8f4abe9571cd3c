"""`drag-drop` line by line: all blanks are filled from one bank, each word once."""

from __future__ import annotations

from spinequiz.plain.items.filling import FillingPrompt

PROMPT = FillingPrompt()
