"""A link's view is compared with the same question of the newest version, row by row where that is soon done."""

import pytest

import pagecast.service.changes
from pagecast.service.open_room import OpenRoom
from pagecast.view.percent import read_pairs
from tests.service.house import House

OLD = (
    b"city\tcountry\tpeople\nOslo\tNorway\t709037\nBergen\tNorway\t291940\nRome\tItaly\t2800000\nOslo\tNorway\t709037\n"
)
NEW = (
    b"people\tcity\tregion\tcountry\n291940\tBergen\tVestland\tNorway\n709038\tOslo\tOslo\tNorway\n"
    b"709037\tOslo\tOslo\tNorway\n1\tBouvet\t\tNorway\n2800000\tRome\tLazio\tItaly\n"
)


async def room_of(house: House, *tables: bytes) -> OpenRoom:
    uuid = await house.document(tables[0])
    for data in tables[1:]:
        await house.services.uploads.upload(uuid, "table.tsv", data, "", lambda: None)
    return house.room(uuid)


async def changes(room: OpenRoom, view: str, number: int = 1, rows: int | None = None) -> tuple[object, ...]:
    found = await room.answers.changes(number, list(read_pairs(view)), rows)
    return found.rows, found.newest_rows, found.more, found.fewer


async def test_rows_are_compared_by_the_cells_of_the_columns_in_common(house: House) -> None:
    room = await room_of(house, OLD, NEW)
    found = await room.answers.changes(1, [("country", "Norway"), ("_sort", "_c1")], None)
    assert (found.view, found.newest_view) == ("country=Norway&_sort=city",) * 2
    assert await changes(room, "country=Norway") == (3, 4, 2, 1)  # Oslo stood there twice
    assert await changes(room, "country=Italy") == (1, 1, 0, 0)
    assert await changes(room, "country=Norway&_col=country") == (3, 4, 1, 0)
    assert await changes(room, "_c3__lt=300000") == (1, 2, 1, 0)  # the third column is the first one now


async def test_what_is_gone_is_told_and_what_is_not_kept_only_counted(house: House) -> None:
    room = await room_of(house, NEW, OLD)
    assert (await room.answers.changes(1, [("region", "Oslo")], None)).gone == ["region"]
    for _ in range(20):
        await house.services.uploads.upload(room.uuid, "table.tsv", OLD, "", lambda: None)
    found = await room.answers.changes(1, [("country", "Norway")], 7)
    assert (found.version, found.view, found.rows, found.newest_rows, found.more) == (1, None, 7, 3, None)
    assert await changes(room, "country=Norway", room.version(None).number, 2) == (2, 3, None, None)


@pytest.mark.parametrize("limit", ["MOST_COMPARED", "MOST_BYTES"])
async def test_many_rows_are_not_compared(house: House, limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagecast.service.changes, limit, 0)
    room = await room_of(house, OLD, NEW)
    assert await changes(room, "country=Norway") == (3, 4, None, None)
