"""Whose an address is: what is allowed to each address is counted by this."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

HOUSEHOLD_BITS = 64
"""Whoever has one address of IPv6 has all that begin with the same bits."""

REMEMBERED = 2**13
"""How many parsed addresses are cached: each limit parses the same one."""


def is_this_machine(address: str) -> bool:
    """Whether an address is this machine's own, where limits for each address do not count.

    >>> is_this_machine("127.0.0.7"), is_this_machine("::1"), is_this_machine("10.0.0.7"), is_this_machine("")
    (True, True, False, False)
    """
    parsed = _parsed(address)
    return address == "localhost" or (parsed is not None and parsed.is_loopback)


def owner_of(address: str) -> str:
    """The same for all addresses that are one's own.

    >>> owner_of("2001:db8::7"), owner_of("::ffff:10.0.0.7"), owner_of("10.0.0.7")
    ('2001:db8::/64', '10.0.0.7', '10.0.0.7')
    """
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((parsed, HOUSEHOLD_BITS), strict=False))
    return str(parsed or address)


@lru_cache(REMEMBERED)
def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
