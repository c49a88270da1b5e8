"""A view is found before everyone is turned to it, plain viewers keep the table, and another table keeps the view."""

import asyncio
import gc
from collections.abc import AsyncIterator
from copy import copy

import pytest

import pagecast.service.open_talk
import pagecast.service.questions
import pagecast.service.views
from pagecast.limits.documents import Limits
from pagecast.memory.bus import MemoryBus
from pagecast.memory.engine import MemoryEngine
from pagecast.memory.store import MemoryStore
from pagecast.ports.engine import Tell, untold
from pagecast.protocol.errors import BadView, NotYourTurn, PageOutOfRange, QueryFailed, ReadOnly, Superseded
from pagecast.protocol.facts import UNSET
from pagecast.protocol.link import Link
from pagecast.protocol.summaries import RowHits
from pagecast.protocol.tables import Choices, Page
from pagecast.protocol.talk import Brush, Brushed, Notice, Offered
from pagecast.service.open_room import OpenRoom
from pagecast.service.services import Services
from pagecast.service.world import World
from pagecast.table.version import Version
from pagecast.table.window import FIRST_WINDOW, PLAIN_WINDOW, ColumnWindow
from pagecast.view.view import View
from tests.service.house import HERON, OTTER, House, until


class SlowEngine(MemoryEngine):
    """An engine whose whole answers wait until they may be made, and which fails on request."""

    fails = False

    def __init__(self, store: MemoryStore) -> None:
        super().__init__(store)
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.asked: list[View] = []
        self.stopped: list[View] = []
        self.failures: list[View] = []
        self.percent: int | None = None
        """How far it says that whole answers are while they wait."""
        self._tell: Tell = untold

    def telling(self, tell: Tell) -> "SlowEngine":
        told = copy(self)
        told._tell = tell
        return told

    async def first(self, uuid: str, version: Version, view: View, most: int) -> tuple[list[int], int]:
        if self.fails:
            self.failures.append(view)
            raise QueryFailed
        return await super().first(uuid, version, view, most)

    async def answer(self, uuid: str, version: Version, view: View) -> int:
        self.asked.append(view)
        self._tell(self.percent)
        try:
            await self.may_answer.wait()
        except asyncio.CancelledError:
            self.stopped.append(view)
            raise
        return await super().answer(uuid, version, view)


class AskedHouse(House):
    """A house in which questions take as long as a test says, with a viewer of each protocol."""

    def __init__(self, store: MemoryStore | None = None) -> None:
        store = store or MemoryStore()
        super().__init__(store)
        self.engine = SlowEngine(store)
        self.wall.windows = lambda uuid: [FIRST_WINDOW, PLAIN_WINDOW]  # type: ignore[method-assign]
        self.services = Services(World(store, MemoryBus(), self.wall, self.engine, Limits(), lambda: self.now))

    def plain_pages(self, uuid: str) -> list[int]:
        return [page.page_no for page in self.wall.pages(uuid) if not page.view]

    def notices(self, uuid: str) -> list[Notice]:
        return [line for log in self.wall.logs(uuid) for line in log.lines if isinstance(line, Notice)]


@pytest.fixture
async def house() -> AsyncIterator[AskedHouse]:
    house = AskedHouse()
    await house.services.start()
    yield house
    house.engine.may_answer.set()
    await house.services.stop()


def numbers(rows: int, name: str = "n") -> bytes:
    """A table of numbers with a header, and `even` or `odd` beside each."""
    lines = (f"{number}\t{'odd' if number % 2 else 'even'}\n" for number in range(1, rows + 1))
    return f"{name}\tparity\n{''.join(lines)}".encode()


async def show(room: OpenRoom, text: str, row: int | None = None, version: int = 1) -> None:
    await room.publish(await room.find_view(version, text, row, OTTER))


async def opened(house: AskedHouse, rows: int = 999) -> OpenRoom:
    return house.room(await house.document(numbers(rows)))


def last_view(house: AskedHouse, room: OpenRoom) -> Page:
    return next(page for page in reversed(house.wall.pages(room.uuid)) if page.view)


async def test_a_view_is_shown_to_all_with_the_numbers_of_its_rows(house: AskedHouse) -> None:
    room = await opened(house)
    await show(room, "?parity=even&_sort_desc=n")
    page = last_view(house, room)
    assert (page.view, page.total_number, page.page_no, page.by) == ("parity=even&_sort_desc=n", 499, 1, OTTER)
    assert (page.data[0], page.row_numbers[:2]) == (["998", "even"], [999, 997])  # type: ignore[index]
    assert page.header == ["n", "parity"]
    await room.turn(5, HERON)
    page = last_view(house, room)
    assert (page.page_no, page.by, len(page.data), page.data[-1]) == (5, HERON, 99, ["2", "even"])
    await show(room, "")
    page = house.wall.pages(room.uuid)[-1]
    assert (room.view, page.view, page.total_number, page.page_no) == ("", page.view, 1000, 1)
    assert not page.view


async def test_a_view_without_rows_is_one_empty_page(house: AskedHouse) -> None:
    room = await opened(house)
    await show(room, "parity=neither")
    page = last_view(house, room)
    assert (page.total_number, page.page_no, page.data, page.row_numbers) == (0, 1, [], [])
    assert page.header == ["n", "parity"]
    with pytest.raises(PageOutOfRange):
        await room.turn(2, OTTER)


@pytest.mark.parametrize(
    ("view", "row", "page_no"),
    [
        ("_sort_desc=n", 2, 10),
        ("_sort_desc=n", None, 1),
        ("parity=even", 401, 2),
        ("parity=even", 402, 1),
        ("", 402, 5),
    ],
)
async def test_a_row_stays_in_sight(house: AskedHouse, view: str, row: int | None, page_no: int) -> None:
    room = await opened(house)
    await show(room, view, row)
    assert room.page_no == page_no


async def test_the_first_page_of_a_large_table_does_not_wait_for_a_row(
    house: AskedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagecast.service.questions, "IN_SIGHT_S", 0)
    room = await opened(house)
    house.engine.may_answer.clear()
    showing = asyncio.create_task(show(room, "_sort_desc=n", 2))
    await until(lambda: house.engine.asked)
    assert not room.view, "a small table is sorted soon"
    house.engine.may_answer.set()
    await showing
    assert (room.view, room.page_no) == ("_sort_desc=n", 10)
    monkeypatch.setattr(pagecast.service.questions, "SMALL_ROWS", 999)
    house.engine.may_answer.clear()
    await show(room, "_sort=n", 1001)
    assert (room.view, room.page_no) == ("_sort=n", 1)


async def test_nobody_waits_for_a_page_that_another_person_asked_for(house: AskedHouse) -> None:
    room = await opened(house)
    house.engine.may_answer.clear()
    await show(room, "_sort_desc=n")
    turning = asyncio.create_task(room.turn(7, OTTER))
    await until(lambda: house.engine.asked)
    sent: list[object] = []
    await room.send_state(sent.append, FIRST_WINDOW)
    await room.send_page(sent.append, ColumnWindow((range(1),), 9, 99))
    await room.join("viewer", HERON)
    await show(room, "parity=even")
    assert (room.view, turning.done()) == ("parity=even", False)
    assert [frame.page_no for frame in sent if isinstance(frame, Page)] == [1, 1]
    house.engine.may_answer.set()
    await turning
    assert (room.view, room.page_no) == ("parity=even", 1), "that page is of a view that has gone"


async def test_a_view_that_fails_leaves_the_room_as_it_was(house: AskedHouse) -> None:
    room = await opened(house)
    await show(room, "parity=even")
    shown = len(house.wall.frames)
    with pytest.raises(BadView):
        await show(room, "party=odd")
    with pytest.raises(BadView):
        await show(room, "parity__regex=(")
    with pytest.raises(Superseded):
        await show(room, "parity=odd", version=2)
    house.engine.fails = True
    with pytest.raises(QueryFailed):
        await show(room, "parity=odd")
    assert (room.view, len(house.wall.frames)) == ("parity=even", shown)


async def test_only_the_presenter_turns_everyone_to_a_view(house: AskedHouse) -> None:
    room = await opened(house)
    await room.join("viewer", HERON)
    await room.present(HERON)
    with pytest.raises(NotYourTurn):
        await show(room, "parity=even")
    assert not room.view


async def test_a_view_found_by_a_person_who_may_turn_no_more_is_not_shown(house: AskedHouse) -> None:
    room = await opened(house)
    await room.join("viewer", HERON)
    found = await room.find_view(1, "parity=even", None, OTTER)
    await room.present(HERON)
    await room.publish(found)
    assert not room.view


async def test_plain_viewers_have_pages_of_the_table_as_ever(house: AskedHouse) -> None:
    room = await opened(house)
    await room.turn(4, OTTER)
    before = house.plain_pages(room.uuid)
    await show(room, "parity=even")
    await room.turn(2, OTTER)
    assert house.plain_pages(room.uuid) == before, "their page stands"
    assert (await room.page(None)).page_no == 4
    await room.turn_table(6, HERON)
    page = house.wall.pages(room.uuid)[-1]
    assert (page.page_no, page.total_number, page.data[0]) == (6, 1000, ["500", "even"])
    assert (room.page_no, last_view(house, room).page_no) == (2, 2), "nobody else has turned"
    sent: list[object] = []
    await room.send_state(sent.append, PLAIN_WINDOW)
    assert sent[-1] == page
    with pytest.raises(PageOutOfRange):
        await room.turn_table(11, HERON)
    await show(room, "")
    assert room.page_no == 6, "the table is where they have it"


async def test_views_are_noticed_with_their_numbers(house: AskedHouse) -> None:
    room = await opened(house)
    await show(room, "parity=even")
    await until(lambda: house.notices(room.uuid)[1:])
    notice = house.notices(room.uuid)[-1]
    assert (notice.what, notice.by, notice.view, notice.rows, notice.total) == (
        "showed",
        OTTER,
        "parity=even",
        499,
        999,
    )


async def test_a_view_is_offered_to_the_others_and_moves_nobody(house: AskedHouse) -> None:
    room = await opened(house)
    link = Link(room.uuid, room.reader, reads_only=False)
    await room.offer(1, "?parity=even", link, HERON)
    offered = [frame for _, frame in house.wall.frames if isinstance(frame, Offered)]
    assert offered == [Offered(HERON, 1, "parity=even", 499)]
    assert not room.view
    await until(lambda: house.notices(room.uuid)[1:])
    assert house.notices(room.uuid)[-1].what == "offered"
    with pytest.raises(ReadOnly):
        await room.offer(1, "parity=odd", Link(room.uuid, room.reader, reads_only=True), HERON)


async def test_a_range_that_is_dragged_is_broadcast_now_and_then_and_its_end_always(
    house: AskedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagecast.service.open_talk, "BRUSHED_EVERY_S", 3600.0)
    room = await opened(house)

    def brushed() -> list[Brushed]:
        return [frame for _, frame in house.wall.frames if isinstance(frame, Brushed)]

    await room.brush(Brush(1, 1, ("", "0")), HERON)
    await until(brushed)
    for end in range(1, 50):
        await room.brush(Brush(1, 1, ("", str(end))), HERON)
    await room.brush(Brush(1, 1, None), HERON)
    await room.brush(Brush(1, 99, None), HERON)  # there is no such column
    await room.drain()
    assert brushed() == [Brushed(HERON, 1, 1, ("", "0")), Brushed(HERON, 1, 1, None)]
    with pytest.raises(Superseded):
        await room.brush(Brush(2, 1, None), HERON)
    await room.join("viewer", OTTER)
    await room.present(OTTER)
    with pytest.raises(NotYourTurn):
        await room.brush(Brush(1, 1, ("", "1")), HERON)


async def test_a_view_is_on_screen_after_a_restart(house: AskedHouse) -> None:
    room = await opened(house)
    await room.turn(4, OTTER)
    await show(room, "_sort_desc=n")
    await room.turn(3, OTTER)
    await house.leave(room.uuid)
    assert isinstance(house.store, MemoryStore)
    again = AskedHouse(house.store)
    again.engine.fails = True
    link = await again.visit(room.uuid)
    sent: list[object] = []
    await again.room(link.uuid).send_state(sent.append, FIRST_WINDOW)
    page = sent[-1]
    assert isinstance(page, Page)
    assert (page.view, page.page_no, page.data[0], page.total_number) == ("_sort_desc=n", 3, ["799", "odd"], 999)
    assert (await again.room(link.uuid).page(None)).page_no == 4


async def test_a_new_version_keeps_the_view_by_the_names_of_its_columns(house: AskedHouse) -> None:
    room = await opened(house)
    await room.turn(4, OTTER)
    await show(room, "parity=even&n__gt=900")
    data = b"parity\tx\n" + b"even\t1\nodd\t2\neven\t3\n"
    await house.services.uploads.upload(room.uuid, "b.tsv", data, "")
    pages = [page for page in house.wall.pages(room.uuid) if page.version == 2]
    assert [(page.view or "", page.data) for page in pages] == [
        ("parity=even", [["even", "1"], ["even", "3"]]),
        ("", [["parity", "x"], ["even", "1"], ["odd", "2"], ["even", "3"]]),
    ], "nobody has been shown another page of it"
    assert (await room.page(None)).page_no == 1
    await until(lambda: house.notices(room.uuid)[-1].what == "brought" and house.notices(room.uuid)[-1].version == 2)
    notice = house.notices(room.uuid)[-1]
    assert (notice.view, notice.rows, notice.total, notice.gone) == ("parity=even", 2, 3, ("n",))


async def test_a_new_version_whose_view_cannot_be_answered_is_shown_as_it_was_read(
    house: AskedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await opened(house)
    await show(room, "parity=even")
    house.engine.fails = True
    await house.services.uploads.upload(room.uuid, "b.tsv", numbers(10), "")
    assert (room.view, house.wall.pages(room.uuid)[-1].total_number) == ("", 11)
    await until(lambda: house.notices(room.uuid)[-1].version == 2)


async def test_another_reading_keeps_the_view(house: AskedHouse) -> None:
    room = house.room(await house.document(b"a;b\n" + b"1;x\n2;y\n3;x\n" * 50))
    await show(room, "b=x")
    assert last_view(house, room).total_number == 100
    await house.services.reparsing.read(room.uuid, 1, Choices(header=False))
    assert not room.view, "its columns have no names any more"
    await house.services.reparsing.read(room.uuid, 1, Choices(quoting="literal"))
    await show(room, "b=x")
    await house.services.reparsing.read(room.uuid, 1, Choices(header=True))
    assert (room.view, last_view(house, room).edition) == ("b=x", 4)


async def test_matches_appear_as_rows_arrive(house: AskedHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagecast.service.questions, "AGAIN_EVERY_S", 0)
    uuid = await house.enter(None)
    data = numbers(2000)
    intake = await house.upload(uuid, data[: len(data) // 2])
    await house.shown(uuid)
    room = house.room(uuid)
    await until(lambda: room.newest and room.newest.rows > 600)
    await show(room, "parity=even")
    first = last_view(house, room).total_number
    await intake.add(data[len(data) // 2 :])
    await until(lambda: last_view(house, room).total_number > first)
    assert (room.page_no, last_view(house, room).by) == (1, OTTER)
    await house.services.uploads.finish(intake)
    assert (room.view, last_view(house, room).total_number) == ("parity=even", 1000)


async def test_rows_that_are_appended_are_in_the_view(house: AskedHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagecast.service.questions, "AGAIN_EVERY_S", 0)
    room = await opened(house)
    await show(room, "_sort_desc=n")
    append = await house.services.appends.begin(room.uuid, 10, "")
    await append.add(b"5000\teven\n")
    await house.services.appends.finish(append)
    await until(lambda: last_view(house, room).total_number == 1000)
    assert last_view(house, room).data[0] == ["5000", "even"]
    assert last_view(house, room).page_no == 1


async def test_on_the_last_page_of_a_view_the_room_follows_its_end(
    house: AskedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagecast.service.questions, "AGAIN_EVERY_S", 0)
    room = await opened(house, 400)
    await show(room, "parity=even")

    async def append(rows: int) -> None:
        line = b"5000\teven\n"
        appending = await house.services.appends.begin(room.uuid, rows * len(line), "")
        await appending.add(line * rows)
        await house.services.appends.finish(appending)

    await append(50)  # on page 1 of 2, nobody is moved
    await until(lambda: last_view(house, room).total_number == 250)
    assert room.page_no == 1
    await room.turn(3, HERON)
    await append(60)
    await until(lambda: last_view(house, room).total_number == 310)
    assert (last_view(house, room).page_no, len(last_view(house, room).data)) == (4, 10)


async def test_a_large_table_is_prepared_before_its_first_question(
    house: AskedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = list[int]()

    async def prepare(uuid: str, version: Version) -> None:
        prepared.append(version.number)

    monkeypatch.setattr(house.engine, "prepare", prepare)
    monkeypatch.setattr(pagecast.service.views, "EXPECTED_BYTES", 1000)
    uuid = await house.document(numbers(10), numbers(1000))
    await until(lambda: prepared)
    assert prepared == [2]
    await show(house.room(uuid), "_sort_desc=n", version=2)
    await house.room(uuid).turn(2, OTTER)
    asked = len(prepared)
    for page_no in (3, 4, 5):
        await house.room(uuid).turn(page_no, OTTER)
    assert len(prepared) == asked  # a page of an order that is known asks for no copy


async def test_a_search_of_the_rows_waits_for_no_copy(house: AskedHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    async def prepare(uuid: str, version: Version) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(house.engine, "prepare", prepare)
    monkeypatch.setattr(pagecast.service.views, "EXPECTED_BYTES", 1000)
    room = await opened(house)
    await show(room, "_search=ODD")
    await until(lambda: last_view(house, room).total_number == 500)


async def test_a_search_of_a_large_table_shows_its_first_rows_before_all_are_counted(
    house: AskedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagecast.service.views, "EXPECTED_BYTES", 1000)
    house.engine.may_answer.clear()
    room = await opened(house)
    await show(room, "_search=odd", row=900)
    page = last_view(house, room)
    assert (page.page_no, page.total_number, page.counting, len(page.data)) == (1, 100, True, 100)
    assert "showed" not in [line.what for line in house.notices(room.uuid)], "the line waits for the number of rows"
    turning = asyncio.create_task(room.turn(5, HERON))
    await until(lambda: len(house.engine.asked) == 1)
    house.engine.may_answer.set()
    await turning
    page = last_view(house, room)
    assert (page.page_no, page.total_number, page.counting, page.by) == (5, 500, UNSET, HERON)
    await room.drain()
    lines = [(line.what, line.rows) for line in house.notices(room.uuid) if line.what != "brought"]
    assert lines == [("showed", 500), ("turned", UNSET)]


async def test_rows_are_counted_without_a_rest(house: AskedHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagecast.service.views, "EXPECTED_BYTES", 1000)
    monkeypatch.setattr(pagecast.service.questions, "AGAIN_EVERY_S", 3600)
    room = await opened(house)
    for text in ("_search=odd", "_search=even"):
        await show(room, text)
        await until(lambda: last_view(house, room).counting is UNSET)
        assert last_view(house, room).view == text


async def test_rows_that_could_not_be_counted_are_counted_again(
    house: AskedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagecast.service.views, "EXPECTED_BYTES", 1000)
    monkeypatch.setattr(pagecast.service.questions, "AGAIN_EVERY_S", 0)
    house.engine.may_answer.clear()
    room = await opened(house)
    await show(room, "_search=odd")
    house.engine.fails = True
    house.engine.may_answer.set()
    await until(lambda: len(house.engine.failures) > 1)
    assert last_view(house, room).counting is True
    house.engine.fails = False
    await until(lambda: last_view(house, room).counting is UNSET)
    assert last_view(house, room).total_number == 500


async def test_rows_are_counted_when_a_document_is_opened_again(
    house: AskedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagecast.service.views, "EXPECTED_BYTES", 1000)
    house.engine.may_answer.clear()
    room = await opened(house)
    await show(room, "_search=odd")
    await house.leave(room.uuid)
    house.engine.may_answer.set()
    again = house.room(await house.enter(room.uuid))
    await until(lambda: last_view(house, again).counting is UNSET)
    assert last_view(house, again).total_number == 500


async def test_a_copy_is_stopped_with_the_server(
    house: AskedHouse, monkeypatch: pytest.MonkeyPatch, unhandled: list[object]
) -> None:
    ended, stopped = asyncio.Event(), list[int]()

    async def prepare(uuid: str, version: Version) -> None:
        try:
            await ended.wait()
        finally:
            stopped.append(version.number)
        raise QueryFailed

    monkeypatch.setattr(house.engine, "prepare", prepare)
    room = await opened(house)
    preparing = house.services.library._views.prepare(room.uuid, room.version(None))
    await until(lambda: len(house.services.library._views._copies))
    await house.services.stop()
    assert stopped == [1]
    ended.set()  # as the query processes end, after the services have
    await asyncio.sleep(0)
    gc.collect()
    assert preparing.cancelled()
    assert not unhandled


async def test_hits_are_told_while_rows_are_still_looked_at(house: AskedHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagecast.service.views, "PROGRESS_S", 0.001)
    room = await opened(house)
    grown = list[RowHits]()
    house.engine.may_answer.clear()
    finding = asyncio.create_task(room.answers.hits(None, [("_search", "99")], 0, grown.append))
    await until(lambda: grown)
    assert not finding.done()
    house.engine.may_answer.set()
    hits = await finding
    assert (grown[0].partial, hits.partial) == (True, UNSET)
    assert (hits.hits, hits.rows, hits.next) == (19, 999, 99)
    backwards = await room.answers.hits(None, [("_search", "98"), ("_sort_desc", "n")], 0)
    assert (backwards.hits, backwards.next) == (20, 2)
    assert not house.engine.asked[-1].sorts, "rows are found in the order of the file"


async def test_a_search_that_nobody_waits_for_is_stopped(house: AskedHouse) -> None:
    room = await opened(house)
    house.engine.may_answer.clear()
    finding = asyncio.create_task(room.answers.hits(None, [("_search", "99")], 0))
    await until(lambda: house.engine.asked)
    finding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await finding
    await until(lambda: house.engine.stopped)
