"""What a student can set, with the defaults."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from spinequiz.model.cards import Preset
from spinequiz.model.decks import DeckOptions, Limit, Retention
from spinequiz.model.items.base import Slug, Text
from spinequiz.scheduling.parameters import FSRS_6

Minutes = Annotated[int, msgspec.Meta(ge=1, le=1440)]
Theme = Literal["dark", "light", "high-contrast"]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings file. Steps are in minutes, `rollover_hour` is the local hour at which a study day starts."""

    new_per_day: Limit = 20
    reviews_per_day: Limit = 200
    desired_retention: Retention = 0.9
    maximum_interval_days: Annotated[int, msgspec.Meta(ge=1, le=36500)] = 36500
    learning_steps_minutes: tuple[Minutes, ...] = (1, 10)
    relearning_steps_minutes: tuple[Minutes, ...] = (10,)
    learn_ahead_minutes: Annotated[int, msgspec.Meta(ge=0, le=1440)] = 20
    rollover_hour: Annotated[int, msgspec.Meta(ge=0, le=23)] = 4
    leech_lapses: Annotated[int, msgspec.Meta(ge=0, le=99)] = 8
    fuzz: bool = True
    fsrs_parameters: tuple[float, ...] = ()
    theme: Theme = "dark"
    editor: str = ""
    shared_folder: str = ""
    hidden_decks: tuple[Slug, ...] = ()
    keys: dict[Text, Text] = {}
    decks: dict[Slug, DeckOptions] = {}

    @property
    def preset(self) -> Preset:
        """The part that shapes schedules."""
        return Preset(
            weights=self.fsrs_parameters or FSRS_6,
            learning_steps=tuple(60 * minutes for minutes in self.learning_steps_minutes),
            relearning_steps=tuple(60 * minutes for minutes in self.relearning_steps_minutes),
            maximum_interval=self.maximum_interval_days,
            fuzz=self.fuzz,
            leech_lapses=self.leech_lapses,
        )
