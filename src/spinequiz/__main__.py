"""`python -m spinequiz` starts the same program as the `spinequiz` command."""

from spinequiz.cli import main

main()
