"""Groups of viewers that are sent the same messages, so that a broadcast asks each group instead of each viewer."""

from collections.abc import Hashable, Iterator
from typing import Any, Generic, Protocol, TypeVar


class Member(Protocol):
    """An object that can be in a group."""

    group: Any
    """The group it is in, or None."""


K = TypeVar("K", bound=Hashable)
M = TypeVar("M", bound=Member)


class Group(Generic[K, M]):
    """The members with one key. Everything that decides which message a member is sent is part of the key."""

    def __init__(self, key: K) -> None:
        self.key = key
        self.members: set[M] = set()


class Groups(Generic[K, M]):
    """All groups by their keys. Each member is in one group at most, and no group is empty."""

    def __init__(self) -> None:
        self._by_key: dict[K, Group[K, M]] = {}

    def put(self, member: M, key: K) -> None:
        """Move a member to the group of a key, wherever it was."""
        self.drop(member)
        if key not in self._by_key:
            self._by_key[key] = Group(key)
        member.group = self._by_key[key]
        member.group.members.add(member)

    def drop(self, member: M) -> None:
        """Remove a member from its group, if it is in one."""
        group = member.group
        if group is None:
            return
        member.group = None
        group.members.discard(member)
        if not group.members:
            del self._by_key[group.key]

    def __iter__(self) -> Iterator[Group[K, M]]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        """Return the number of members in all groups."""
        return sum(len(group.members) for group in self)
