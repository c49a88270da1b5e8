"""The bins of a histogram: few enough to be drawn in a header, with edges that people read. Ours."""

from math import ceil, floor, isfinite, log10

from pagecast.protocol.facts import Fact

MOST = 30
"""Bins of one histogram, about."""

HEAVY = 100
"""The bins of a column are powers of ten where its largest number is this many times most of the others."""


EDGE_DIGITS = 12
"""Digits of an edge behind the first one of the width: -0.6 + 3 * 0.2 is not quite 0."""

NEAR = 1e-9
"""The share of a bin's width within which a number is at an edge: 6.4 / 0.2 is a little less than 32."""


class Range(Fact, frozen=True):
    """The numbers of a column: the smallest, the largest, whether all are integers."""

    low: float
    high: float
    whole: bool
    is_heavy: bool = False
    """Whether at least half of them are no more than the largest one divided by HEAVY."""

    @property
    def may_be_heavy(self) -> bool:
        """Whether it makes sense to find out ``is_heavy``: there are bins in powers of ten of positive numbers only."""
        return self.low > 0 and self.high / self.low >= HEAVY


class Bins(Fact, frozen=True):
    """Bins of one width, in numbers or in powers of ten. Each has its lower edge, and the last one both."""

    low: float
    """The lower edge of the first bin; its logarithm with ``log``."""
    width: float
    count: int
    log: bool = False
    whole: bool = False
    """Whether all numbers are integers."""

    def edges(self) -> list[float]:
        """Return the edges, one more than there are bins.

        >>> Bins(0.0, 5.0, 2).edges(), Bins(0.0, 1.0, 2, log=True).edges()
        ([0.0, 5.0, 10.0], [1.0, 10.0, 100.0])
        """
        digits = EDGE_DIGITS - floor(log10(self.width))
        edges = [round(self.low + self.width * step, digits) + 0.0 for step in range(self.count + 1)]  # no -0.0
        return [10**edge for edge in edges] if self.log else edges

    def place(self, measure: float) -> int:
        """Return the bin, from 0, of a number; of its logarithm with ``log``.

        >>> Bins(23.6, 0.2, 40).place(30.0), Bins(23.6, 0.2, 40).edges()[32]
        (32, 30.0)
        """
        return min(max(floor((measure - self.low) / self.width + NEAR), 0), self.count - 1)

    def place_sql(self, measure: str) -> str:
        """Return the expression for ``place``. Its values are ``low`` and ``width``."""
        return f"least(greatest(floor(({measure} - ?) / ? + {NEAR}), 0), {self.count - 1})::int"


def bins_of(numbers: Range, most: int = MOST) -> Bins:
    """Return the bins for a column's numbers, about ``most`` of them.

    Integers get bins as wide as a whole number of them. Positive numbers with a heavy tail get powers of ten.

    >>> bins_of(Range(1, 5, True))
    Bins(low=1.0, width=1.0, count=5, log=False, whole=True)
    >>> bins_of(Range(0.25, 0.75, False))
    Bins(low=0.24, width=0.02, count=26, log=False, whole=False)
    """
    low, high = numbers.low, numbers.high
    if numbers.may_be_heavy and numbers.is_heavy:
        return _log_bins(low, high)
    if numbers.whole and isfinite(high - low):
        width = max(1.0, float(ceil((high - low + 1) / most)))
        return Bins(float(low), width, int((high - low) // width) + 1, whole=True)
    width = _step((high - low) / most) if isfinite(high - low) else 0.0
    if not width or not isfinite(low / width) or low + width == low:  # one number, or too close for doubles
        return Bins(low, max(abs(low), 1.0) * 1e-6, 1)
    first = floor(low / width)
    count = floor(high / width) - first + 1
    return Bins(round(first * width, 15), width, count)


def _log_bins(low: float, high: float) -> Bins:
    first, last = log10(low), log10(high)
    width = max(_step((last - first) / MOST), 0.01)
    begin = floor(first / width)
    return Bins(round(begin * width, 12), width, floor(last / width) - begin + 1, log=True)


def _step(width: float) -> float:
    """Return 1, 2 or 5 times a power of ten: the smallest that is no less than this width.

    >>> _step(0.016), _step(3.0), _step(0.0)
    (0.02, 5.0, 0.0)
    """
    if width <= 0:
        return 0.0
    power = floor(log10(width))
    for digit in (1, 2, 5):
        step = float(f"{digit}e{power}")
        if step >= width:
            return step
    return float(f"1e{power + 1}")
