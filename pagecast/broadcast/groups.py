"""Who is told the same in the same way, together: it is made ready once for them, and nothing is asked of each."""

from collections.abc import Hashable, Iterator
from typing import Any, Generic, Protocol, TypeVar


class Member(Protocol):
    """Who can be in a group."""

    group: Any
    """The one that it is in, None while it is in none."""


W = TypeVar("W", bound=Hashable)
M = TypeVar("M", bound=Member)


class Group(Generic[W, M]):
    """Those who are told things in one way."""

    def __init__(self, way: W) -> None:
        self.way = way
        self.members: set[M] = set()


class Groups(Generic[W, M]):
    """Puts each member into the group of its way."""

    def __init__(self) -> None:
        self._by_way: dict[W, Group[W, M]] = {}

    def put(self, member: M, way: W) -> None:
        """From now on it is told things in this way."""
        self.drop(member)
        if way not in self._by_way:
            self._by_way[way] = Group(way)
        member.group = self._by_way[way]
        member.group.members.add(member)

    def drop(self, member: M) -> None:
        """It is told nothing any more."""
        group = member.group
        if group is None:
            return
        member.group = None
        group.members.discard(member)
        if not group.members:
            del self._by_way[group.way]

    def __iter__(self) -> Iterator[Group[W, M]]:
        return iter(self._by_way.values())

    def __len__(self) -> int:
        """How many members there are."""
        return sum(len(group.members) for group in self)
