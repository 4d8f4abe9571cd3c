"""Records what Anki makes of random histories, for the comparison where Anki is not installed.

Run it with the package `anki` installed: python tests/scheduling/record_anki_states.py
"""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

from anki_histories import RECORDED, ask_anki, random_histories

SEED = 20_260


def main() -> None:
    histories = random_histories(SEED, 14, plain=True) + random_histories(SEED + 1, 14, plain=False)
    answers = ask_anki({"histories": histories})["histories"]
    lines = [
        json.dumps({"history": history, "answers": [compact(answer) for answer in found]}, separators=(",", ":"))
        for history, found in zip(histories, answers, strict=True)
    ]
    head = json.dumps(f"recorded from anki {version('anki')} by record_anki_states.py")
    body = ",\n".join(lines)
    RECORDED.write_text(f'{{"about":{head},"cases":[\n{body}\n]}}\n', encoding="utf-8")


def compact(value: Any) -> Any:
    """Floats with eight significant digits, which is what 32 bits hold."""
    if isinstance(value, dict):
        return {key: compact(below) for key, below in value.items()}
    if isinstance(value, list):
        return [compact(below) for below in value]
    return float(f"{value:.8g}") if isinstance(value, float) else value


if __name__ == "__main__":
    main()
