"""A version is read again in the way somebody chose: everyone sees the new reading, and nothing is lost by trying."""

import asyncio
import gzip

import pytest

import pagecast.service.reparse
from pagecast.memory.store import MemoryStore
from pagecast.protocol.errors import AlreadyGrowing, NotQuoted, ServerBusy, StillArriving, Superseded, TooFewRows
from pagecast.protocol.tables import ALL_GUESSED, Choices, Progress
from pagecast.table import pairing
from pagecast.table.version import Version
from tests.service.house import House, until

PEOPLE = b'name;born\n"Lovelace; Ada";1815\nTuring;1912\n' + b"Hopper;1906\n" * 300
DAMAGED = b'name,size\n"Rome,1\nOslo,2\n'


async def document(house: House, table: bytes) -> tuple[str, Version]:
    uuid = await house.document(table)
    version = house.room(uuid).newest
    assert version is not None
    return uuid, version


async def test_a_reading_replaces_the_one_before_for_everyone() -> None:
    house = House()
    uuid, before = await document(house, PEOPLE)
    assert (before.dialect.delimiter, before.dialect.quoting, before.rows) == ("semicolon", "quoted", 303)
    await house.room(uuid).turn(4, None)
    fresh = await house.services.reparsing.read(uuid, before.number, Choices(delimiter="comma", quoting="literal"))
    assert (fresh.number, fresh.edition, fresh.columns) == (before.number, before.edition + 1, 1)
    page, shown = house.wall.pages(uuid)[-1], house.wall.documents(uuid)[-1]
    assert (page.page_no, page.data[-1]) == (4, ["Hopper;1906"])
    assert (shown.edition, shown.choices) == (fresh.edition, Choices(delimiter="comma", quoting="literal"))
    assert house.room(uuid).newest == fresh
    again = await house.services.reparsing.read(uuid, before.number, ALL_GUESSED)
    assert (await house.room(uuid).page(1)).data[1] == ["Lovelace; Ada", "1815"]
    assert again.edition == before.edition + 2


async def test_a_reading_lasts() -> None:
    house = House()
    uuid, before = await document(house, PEOPLE)
    fresh = await house.services.reparsing.read(uuid, None, Choices(header=False))
    await house.leave(uuid)
    later = House(house.store)
    await later.enter(uuid)
    assert later.room(uuid).newest == fresh
    assert not fresh.dialect.header
    assert (await later.room(uuid).page(1)).data[0] == ["name", "born"]
    assert before.dialect.header


async def test_what_would_lose_rows_is_refused_and_changes_nothing() -> None:
    house = House()
    uuid, before = await document(house, DAMAGED)
    shown = len(house.wall.documents(uuid))
    with pytest.raises(NotQuoted):
        await house.services.reparsing.read(uuid, None, Choices(delimiter="comma", quoting="quoted"))
    assert house.room(uuid).newest == before
    assert len(house.wall.documents(uuid)) == shown
    assert (await house.room(uuid).page(1)).data[1] == ['"Rome', "1"]


async def test_quotes_that_are_chosen_hold_or_the_choice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "GIVEN_UP", 300)
    house = House()
    dense = b"n,name,size\n" + b'8,"Bergen,3\n' * 301
    uuid, before = await document(house, dense)
    with pytest.raises(NotQuoted):
        await house.services.reparsing.read(uuid, None, Choices(delimiter="comma", quoting="mended"))
    assert house.room(uuid).newest == before
    for table, found in ((b"city,size\nOslo,1\n", "quoted"), (b'city,size\n"Oslo",1\n', "quoted"), (DAMAGED, "mended")):
        uuid, _ = await document(house, table)
        fresh = await house.services.reparsing.read(uuid, None, Choices(delimiter="comma", quoting="mended"))
        assert fresh.dialect.quoting == found


async def test_a_preamble_behind_the_last_row_is_refused_and_changes_nothing() -> None:
    house = House()
    uuid, before = await document(house, PEOPLE)
    for preamble in (303, 999):
        with pytest.raises(TooFewRows):
            await house.services.reparsing.read(uuid, None, Choices(preamble=preamble))
    assert house.room(uuid).newest == before
    fresh = await house.services.reparsing.read(uuid, None, Choices(preamble=302, header=True))
    assert (fresh.preamble, fresh.header_row) == (302, 303)


async def test_only_the_newest_whole_version_is_read_again_and_by_one_at_a_time() -> None:
    house = House()
    uuid = await house.document()
    intake = await house.upload(uuid, PEOPLE)
    with pytest.raises(StillArriving):
        await house.services.reparsing.read(uuid, None, ALL_GUESSED)
    await house.services.uploads.finish(intake)
    with pytest.raises(Superseded):
        await house.services.reparsing.read(uuid, 7, ALL_GUESSED)
    both = (house.services.reparsing.read(uuid, 1, Choices(header=flag)) for flag in (True, False))
    assert [version.edition for version in await asyncio.gather(*both)] == [2, 3]
    async with house.room(uuid).appending:
        with pytest.raises(AlreadyGrowing):
            await house.services.reparsing.read(uuid, 1, ALL_GUESSED)


async def test_it_is_told_when_a_reading_is_over() -> None:
    house = House()
    uuid, version = await document(house, PEOPLE)
    await house.services.reparsing.read(uuid, None, Choices(header=False))
    told = [frame for _, frame in house.wall.frames if isinstance(frame, Progress)]
    await until(lambda: told)
    assert told[-1] == Progress("read", version.number, 100)


async def test_a_compressed_file_is_read_again_though_more_comes_out_than_was_sent() -> None:
    house = House()
    uuid, before = await document(house, gzip.compress(PEOPLE))
    fresh = await house.services.reparsing.read(uuid, None, Choices(header=False))
    assert (fresh.rows, fresh.received, fresh.dialect.compression) == (before.rows, before.received, "gzip")


async def test_a_version_that_was_made_current_again_is_read_again_and_the_one_before_stays_as_it_was() -> None:
    house = House()
    uuid, before = await document(house, PEOPLE)
    await house.services.uploads.upload(uuid, "b.tsv", b"a\tb\n", "")
    again = await house.room(uuid).restore(before.number)
    fresh = await house.services.reparsing.read(uuid, again.number, Choices(delimiter="comma"))
    assert (fresh.number, fresh.key, fresh.columns) == (3, before.key, 1)
    assert (await house.room(uuid).page(1)).data[0] == ["name;born"]
    assert (await house.room(uuid).page_of(before.number, 1)).data[0] == ["name", "born"]


async def test_rows_that_are_added_to_a_table_that_was_read_again_are_read_so_too() -> None:
    house = House()
    uuid, _ = await document(house, b"city\tpeople\nOslo\t7\n")
    await house.services.reparsing.read(uuid, None, Choices(header=False))
    intake = await house.services.appends.begin(uuid, 7, "")
    await intake.add(b"Rome\t9\n")
    grown = await house.services.appends.finish(intake)
    assert (grown.rows, grown.edition, grown.dialect.header) == (3, 2, False)
    assert (await house.room(uuid).page(1)).data == [["city", "people"], ["Oslo", "7"], ["Rome", "9"]]


async def test_the_same_choices_of_many_are_one_reading() -> None:
    house = House()
    uuid, before = await document(house, PEOPLE)
    choices = Choices(header=False)
    fresh = await asyncio.gather(*(house.services.reparsing.read(uuid, 1, choices) for _ in range(50)))
    assert {version.edition for version in fresh} == {before.edition + 1}
    assert len([page for page in house.wall.pages(uuid) if page.edition == before.edition + 1]) == 1


async def test_a_reading_goes_on_when_its_asker_has_gone() -> None:
    house = House()
    uuid, before = await document(house, PEOPLE)
    asked = asyncio.create_task(house.services.reparsing.read(uuid, 1, Choices(header=False)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asked.cancel()
    await house.leave(uuid)
    await until(lambda: any(page.edition == before.edition + 1 for page in house.wall.pages(uuid)))
    await until(lambda: len(house.services.library) == 0)


async def test_a_reading_that_takes_too_long_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagecast.service.reparse, "DEADLINE_S", 0)
    house = House()
    uuid, before = await document(house, PEOPLE)
    with pytest.raises(ServerBusy):
        await house.services.reparsing.read(uuid, 1, Choices(header=False))
    assert house.room(uuid).newest == before
    assert isinstance(house.store, MemoryStore)
    assert list(house.store.files[before.key].tables) == [before.edition]
    async with house.room(uuid).appending:  # nobody holds it any more
        pass
