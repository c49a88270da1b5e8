"""Facts: immutable values with a form in JSON. Only this module knows msgspec."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import msgspec

F = TypeVar("F")

Count = Annotated[int, msgspec.Meta(ge=0)]
"""A whole number from 0."""

UNSET = msgspec.UNSET
"""The value of a member that is left out of the JSON."""
Unset = msgspec.UnsetType


def _tag(name: str) -> str:
    return name.lower()


class Fact(msgspec.Struct, frozen=True):
    """An immutable value. A change makes a new fact (``changed``)."""


class Tagged(Fact, frozen=True, tag_field="type", tag=_tag, forbid_unknown_fields=True):
    """A fact whose JSON has a first member ``type``: its class's name in lower case. Unknown members are refused."""


def encode(fact: Fact) -> bytes:
    """Return compact JSON in UTF-8, with the members in the order of the class."""
    return msgspec.json.encode(fact)


def decoder(kind: Any) -> Callable[[bytes | str], Any]:
    """Return a strict decoder of one type, or of a union of tagged ones.

    The decoder raises ValueError on anything else. ``kind`` bounds how deeply the JSON may be nested.
    """
    return msgspec.json.Decoder(kind).decode


def changed(fact: F, **members: Any) -> F:
    """Return the same fact with some members replaced."""
    return msgspec.structs.replace(fact, **members)  # type: ignore[type-var]
