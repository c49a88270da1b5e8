"""How many examples a run tries."""

import os

from hypothesis import settings

USUAL = 15
"""Examples that Hypothesis makes for each test of `make test`."""

TORTURE = os.environ.get("HYPOTHESIS_PROFILE") == "torture"
TIMES = int(os.environ.get("TIMES", "1"))
"""How many times as long `make torture TIMES=...` takes."""


def examples(usual: int) -> int:
    """Return how many examples this run tries where `make test` tries this many: more of them in `make torture`."""
    return usual * max(1, settings().max_examples // USUAL)


def runs(usual: int) -> range:
    """Return the numbers of the runs of a test that takes another course each time: more in `make torture`."""
    return range(usual * 10 * TIMES if TORTURE else usual)
