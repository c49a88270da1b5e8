"""A damaged archive is read or refused in a sentence, and the same however it is cut."""

import gzip
from random import Random

import pytest

from pagecast.protocol.errors import PagecastError
from tests.examples import examples
from tests.table.archives import TABLE, taped, zipped
from tests.table.pieces import pieces_of
from tests.table.reading import read

FILES = {"README": b"words\n", "cities.tsv": TABLE[:900]}
ARCHIVES = {
    "zip": zipped(FILES),
    "zip from a pipe": zipped(FILES, one_way=True, zip64=True),
    "tar": taped({"data/": b"", **FILES}),
    "tar with long names": taped({"城" * 60 + "/": b"", **FILES}),
}


def damaged(archive: bytes, chance: Random) -> bytes:
    """Change, remove or repeat a few bytes, but not the first ones."""
    data = bytearray(archive)
    for _ in range(chance.choice([1, 1, 2, 5])):
        place = chance.randrange(4, len(data))
        match chance.randrange(3):
            case 0:
                data[place] = chance.choice([0, 255, chance.randrange(256)])
            case 1:
                del data[place : place + chance.randrange(40)]
            case _:
                data[place:place] = data[chance.randrange(len(data)) :][:30]
    return bytes(data)


def outcome(file: bytes, size: int) -> str:
    try:
        done = read(pieces_of(file, size))
    except PagecastError as refused:
        return str(refused)
    return f"{done.ingest.dialect} {done.rows}"


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_damaged_archive_is_read_or_refused_in_a_sentence(name: str) -> None:
    chance = Random(name)
    told = set()
    for _ in range(examples(50)):
        file = damaged(ARCHIVES[name], chance)
        file = file if name.startswith("zip") else gzip.compress(file)
        told.add(outcome(file, 10**6))
        assert outcome(file, 5) == outcome(file, 10**6)
    assert len(told) > 2
