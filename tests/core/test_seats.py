"""Seats: so many uploads at a time, and no more."""

import pytest

from pagecast.errors import TooManyUploads
from pagecast.seats import Seats


def test_there_is_an_end_for_everyone_and_an_earlier_one_for_each() -> None:
    seats = Seats(in_all=4, each=2)
    for address in ("10.0.0.1", "10.0.0.1", "10.0.0.2"):
        seats.take(address)
    with pytest.raises(TooManyUploads, match="Your address"):
        seats.take("10.0.0.1")
    seats.take("10.0.0.2")
    with pytest.raises(TooManyUploads, match="This server"):
        seats.take("10.0.0.3")
    seats.give("10.0.0.1")
    seats.take("10.0.0.3")


def test_this_machine_has_no_limit_of_its_own() -> None:
    seats = Seats(in_all=3, each=1)
    for _ in range(3):
        seats.take("127.0.0.1")
    with pytest.raises(TooManyUploads, match="This server"):
        seats.take("::1")
