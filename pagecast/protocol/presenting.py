"""Frames about presenting: one person, the presenter, turns the pages for everyone."""

from pagecast.protocol.facts import Tagged
from pagecast.protocol.people import Person


class Take(Tagged, frozen=True):
    pass


class Ask(Tagged, frozen=True):
    pass


class Give(Tagged, frozen=True):
    to: str | None


class Presenter(Tagged, frozen=True):
    by: Person | None
    away: bool
    asking: list[Person]
