"""Slots: so many uploads at a time, and no more."""

import pytest

from pagecast.limits.slots import Slots
from pagecast.protocol.errors import TooManyUploads, TooManyViewers


def test_there_is_an_end_for_everyone_and_an_earlier_one_for_each() -> None:
    slots = Slots(in_all=4, each=2)
    for address in ("10.0.0.1", "10.0.0.1", "10.0.0.2"):
        slots.acquire(address)
    with pytest.raises(TooManyUploads, match="Your address"):
        slots.acquire("10.0.0.1")
    slots.acquire("10.0.0.2")
    with pytest.raises(TooManyUploads, match="This server"):
        slots.acquire("10.0.0.3")
    assert slots.rejected == 2
    slots.release("10.0.0.1")
    slots.acquire("10.0.0.3")


def test_who_has_given_back_all_slots_is_not_remembered() -> None:
    slots = Slots(in_all=1000, each=2)
    for n in range(250):
        for _ in range(2):
            slots.acquire(f"10.0.0.{n}")
        slots.release(f"10.0.0.{n}")
    assert len(slots) == 250
    for n in range(250):
        slots.release(f"10.0.0.{n}")
    assert len(slots) == 0


def test_this_machine_has_no_limit_of_its_own() -> None:
    slots = Slots(in_all=3, each=1)
    for _ in range(3):
        slots.acquire("127.0.0.1")
    with pytest.raises(TooManyUploads, match="This server"):
        slots.acquire("::1")


def test_a_household_counts_once_however_many_addresses_it_has() -> None:
    slots = Slots(10, 2, TooManyViewers)
    slots.acquire("2001:db8:0:1::1")
    slots.acquire("2001:db8:0:1:ffff::1")
    with pytest.raises(TooManyViewers, match="Your address has 2 connections"):
        slots.acquire("2001:db8:0:1::2")
    slots.acquire("2001:db8:0:2::1")
    slots.release("2001:db8:0:1:aaaa::1")
    slots.acquire("2001:db8:0:1::2")
    assert slots.rejected == 1
