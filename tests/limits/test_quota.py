"""A quota never grants more bytes than there are, keeps the order of requests, and starves nobody."""

from hypothesis import given
from hypothesis import strategies as st

from pagecast.limits.quota import Quota, QuotaRequest

IN_ALL, EACH = 20, 12
ADDRESSES = ("10.0.0.7", "10.0.0.8", "127.0.0.1")

STEPS = st.lists(st.tuples(st.sampled_from(ADDRESSES), st.integers(1, EACH), st.booleans()), max_size=40)


@given(STEPS)
def test_a_quota_is_never_exceeded_and_every_request_is_granted_in_the_end(steps: list[tuple[str, int, bool]]) -> None:
    quota, requests = Quota(IN_ALL, EACH), list[QuotaRequest]()
    held: list[QuotaRequest] = []
    for address, size, releases in steps:
        requests.append(QuotaRequest(address, size))
        held += quota.request(requests[-1])
        if releases and held:
            one = held.pop(0)
            held += quota.release(one.address, one.size)
        assert quota.used == sum(one.size for one in held) <= IN_ALL
        for client in ADDRESSES[:2]:
            assert sum(one.size for one in held if one.address == client) <= EACH
    while held:
        one = held.pop(0)
        held += quota.release(one.address, one.size)
    assert all(one.granted for one in requests)
    assert quota.used == 0


def test_a_small_request_does_not_overtake_a_large_one_that_waits_for_the_total() -> None:
    quota = Quota(10, 10)
    first, large, small = (QuotaRequest(f"10.0.0.{n}", size) for n, size in ((1, 8), (2, 5), (3, 1)))
    assert quota.request(first) == [first]
    assert quota.request(large) == quota.request(small) == []
    assert quota.release("10.0.0.1", 8) == [large, small]


def test_a_client_beyond_its_share_delays_nobody_else() -> None:
    quota = Quota(100, 10)
    first, more, other = (QuotaRequest(f"10.0.0.{n}", 8) for n in (1, 1, 2))
    assert (quota.request(first), quota.request(more), quota.request(other)) == ([first], [], [other])
    assert quota.release("10.0.0.1", 8) == [more]


def test_a_request_that_is_cancelled_makes_way_and_holds_nothing() -> None:
    quota = Quota(10, 10)
    first, large, small = (QuotaRequest(f"10.0.0.{n}", size) for n, size in ((1, 8), (2, 5), (3, 1)))
    for request in (first, large, small):
        quota.request(request)
    assert quota.cancel(large) == [small]
    assert quota.cancel(first) == []
    assert quota.used == 1
