"""A rate limiter: each address as often as it may, and memory for so many of them."""

import pytest

from pagecast.limits.rate_limiter import AddressRateLimiter
from pagecast.limits.token_bucket import Rate
from pagecast.protocol.errors import TooManyMisses


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def limiter(clock: Clock, remembered: int = 100) -> AddressRateLimiter:
    return AddressRateLimiter(Rate(2, 5), TooManyMisses, clock, remembered)


def test_who_has_done_it_too_often_waits_and_nobody_else() -> None:
    clock = Clock()
    misses = limiter(clock)
    for _ in range(5):
        misses.check("10.0.0.7")
        misses.count("10.0.0.7")
    with pytest.raises(TooManyMisses):
        misses.check("10.0.0.7")
    misses.check("10.0.0.8")
    clock.now = 0.5
    misses.check("10.0.0.7")
    misses.count("10.0.0.7")
    with pytest.raises(TooManyMisses):
        misses.check("10.0.0.7")
    assert misses.rejected == 2


def test_asking_alone_costs_nothing() -> None:
    misses = limiter(Clock())
    for _ in range(100):
        misses.check("10.0.0.7")
    assert len(misses) == 0


def test_another_address_of_the_same_household_is_no_way_around_it() -> None:
    misses = limiter(Clock())
    for number in range(5):
        misses.count(f"2001:db8::{number + 1}")
    with pytest.raises(TooManyMisses):
        misses.check("2001:db8::ffff")


def test_this_machine_does_as_it_likes() -> None:
    misses = limiter(Clock())
    for address in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        for _ in range(100):
            misses.check(address)
            misses.count(address)
    assert len(misses) == 0


def test_it_remembers_so_many_and_the_busy_ones_longest() -> None:
    misses = limiter(Clock(), remembered=3)
    for _ in range(5):
        misses.count("10.0.0.7")
    for number in range(1000):
        misses.count(f"10.1.{number // 256}.{number % 256}")
        misses.count("10.0.0.7")
        assert len(misses) == min(number + 2, 3)
    with pytest.raises(TooManyMisses):
        misses.check("10.0.0.7")
