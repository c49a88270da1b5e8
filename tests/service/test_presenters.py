"""One person presents at a time, and another takes over when that person stays away."""

import pytest

from pagecast.limits.documents import Limits
from pagecast.protocol.errors import NotYourTurn
from pagecast.protocol.presenting import Presenter
from pagecast.protocol.tables import Document, Page
from pagecast.table.window import FIRST_WINDOW
from tests.service.house import HERON, OTTER, House, started, table, until

# The presenter


async def test_only_the_presenter_turns_the_pages(house: House) -> None:
    uuid = await house.document(table("a", 950))
    for viewer, person in (("one", OTTER), ("two", HERON)):
        await house.room(uuid).join(viewer, person)
    await house.room(uuid).present(OTTER)
    for somebody in (HERON, None):
        with pytest.raises(NotYourTurn, match="Only Otter turns"):
            await house.room(uuid).turn(2, somebody)
    for hand in (house.room(uuid).present(HERON), house.room(uuid).hand_over(HERON, None)):
        with pytest.raises(NotYourTurn):
            await hand
    await house.room(uuid).turn(3, OTTER)
    await house.room(uuid).ask_to_present(HERON)
    await house.room(uuid).hand_over(OTTER, HERON.who)
    await house.room(uuid).turn(4, HERON)
    await house.room(uuid).hand_over(HERON, None)
    await house.room(uuid).turn(5, OTTER)
    assert [page.page_no for page in house.wall.pages(uuid)] == [1, 3, 4, 5]
    presenters = [frame for _, frame in house.wall.frames if isinstance(frame, Presenter)]
    told = [(OTTER, []), (OTTER, [HERON]), (HERON, []), (None, [])]
    assert presenters == [Presenter(by, False, asking) for by, asking in told]


async def test_asking_while_nobody_presents_is_presenting_and_newcomers_are_told(house: House) -> None:
    uuid = await house.document()
    await house.room(uuid).join("one", OTTER)
    await house.room(uuid).ask_to_present(OTTER)
    told: list[Document | Page | Presenter] = []
    await house.room(uuid).send_state(told.append, FIRST_WINDOW)
    assert told == [Presenter(OTTER, False, [])]


def presenters_of(house: House) -> list[Presenter]:
    """All that everyone was told of the presenter."""
    return [frame for _, frame in house.wall.frames if isinstance(frame, Presenter)]


NEVER_S = 3600


async def test_a_presenter_who_loads_the_page_again_was_never_away() -> None:
    async with started(limits=Limits(presenter_missed_s=NEVER_S, presenter_grace_s=NEVER_S)) as house:
        uuid = await house.document(table("a", 950))
        await house.room(uuid).join("one", OTTER)
        await house.room(uuid).present(OTTER)
        await house.room(uuid).leave("one")
        with pytest.raises(NotYourTurn):
            await house.room(uuid).turn(3, HERON)
        await house.room(uuid).join("another", OTTER)
        await house.room(uuid).turn(2, OTTER)
        assert presenters_of(house) == [Presenter(OTTER, False, [])]
        await house.room(uuid).leave("another")
        await house.leave(uuid)
        assert len(house.services.library) == 0, "nobody waits for the presenter of a room that is closed"


async def test_an_absent_presenter_is_told_and_waited_for() -> None:
    async with started(limits=Limits(presenter_missed_s=0, presenter_grace_s=NEVER_S)) as house:
        uuid = await house.document(table("a", 950))
        await house.room(uuid).join("one", OTTER)
        await house.room(uuid).present(OTTER)
        await house.room(uuid).leave("one")
        await until(lambda: Presenter(OTTER, True, []) in presenters_of(house))
        told: list[Document | Page | Presenter] = []
        await house.room(uuid).send_state(told.append, FIRST_WINDOW)
        assert told[0] == Presenter(OTTER, True, []), "who joins meanwhile is told too"
        await house.room(uuid).join("two", HERON)
        await house.room(uuid).join("another", OTTER)
        await house.room(uuid).turn(2, OTTER)
        assert presenters_of(house) == [Presenter(OTTER, away, []) for away in (False, True, False)]


async def test_nobody_presents_when_the_presenter_stays_away() -> None:
    async with started(limits=Limits(presenter_missed_s=NEVER_S, presenter_grace_s=0)) as house:
        uuid = await house.document(table("a", 950))
        await house.room(uuid).join("one", OTTER)
        await house.room(uuid).present(OTTER)
        await house.room(uuid).leave("one")
        await until(lambda: (uuid, Presenter(None, False, [])) in house.wall.frames)
        await house.room(uuid).turn(3, HERON)


async def test_a_person_who_asked_presents_when_the_presenter_stays_away() -> None:
    async with started(limits=Limits(presenter_missed_s=NEVER_S, presenter_grace_s=0)) as house:
        uuid = await house.document(table("a", 950))
        for viewer, person in (("one", OTTER), ("two", HERON)):
            await house.room(uuid).join(viewer, person)
        await house.room(uuid).present(OTTER)
        await house.room(uuid).ask_to_present(HERON)
        await house.room(uuid).leave("one")
        await until(lambda: Presenter(HERON, False, []) in presenters_of(house))
        await house.room(uuid).turn(3, HERON)
        with pytest.raises(NotYourTurn):
            await house.room(uuid).turn(3, OTTER)
