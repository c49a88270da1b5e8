"""Slots: so many uploads at a time, and no more."""

import pytest

from pagecast.limits.slots import Slots
from pagecast.protocol.errors import TooManyUploads, TooManyViewers


def test_there_is_an_end_for_everyone_and_an_earlier_one_for_each() -> None:
    seats = Slots(in_all=4, each=2)
    for address in ("10.0.0.1", "10.0.0.1", "10.0.0.2"):
        seats.take(address)
    with pytest.raises(TooManyUploads, match="Your address"):
        seats.take("10.0.0.1")
    seats.take("10.0.0.2")
    with pytest.raises(TooManyUploads, match="This server"):
        seats.take("10.0.0.3")
    assert seats.refused == 2
    seats.give("10.0.0.1")
    seats.take("10.0.0.3")


def test_who_has_given_back_all_seats_is_not_remembered() -> None:
    seats = Slots(in_all=1000, each=2)
    for n in range(250):
        for _ in range(2):
            seats.take(f"10.0.0.{n}")
        seats.give(f"10.0.0.{n}")
    assert len(seats) == 250
    for n in range(250):
        seats.give(f"10.0.0.{n}")
    assert len(seats) == 0


def test_this_machine_has_no_limit_of_its_own() -> None:
    seats = Slots(in_all=3, each=1)
    for _ in range(3):
        seats.take("127.0.0.1")
    with pytest.raises(TooManyUploads, match="This server"):
        seats.take("::1")


def test_a_household_counts_once_however_many_addresses_it_has() -> None:
    seats = Slots(10, 2, TooManyViewers)
    seats.take("2001:db8:0:1::1")
    seats.take("2001:db8:0:1:ffff::1")
    with pytest.raises(TooManyViewers, match="Your address has 2 connections"):
        seats.take("2001:db8:0:1::2")
    seats.take("2001:db8:0:2::1")
    seats.give("2001:db8:0:1:aaaa::1")
    seats.take("2001:db8:0:1::2")
    assert seats.refused == 1
