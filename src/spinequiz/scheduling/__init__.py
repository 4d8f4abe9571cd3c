"""When a card comes back: pure functions of history, settings and instants handed in."""
