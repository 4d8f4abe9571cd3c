from __future__ import annotations

import fsrs

from spinequiz.scheduling.parameters import FSRS_6
from spinequiz.settings.model import Settings


def test_the_defaults_are_those_that_the_library_has_now() -> None:
    """If this fails after an update of fsrs, the log's presets still say what past schedules were made with."""
    assert fsrs.scheduler.DEFAULT_PARAMETERS == FSRS_6


def test_the_log_names_parameters_in_full() -> None:
    assert Settings().preset.weights == FSRS_6
