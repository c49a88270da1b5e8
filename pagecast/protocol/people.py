"""Frames about people: their names, and where they read."""

from pagecast.protocol.facts import Count, Fact, Tagged

MAX_NAME = 60
"""Characters of a viewer's name."""


MAX_PEOPLE = 50
"""How many people a `people` frame names: more would not fit on a screen."""


COLOURS = 10
"""How many colours there are for people. Which they are is the page's to say."""


class Person(Fact, frozen=True):
    """Somebody: who it is, in all windows and whenever it comes back, and what it calls itself."""

    who: str
    name: str


class Present(Fact, frozen=True):
    """Somebody who is here: the colour it has, the page it is on by itself, None where it is with the
    room, and whom of those who are here it follows.
    """

    who: str
    name: str
    colour: Count
    page_no: int | None
    follow: str | None


# To the server.


class Hello(Tagged, frozen=True):
    name: str
    key: str


class Place(Tagged, frozen=True):
    page_no: int | None
    follow: str | None


class You(Tagged, frozen=True):
    who: str
    name: str


class People(Tagged, frozen=True):
    count: int
    people: list[Present]
