"""Leases on the files of versions: a leased file is not removed."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Leases:
    """The number of leases on each edition of each file.

    Leases are taken on the event loop; any thread may ask about them.

    >>> leases = Leases()
    >>> with leases.hold("c2b7", 1):
    ...     leases.is_held("c2b7", 1), leases.is_held("c2b7", 2), leases.is_held("c2b7")
    (True, False, True)
    >>> with leases.hold("c2b7"):
    ...     leases.is_held("c2b7", 2)
    True
    >>> leases.is_held("c2b7")
    False
    """

    def __init__(self) -> None:
        self._held: Counter[tuple[str, int | None]] = Counter()
        self._files: Counter[str] = Counter()

    @contextmanager
    def hold(self, key: str, edition: int | None = None) -> Iterator[None]:
        """Lease a file's edition inside a ``with`` block; for None all its editions, future ones included."""
        self._held[key, edition] += 1
        self._files[key] += 1
        try:
            yield
        finally:
            self._held -= Counter({(key, edition): 1})
            self._files -= Counter({key: 1})

    def is_held(self, key: str, edition: int | None = None) -> bool:
        """Tell whether an edition of a file is leased; for None, whether any of its editions is."""
        if edition is None:
            return self._files[key] > 0
        return self._held[key, edition] > 0 or self._held[key, None] > 0
