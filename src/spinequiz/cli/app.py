"""Commands and their options; what each does is in a module of its own, imported when it runs."""

from __future__ import annotations

import sys

import click

from spinequiz import __version__

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
LIBRARY = "library"


class Commands(click.Group):
    """A group whose first word may be a path: then it is the library screen with that path."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the library command in front of paths, and where nothing is said at all."""
        words = [word for word in args if not word.startswith("-")]
        if not args or (words and words[0] == args[0] and words[0] not in self.commands) or args[0] == "--":
            args = [LIBRARY, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which they stand in this file."""
        return [name for name, command in self.commands.items() if not command.hidden]


@click.group(
    cls=Commands,
    context_settings=CONTEXT,
    epilog="""\b
Examples:
  spinequiz                       open the library: bundled decks and yours
  spinequiz my-deck.yaml          the library with this deck in it
  spinequiz study                 study all that is due today
  spinequiz study cement.yaml     study one deck
  spinequiz check decks/          every mistake in these decks, with line and cure

Shell completion: see docs/command-line.md.
""",
)
@click.version_option(__version__, prog_name="spinequiz", message="%(prog)s %(version)s")
def cli() -> None:
    """Study nursing decks with spaced repetition, in the terminal.

    Without a command, or with PATHs of decks, the library screen opens.
    """


@cli.command(LIBRARY, hidden=True)
@click.argument("paths", nargs=-1, type=click.Path())
def library(paths: tuple[str, ...]) -> None:
    """Open the library screen with these decks."""
    from spinequiz.cli.commands.study import open_library

    sys.exit(open_library(paths))


@cli.command()
@click.argument("decks", nargs=-1, metavar="[DECK|PATH]...", shell_complete=lambda c, p, i: complete_decks(i))
@click.option("--tag", default="", metavar="TAG", help="Study only items with this tag.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Study at most N cards.")
@click.option("--plain", is_flag=True, help="Line by line, for screen readers, SSH and scripts.")
def study(decks: tuple[str, ...], tag: str, limit: int | None, plain: bool) -> None:
    """Study decks, named by id or path; without a name, all of them.

    \b
    Examples:
      spinequiz study
      spinequiz study risks-and-leakage --limit 10
      spinequiz study my-deck.yaml --tag leakage --plain
    """
    from spinequiz.cli.commands.study import run_study

    sys.exit(run_study(decks, tag=tag, limit=limit, plain=plain))


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with counts for each deck.")
def due(as_json: bool) -> None:
    """Print what is due today, on one line for a shell prompt.

    \b
    Examples:
      spinequiz due
      spinequiz due --json
    """
    from spinequiz.cli.commands.due import run_due

    sys.exit(run_due(as_json=as_json))


@cli.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
@click.pass_context
def decks(ctx: click.Context, as_json: bool) -> None:
    """List the decks; add one, or remove one.

    \b
    Examples:
      spinequiz decks
      spinequiz decks add my-deck.yaml
      spinequiz decks remove my-deck
    """
    if ctx.invoked_subcommand is None:
        from spinequiz.cli.commands.decks import list_decks

        sys.exit(list_decks(as_json=as_json))


@decks.command("add")
@click.argument("path", type=click.Path())
def decks_add(path: str) -> None:
    """Copy a deck file, or a folder of them, into your library.

    \b
    Example:
      spinequiz decks add my-deck.yaml
    """
    from spinequiz.cli.commands.decks import add_deck

    sys.exit(add_deck(path))


@decks.command("remove")
@click.argument("deck_id", metavar="ID", shell_complete=lambda c, p, i: complete_decks(i))
def decks_remove(deck_id: str) -> None:
    """Take a deck out of your library. Its progress is kept, and comes back with it.

    \b
    Example:
      spinequiz decks remove my-deck
    """
    from spinequiz.cli.commands.decks import remove_deck

    sys.exit(remove_deck(deck_id))


@decks.command("update")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with the ids of the items.")
def decks_update(as_json: bool) -> None:
    """Read all decks again, take over newer files of decks that you added, and say what changed.

    \b
    Examples:
      spinequiz decks update
      spinequiz decks update --json
    """
    from spinequiz.cli.commands.update import run_update

    sys.exit(run_update(as_json=as_json))


@decks.command("relink")
@click.argument("old", metavar="[OLD_DECK/OLD_ITEM", required=False)
@click.argument("new", metavar="NEW_DECK/NEW_ITEM]", required=False)
@click.option("--all", "every", is_flag=True, help="Accept every offer of `decks update` that is clear.")
def decks_relink(old: str | None, new: str | None, every: bool) -> None:
    """Let the progress of an item go on under another id. Two decks stand for all their offers.

    \b
    Examples:
      spinequiz decks relink my-deck/old-id my-deck/new-id
      spinequiz decks relink old-deck new-deck
      spinequiz decks relink --all
    """
    from spinequiz.cli.commands.update import run_relink

    sys.exit(run_relink(old, new, every=every))


@cli.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@click.option(
    "--format", "form", type=click.Choice(["full", "concise", "json", "github"]), default="full", show_default=True
)
@click.option("--sources", metavar="DIR", type=click.Path(), help="Check citations against the sources in DIR.")
def check(paths: tuple[str, ...], form: str, sources: str | None) -> None:
    """Find every mistake in deck files. The exit status is 1 if there are errors.

    \b
    Examples:
      spinequiz check my-deck.yaml
      spinequiz check decks/ --format concise
      spinequiz check decks/ --sources articles/
    """
    from spinequiz.cli.commands.check import run_check

    sys.exit(run_check(paths, form=form, sources=sources))


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, with everything that is stored.")
def history(as_json: bool) -> None:
    """Print the log of all answers, oldest first.

    \b
    Examples:
      spinequiz history
      spinequiz history --json
    """
    from spinequiz.cli.commands.history import run_history

    sys.exit(run_history(as_json=as_json))


@cli.command()
def backup() -> None:
    """Write a verified backup of your progress now; automatic ones are made while you study.

    \b
    Example:
      spinequiz backup
    """
    from spinequiz.cli.commands.backup import run_backup

    sys.exit(run_backup())


@cli.command()
@click.argument("file", required=False, type=click.Path())
@click.option("--yes", is_flag=True, help="Do it without asking.")
def restore(file: str | None, yes: bool) -> None:
    """List the backups; or put one back, given its FILE. The present state is kept as a backup.

    \b
    Examples:
      spinequiz restore
      spinequiz restore progress-20261121T080000000Z.db
    """
    from spinequiz.cli.commands.backup import run_restore

    sys.exit(run_restore(file, sure=yes))


@cli.command()
@click.option("--fix", is_flag=True, help="Mend what can be mended; the state before is kept.")
def doctor(fix: bool) -> None:
    """Look the progress file over: the database, then whether states and log agree. Without --fix, a dry run.

    \b
    Examples:
      spinequiz doctor
      spinequiz doctor --fix
    """
    from spinequiz.cli.commands.doctor import run_doctor

    sys.exit(run_doctor(fix=fix))


@cli.command()
@click.argument("file", required=False, type=click.Path())
def export(file: str | None) -> None:
    """Write the whole log as JSON Lines, to FILE or to standard output.

    \b
    Examples:
      spinequiz export
      spinequiz export my-log.jsonl
    """
    from spinequiz.cli.commands.exchange import run_export

    sys.exit(run_export(file))


@cli.command("import")
@click.argument("file", type=click.Path(allow_dash=True))
def import_(file: str) -> None:
    """Add the rows of FILE to your log: JSON Lines of `export` or another program. `-` is standard input.

    All lines are added or, if one is wrong, none. A backup is made first.

    \b
    Examples:
      spinequiz import my-log.jsonl
      another-program | spinequiz import -
    """
    from spinequiz.cli.commands.exchange import run_import

    sys.exit(run_import(file))


@cli.command()
@click.argument("file", type=click.Path(allow_dash=True))
def merge(file: str) -> None:
    """Unite your log with that of another machine: its progress file, a backup, or an export.

    Nothing is lost or counted twice, in whatever order and however often logs are merged. A backup is made first.

    \b
    Examples:
      spinequiz merge /media/stick/progress.db
      spinequiz merge laptop.jsonl
    """
    from spinequiz.cli.commands.exchange import run_import

    sys.exit(run_import(file))


@cli.command()
def where() -> None:
    """Print the folders and files in use.

    \b
    Example:
      spinequiz where
    """
    from spinequiz.cli.commands.where import run_where

    sys.exit(run_where())


def complete_decks(incomplete: str) -> list[str]:
    """Deck ids for the shell's completion; none if the decks cannot be read."""
    from spinequiz.cli.workspace import open_workspace

    try:
        workspace = open_workspace()
        return [d.deck.id for d in workspace.shelf().decks if d.deck.id.startswith(incomplete)]
    except Exception:  # a completion that fails must not disturb the command line
        return []
