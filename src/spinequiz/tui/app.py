"""The Textual application: themes, keys, the screens and what they share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.screen import Screen
from textual.theme import Theme
from textual.worker import WorkerFailed

from spinequiz.session.arrivals import Arrivals
from spinequiz.session.driver import StudyDriver
from spinequiz.session.wording import change_lines
from spinequiz.session.workspace import ShelfDeck, Workspace
from spinequiz.settings.keys import ACTIONS, BY_ID, key_label, keys_of
from spinequiz.store.errors import StoreError
from spinequiz.store.presence import Presence
from spinequiz.tui.bindings import bindings_for, keymap
from spinequiz.tui.themes import THEMES

NOTHING = Arrivals()
SECOND_COPY = "Another spinequiz is open on the same progress. Both can be used: every answer is saved at once."


class SpinequizApp(App[int]):
    """Library, study, summary and problems. With `decks` it starts with a study session of them."""

    TITLE = "spinequiz"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("app")]
    CSS_PATH = "spinequiz.tcss"

    def __init__(
        self,
        workspace: Workspace,
        *,
        decks: Sequence[ShelfDeck] | None = None,
        tag: str = "",
        limit: int | None = None,
        arrivals: Arrivals = NOTHING,
    ) -> None:
        # in place before the styles are read: set later, they would all be parsed once more
        self.set_reactive(App.theme, THEMES[workspace.settings.theme].name)
        super().__init__()
        self.workspace = workspace
        self.remapped = dict(workspace.settings.keys)
        self.arrivals = arrivals
        self.failure: Exception | None = None
        self.presence = Presence(workspace.locations.progress)
        self.greeting = "" if self.presence.alone else SECOND_COPY
        # what cannot be opened is told before the screen is taken over
        self.first_session = (
            None if decks is None else StudyDriver(workspace, decks, tag=tag, limit=limit, plan_later=True)
        )
        if self.first_session is None:
            news = change_lines(workspace.register(workspace.shelf().decks))
        else:
            news = self.first_session.news
        self.greeting = " ".join([*([self.greeting] if self.greeting else []), *news])
        if self.remapped:
            self.set_keymap(keymap(self.remapped))

    @cached_property
    def available_themes(self) -> dict[str, Theme]:
        """Textual's themes and ours."""
        return {**super().available_themes, **{theme.name: theme for theme in THEMES.values()}}

    def get_default_screen(self) -> Screen[None]:
        """The library, or the session that the command line asked for."""
        if self.first_session is not None:
            from spinequiz.tui.screens.study import StudyScreen

            return StudyScreen(self.first_session)
        from spinequiz.tui.screens.library import LibraryScreen

        return LibraryScreen()

    def study(self, decks: Sequence[ShelfDeck]) -> None:
        """Study decks on a screen of their own."""
        from spinequiz.tui.screens.study import StudyScreen

        try:
            driver = StudyDriver(self.workspace, decks, plan_later=True)
        except StoreError as error:
            self.tell(str(error), "error")
            return
        self.push_screen(StudyScreen(driver))

    def leave_session(self) -> None:
        """Back to the library, or out of the program that was started for one session."""
        if self.first_session is not None:
            self.exit(0)
            return
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def on_mount(self) -> None:
        """Tell what came in from the shared folder, and what is the matter with it."""
        for news in self.arrivals.news:
            self.tell(news)
        for trouble in self.arrivals.troubles:
            self.tell(trouble, "warning")

    def tell(self, message: str, severity: str = "information") -> None:
        """Say something on whichever screen shows."""

        self.notify(message, severity=severity, markup=False, timeout=8)  # type: ignore[arg-type]

    def key(self, action_id: str) -> str:
        """The first key of an action, as people write it and as the settings have it."""
        return key_label(keys_of(BY_ID[action_id], self.remapped)[0])

    def action_help(self) -> None:
        """Show the keys of the screen."""
        from spinequiz.tui.screens.help import HelpScreen

        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss()
        else:
            self.push_screen(HelpScreen(getattr(self.screen, "key_group", "library")))

    def action_palette(self) -> None:
        """Open the command palette."""
        self.action_command_palette()

    async def action_quit(self) -> None:
        """Leave; every answer is on disk already."""
        self.exit(0)

    def _handle_exception(self, error: Exception) -> None:
        """End at an error that nobody expected. Whoever runs the program tells it: a traceback helps no student."""
        if isinstance(error, WorkerFailed) and isinstance(error.error, Exception):
            error = error.error
        if self.failure is None:
            self.failure = error
        self._return_code = 1
        if self._exception is None:
            # what a test that drives the screens raises
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: every key of this screen by name, and the themes."""
        from functools import partial

        from spinequiz.tui.widgets import action_of

        group = getattr(screen, "key_group", "")
        for action in ACTIONS:
            if action.screen in (group, "app") and action.id != "app.palette" and "option_" not in action.id:
                keys = ", ".join(key_label(key) for key in keys_of(action, self.remapped))
                run = partial(self.run_action, action_of(action.id), screen)
                yield SystemCommand(f"{action.label} ({keys})", action.help, run)
        for name in THEMES:
            yield SystemCommand(
                f"Theme: {name}", f"Use the {name} colours until you leave", partial(self.use_theme, name)
            )

    def use_theme(self, name: str) -> None:
        """Change the colours for as long as the program runs; the settings file makes it last."""
        self.theme = THEMES[name].name
