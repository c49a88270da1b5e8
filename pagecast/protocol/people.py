"""Frames about people: their names, and the pages they read."""

from pagecast.protocol.facts import UNSET, Count, Fact, Tagged, Unset

MAX_NAME = 60
"""Characters of a person's name: what fits into the list of people."""


MAX_PEOPLE = 50
"""People that a `people` frame names. More would not fit on a screen."""


COLOURS = 10
"""Colours that tell people apart, by number. The page's CSS gives each one its hue."""


class Person(Fact, frozen=True):
    """A person: ``who`` stays the same in all windows and after a reload, ``name`` is what the person chose."""

    who: str
    name: str


class Present(Fact, frozen=True):
    """A person who is in the room.

    ``page_no``: the page that the person browses alone, counted from 1; None with the room. ``follow``: the ``who`` of
    the person that this one follows, or None. ``version`` and ``view``: those of that page, where the person's viewer
    says them.
    """

    who: str
    name: str
    colour: Count
    page_no: int | None
    follow: str | None
    version: int | Unset = UNSET
    view: str | Unset = UNSET


class Hello(Tagged, frozen=True):
    name: str
    key: str
    language: str | Unset = UNSET


class Place(Tagged, frozen=True):
    page_no: int | None
    follow: str | None
    version: int | Unset = UNSET
    view: str | Unset = UNSET


class You(Tagged, frozen=True):
    who: str
    name: str


class People(Tagged, frozen=True):
    count: int
    people: list[Present]
