"""The default parameters of FSRS-6, written out: a schedule must not change when a library's defaults do."""

from __future__ import annotations

FSRS_6 = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip
"""w0 to w20, as the open-spaced-repetition project publishes them."""
