"""The room in Python and the screens in JavaScript agree in the end, whatever is overtaken or cut between them."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pagecast import protocol
from pagecast.outbox import Outbox
from pagecast.protocol import Person, Place, ToViewer, Welcome
from pagecast.room import Arrived, Asked, Event, Gave, Joined, Lapsed, Left, Moved, Room, Took, Turned
from pagecast.window import Excerpt
from tests.core.house import version_of

UUID, READER = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11", "d1f3a0c6-58b4-4f0e-9a27-6c1be02f7d43"
PEOPLE = [Person(f"{n:012x}", name) for n, name in enumerate(("Otter", "Heron", "Newt", "Seal"))]
NOTHING = Excerpt(1, (range(1),), [], [], [], [["x"]] * 100)
WORLD = Path(__file__).parent / "js" / "world.mjs"


class Screen:
    """One viewer: what it was sent in the end, and what waits to be sent to it."""

    def __init__(self, number: int) -> None:
        self.viewer, self.person = f"viewer {number}", PEOPLE[number % len(PEOPLE)]
        self.outbox: Outbox[ToViewer] = Outbox()
        self.live = False
        self.heard: list[Any] = [{"type": "opened", "uuid": UUID, "seen": 0}]

    def offer(self, frame: ToViewer) -> None:
        if self.live:
            self.outbox.put(type(frame).__name__, frame)

    def take(self) -> bool:
        """Be sent the next frame, if there is one."""
        frame = self.outbox.take()
        if frame is not None:
            self.heard.append(json.loads(protocol.encode_frame(frame)))
        return frame is not None


class House:
    """What a library does for one room, with events in place of people and a list in place of the network."""

    def __init__(self, chance: Random, screens: int) -> None:
        self.chance = chance
        self.screens = [Screen(number) for number in range(screens)]
        self.room = Room(UUID, version=version_of(950))

    def hear(self, event: Event) -> None:
        before, self.room = self.room, self.room.apply(event)
        if self.room is before:
            return
        frames: list[ToViewer] = []
        if isinstance(event, Arrived) and (document := self.room.document_frame()):
            frames.append(document)
        if self.room.seq != before.seq:
            frames.append(self.room.page_frame(NOTHING))
        if (self.room.driver, self.room.asking) != (before.driver, before.asking):
            frames.append(self.room.wheel_frame())
        if self.room.viewers != before.viewers:
            frames.append(self.room.people_frame())
        for screen in self.screens:
            for frame in frames:
                screen.offer(frame)

    def connect(self, screen: Screen) -> None:
        screen.live = True
        screen.offer(Welcome(UUID, screen.viewer, "epoch", READER, False))
        if self.room.driver is not None:
            screen.offer(self.room.wheel_frame())
        document = self.room.document_frame()
        assert document is not None
        screen.offer(document)
        screen.offer(self.room.page_frame(NOTHING))
        self.hear(Joined(screen.viewer, screen.person))

    def cut(self, screen: Screen) -> None:
        """What waited is lost, and so may be some of what was on its way."""
        screen.live, screen.outbox = False, Outbox()
        screen.heard.append({"type": "lost", "until": 1})
        self.hear(Left(screen.viewer))

    def something(self) -> None:
        """Let something happen that may happen at any time."""
        chance, screen = self.chance, self.chance.choice(self.screens)
        version = self.room.version
        assert version is not None
        who, other = chance.choice(PEOPLE), chance.choice(PEOPLE)
        page_no = chance.randint(1, version.pages)
        happen: list[Callable[[], object]] = [
            lambda: self.hear(Turned(version.number, page_no, who)),
            lambda: self.hear(Turned(chance.randint(1, 5), chance.randint(0, 20), who)),
            lambda: self.hear(Moved({screen.viewer: Place(chance.choice([None, page_no]), None)})),
            lambda: self.hear(Took(who)),
            lambda: self.hear(Asked(who)),
            lambda: self.hear(Lapsed(who.who)),
            lambda: self.hear(Gave(who.who, chance.choice([None, other.who]))),
            lambda: self.cut(screen) if screen.live else self.connect(screen),
            lambda: screen.heard.append({"type": "looked", "page_no": page_no}) if screen.live else None,
            lambda: screen.heard.append({"type": "rejoined"}),
            *[screen.take] * 6,
        ]
        if chance.random() < 0.02:
            number = version.number + 1
            self.hear(Arrived(version_of(chance.randint(1, 2000), f"key {number}", number=number), who))
        chance.choice(happen)()

    def rest(self) -> None:
        """Let everyone come back, and hear all that there is."""
        for screen in self.screens:
            if not screen.live:
                self.connect(screen)
        for screen in self.screens:
            while screen.take():
                pass


@pytest.fixture(scope="module")
def houses() -> list[House]:
    houses = [House(Random(seed), 2 + seed % 4) for seed in range(120)]
    for house in houses:
        for _ in range(60 + house.chance.randint(0, 200)):
            house.something()
        house.rest()
    return houses


def test_whatever_happens_on_the_way_all_screens_show_the_room_in_the_end(houses: list[House]) -> None:
    node = shutil.which("node")
    assert node
    worlds = [screen.heard for house in houses for screen in house.screens]
    played = subprocess.run([node, WORLD], input=json.dumps(worlds), capture_output=True, text=True, check=False)
    assert played.returncode == 0, played.stderr
    seen = iter(json.loads(played.stdout))
    alone = 0
    for house in houses:
        room = house.room
        people = [[one.who, one.page_no] for one in room.people_frame().people]
        for _ in house.screens:
            screen = next(seen)
            assert screen["room"] == room.page_no
            assert screen["version"] == (room.version.number if room.version else None)
            assert screen["page"] == (screen["alone"] or room.page_no), "nobody is moved who browses alone"
            assert screen["wheel"] == (room.driver.who if room.driver else None)
            assert screen["asking"] == [one.who for one in room.asking]
            assert screen["people"] == people
            assert screen["wanted"] is None
            alone += screen["alone"] is not None
    assert alone > 20, "some browse alone in the end"
