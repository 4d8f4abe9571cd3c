"""Runs a command line: whatever comes of it is an exit status, and whatever is wrong a sentence."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from spinequiz.cli.app import cli
from spinequiz.cli.output import Exit, OutputError, ReaderGone, UserError, complain, drop_output, told_output


def run(arguments: Sequence[str]) -> int:
    """Run a command line. Returns the exit status; whatever is wrong is told in a sentence."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        return _flushed(_status(arguments))
    except (ReaderGone, BrokenPipeError):
        # leave without a word, as other programs do
        drop_output()
        return int(Exit.DONE)
    except OutputError as error:
        complain(str(error))
        drop_output()
        return int(Exit.WRONG)


def _status(arguments: Sequence[str]) -> int:
    try:
        cli.main(args=list(arguments), prog_name="spinequiz", standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        with suppress(OSError):
            error.show()
        return int(Exit.USAGE)
    except click.exceptions.Exit as error:
        return int(error.exit_code)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(Exit.DONE)
    except UserError as error:
        complain(str(error))
        return int(error.status)
    except (ReaderGone, BrokenPipeError, OutputError):
        raise
    except Exception as error:
        return _explain(error)
    return int(Exit.DONE)


def _explain(error: Exception) -> int:
    from spinequiz.store.errors import StoreError

    if isinstance(error, StoreError):
        complain(str(error))
        return int(Exit.WRONG)
    if isinstance(error, OSError):
        what = error.strerror or error
        if error.filename:
            complain(f"{error.filename}: {what}. Check the path, its permissions and the disk.")
        else:
            complain(f"{what}, while reading or writing. Check the disk, and where the output goes.")
        return int(Exit.WRONG)
    import sqlite3

    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if isinstance(error, sqlite3.Error) and code not in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISUSE):
        from spinequiz.settings.locations import locate
        from spinequiz.store.errors import explain

        # the disk or the file is at fault, not the program
        complain(str(explain(error, str(locate().progress))))
        return int(Exit.WRONG)
    from spinequiz.cli.crash import report

    complain(report(error))
    return int(Exit.WRONG)


def _flushed(status: int) -> int:
    """The status, once all output has left. Raises ReaderGone and OutputError."""
    with told_output():
        if sys.stdout is not None:
            sys.stdout.flush()
    return status
