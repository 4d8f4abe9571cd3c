"""Use cases: what a student does, without a screen. Clock and randomness come in as arguments."""
