"""What the student is told of the shared folder when studying starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from spinequiz.documents.render import plural
from spinequiz.store.errors import explained

if TYPE_CHECKING:
    from spinequiz.session.workspace import Workspace

ANSWERS = "SELECT count(*) FROM log WHERE kind = 'answer'"


class Arrivals(NamedTuple):
    """`news` is good to know, `troubles` should be looked after."""

    news: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()


def take_in(workspace: Workspace) -> Arrivals:
    """Take in what other machines left in the shared folder of the settings, if there is one. Raises StoreError."""
    if not workspace.settings.shared_folder:
        return Arrivals()
    from spinequiz.session.sharing import share

    before = _answers(workspace)
    troubles = share(workspace)
    taken = _answers(workspace) - before
    news = (f"{plural(taken, 'answer')} of your other machines taken in from the shared folder",) if taken else ()
    return Arrivals(news, troubles)


def _answers(workspace: Workspace) -> int:
    with explained(str(workspace.locations.progress)):
        return int(workspace.progress.connection.execute(ANSWERS).fetchone()[0])
