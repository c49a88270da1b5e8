"""How figures are taken and how they are written."""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.table import Table

NAME_WIDTH = 34
"""Columns for the name of a figure, so that all of a run stand in line."""


class Setting(NamedTuple):
    """The settings of one run of the bench."""

    folder: Path
    """Temporary; everything that is written goes in here."""
    table: Table
    rounds: int
    """How often each thing is timed, in turns."""
    viewers: tuple[int, ...]


class Line(NamedTuple):
    """One figure as it is printed."""

    name: str
    text: str

    def __str__(self) -> str:
        return f"  {self.name:<{NAME_WIDTH}}{self.text}"


Measure = Callable[[Setting], Iterator[Line]]


LONGEST_S = 90.0
"""No round is begun after so long: a slow machine gets fewer rounds, and the figure says how many."""


def in_turns(rounds: int, works: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Do each in turn, again and again: what disturbs the machine for a while disturbs all of them.

    >>> in_turns(2, {"a": lambda: 1.0, "b": lambda: 2.0})
    {'a': [1.0, 1.0], 'b': [2.0, 2.0]}
    """
    taken: dict[str, list[float]] = {name: [] for name in works}
    until = time.monotonic() + LONGEST_S
    for number in range(rounds):
        if number and time.monotonic() > until:
            break
        for name, work in works.items():
            taken[name].append(work())
    return taken


def speed(name: str, ours: Sequence[float], theirs: Sequence[float], than: str) -> Line:
    """How fast ours is where theirs is 1, of seconds that were taken in turns.

    >>> str(speed("upload", [2.0, 4.0, 2.0], [1.0, 1.0, 1.0], "a handler"))
    '  upload                            0.50 of a handler (2.00 s / 1.00 s, median of 3; 0.25–0.50)'
    """
    ratios = [their / our for our, their in zip(ours, theirs, strict=True)]
    our, their = statistics.median(ours), statistics.median(theirs)
    rounds = f"median of {len(ours)}; {min(ratios):.2f}–{max(ratios):.2f}"
    return Line(name, f"{their / our:.2f} of {than} ({seconds(our)} / {seconds(their)}, {rounds})")


def times(name: str, ours: Sequence[float], theirs: Sequence[float], than: str) -> Line:
    """How many times theirs ours takes, or, where it is faster, how many times as fast it is."""
    ratios = [our / their for our, their in zip(ours, theirs, strict=True)]
    our, their = statistics.median(ours), statistics.median(theirs)
    faster = our < their
    ratio = their / our if faster else our / their
    spread = sorted(1 / each if faster else each for each in ratios)
    rounds = f"median of {len(ours)}; {spread[0]:.1f}–{spread[-1]:.1f}"
    word = "times as fast as" if faster else "times as long as"
    return Line(name, f"{ratio:.1f} {word} {than} ({seconds(our)} / {seconds(their)}, {rounds})")


def percentile(values: Sequence[float], share: float) -> float:
    """The least value that at least this share of all are not above.

    >>> percentile([5, 1, 4, 2, 3], 0.5), percentile([5, 1, 4, 2, 3], 0.99)
    (3, 5)
    """
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def seconds(value: float) -> str:
    """A time in the unit that reads best.

    >>> seconds(1.234), seconds(0.0456), seconds(0.00061)
    ('1.23 s', '45.6 ms', '0.61 ms')
    """
    if value >= 1:
        return f"{value:.2f} s"
    return f"{value * 1000:.1f} ms" if value >= 0.01 else f"{value * 1000:.2f} ms"
