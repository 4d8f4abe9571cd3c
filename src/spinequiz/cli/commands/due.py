"""`spinequiz due`."""

from __future__ import annotations

from spinequiz.cli.output import Exit, say
from spinequiz.cli.workspace import open_workspace
from spinequiz.session.today import count_today


def run_due(*, as_json: bool) -> int:
    """Print the counts of today; nothing is written to the progress file."""
    workspace = open_workspace()
    decks = workspace.shelf().decks
    counts, total = count_today(workspace, decks)
    if as_json:
        import json

        say(
            json.dumps(
                {
                    "new": total.new,
                    "learning": total.learning,
                    "due": total.due,
                    "decks": [{"id": deck_id, **count._asdict()} for deck_id, count in counts.items()],
                }
            )
        )
    else:
        say(f"{total.due} due, {total.learning} learning, {total.new} new")
    workspace.close()
    return Exit.DONE
