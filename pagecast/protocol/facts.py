"""Facts: frozen values with a form in JSON. The only file that knows msgspec."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import msgspec

F = TypeVar("F")

Count = Annotated[int, msgspec.Meta(ge=0)]
"""A whole number from 0."""

UNSET = msgspec.UNSET
Unset = msgspec.UnsetType


def _tag(name: str) -> str:
    return name.lower()


class Fact(msgspec.Struct, frozen=True):
    """A value that never changes; a change is a new fact (``msgspec.structs.replace``)."""


class Tagged(Fact, frozen=True, tag_field="type", tag=_tag, forbid_unknown_fields=True):
    """A fact whose JSON says which it is, in a first member ``type``: its class's name in lower case."""


def encode(fact: Fact) -> bytes:
    """Compact JSON in UTF-8, members in the order of the class."""
    return msgspec.json.encode(fact)


def decoder(kind: Any) -> Callable[[bytes | str], Any]:
    """A strict reader of one type, or of a union of tagged ones.

    It raises ValueError on anything else; the nesting of what it reads is bounded by ``kind``.
    """
    return msgspec.json.Decoder(kind).decode


def changed(fact: F, **members: Any) -> F:
    """The same fact with some members replaced."""
    return msgspec.structs.replace(fact, **members)  # type: ignore[type-var]
