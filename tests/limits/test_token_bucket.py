"""So many a second, and a few at once: whatever the order, nobody gets more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.limits.token_bucket import KindLimits, Rate, TokenBucket
from pagecast.protocol.errors import TooFast
from pagecast.protocol.tables import Turn
from pagecast.protocol.talk import Say


@given(st.lists(st.floats(0, 60), max_size=200).map(sorted), st.floats(0.1, 50), st.integers(1, 20))
def test_in_any_time_nobody_does_more_than_the_rate_and_the_burst(
    moments: list[float], per_second: float, burst: int
) -> None:
    bucket = TokenBucket(Rate(per_second, burst))
    done = [now for now in moments if bucket.take(now)]
    for i, begin in enumerate(done):
        for j, end in enumerate(done[i:], i):
            assert j - i + 1 <= burst + (end - begin) * per_second + 1e-6


def test_who_keeps_to_the_rate_is_never_held_up() -> None:
    bucket = TokenBucket(Rate(4, 1))
    assert all(bucket.take(second / 4) for second in range(100))


def test_each_kind_is_counted_by_itself_and_one_without_a_rate_not_at_all() -> None:
    pace = KindLimits({Say: Rate(1, 2)})
    for _ in range(2):
        pace.check(Say("hello"), 7.0)
    with pytest.raises(TooFast):
        pace.check(Say("hello"), 7.1)
    for _ in range(100):
        pace.check(Turn(1), 7.1)
    pace.check(Say("hello"), 8.2)
