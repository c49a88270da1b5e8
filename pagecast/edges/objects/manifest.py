"""The manifest of an upload: which objects hold its files, part by part.

A file is stored as parts, which are objects of their own: they can be read, and an upload resumed by another server,
while the rest still arrives. (S3 hides the parts of its multipart upload until that is complete.) No part is ever
changed. Parts of one size that follow each other are one run, so that the manifest of a large file stays small.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pagecast.protocol.facts import Fact, changed, decoder


class Run(Fact, frozen=True):
    """Parts of one size, one behind the other."""

    stem: str
    """What their names begin with: the kind of the file, and the writer."""
    begin: int
    """Where in the file the first one begins."""
    size: int
    """Bytes of each."""
    count: int = 1

    @property
    def end(self) -> int:
        """Where in the file the last one ends."""
        return self.begin + self.size * self.count

    def name(self, number: int) -> str:
        """Return the name of a part, counted from 0."""
        return f"{self.stem}-{self.begin + number * self.size:012x}-{self.size:x}"

    def names(self) -> set[str]:
        """Return the names of all parts."""
        return {self.name(number) for number in range(self.count)}


class PartSpan(NamedTuple):
    """Some bytes of a part."""

    name: str
    size: int
    """All its bytes."""
    span: range


class PartFile(Fact, frozen=True):
    """A file in parts.

    >>> file = PartFile().added("a", 4).added("a", 4).added("b", 3)
    >>> len(file.runs), file.size
    (2, 11)
    >>> [(part.name, part.span) for part in file.parts(range(3, 9))]
    [('a-000000000000-4', range(3, 4)), ('a-000000000004-4', range(0, 4)), ('b-000000000008-3', range(0, 1))]
    >>> file.cut(7).size, file.cut(8).size
    (4, 8)
    """

    runs: tuple[Run, ...] = ()

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.runs[-1].end if self.runs else 0

    def added(self, stem: str, size: int) -> "PartFile":
        """Return the file with one more part."""
        last = self.runs[-1] if self.runs else None
        if last is not None and (last.stem, last.size) == (stem, size):
            return PartFile((*self.runs[:-1], changed(last, count=last.count + 1)))
        return PartFile((*self.runs, Run(stem, self.size, size)))

    def cut(self, size: int) -> "PartFile":
        """Return the file with those of its parts that are whole within its first ``size`` bytes."""
        runs = []
        for run in self.runs:
            count = min(run.count, (size - run.begin) // run.size)
            if count > 0:
                runs.append(changed(run, count=count))
            if count < run.count:
                break
        return PartFile(tuple(runs))

    def parts(self, span: range) -> Iterator[PartSpan]:
        """Yield the parts that hold the bytes of a range, as far as there are any, in order."""
        for run in self.runs:
            if run.end <= span.start or run.begin >= span.stop:
                continue
            first = max(0, span.start - run.begin) // run.size
            for number in range(first, run.count):
                begin = run.begin + number * run.size
                if begin >= span.stop:
                    break
                within = range(max(span.start - begin, 0), min(span.stop - begin, run.size))
                yield PartSpan(run.name(number), run.size, within)


NO_PARTS = PartFile()


class Edition(Fact, frozen=True):
    """One reading of a file."""

    index: PartFile = NO_PARTS
    table: PartFile | None = None
    """None where the inner form is the original."""


class Manifest(Fact, frozen=True):
    """All files of an upload."""

    original: PartFile = NO_PARTS
    editions: Mapping[int, Edition] = {}
    last: int = 0
    """The edition that was begun last. No number is given twice."""

    @property
    def runs(self) -> dict[tuple[str, int, int], int]:
        """All runs: how many parts there are of each stem, begin and size. Several files may share parts."""
        files, runs = [self.original], dict[tuple[str, int, int], int]()
        for edition in self.editions.values():
            files += [edition.index, *([edition.table] if edition.table else [])]
        for run in (run for file in files for run in file.runs):
            key = run.stem, run.begin, run.size
            runs[key] = max(run.count, runs.get(key, 0))
        return runs

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(size * count for (_, _, size), count in self.runs.items())

    @property
    def names(self) -> set[str]:
        """The names of all parts."""
        return _names(self.runs)

    def dropped(self, before: "Manifest") -> set[str]:
        """Return the names of the parts that an earlier manifest names, and this one does not."""
        runs = self.runs
        shorter = {run: count for run, count in before.runs.items() if count > runs.get(run, 0)}
        return _names(shorter) - self.names if shorter else set()


def _names(runs: dict[tuple[str, int, int], int]) -> set[str]:
    return {name for (stem, begin, size), count in runs.items() for name in Run(stem, begin, size, count).names()}


decode_manifest = decoder(Manifest)
