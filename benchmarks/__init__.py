"""Measures spinequiz against the least that could do the same job, in alternating runs of one session."""
