"""How many examples a run tries."""

from hypothesis import settings

USUAL = 15
"""Examples that Hypothesis makes for each test of `make test`."""


def examples(usual: int) -> int:
    """Return how many examples this run tries where `make test` tries this many: more of them in `make torture`."""
    return usual * max(1, settings().max_examples // USUAL)
