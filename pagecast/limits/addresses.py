"""Map an IP address to the client that per-address limits count."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

IPV6_PREFIX_BITS = 64
"""IPv6 addresses with the same first bits count as one client: a household gets a whole /64 (RFC 6177)."""

CACHED_ADDRESSES = 2**13
"""How many parsed addresses stay cached, since each limit parses the same address again."""


def is_loopback(address: str) -> bool:
    """Tell whether an address belongs to this machine. Limits per address do not count such addresses.

    >>> is_loopback("127.0.0.7"), is_loopback("::1"), is_loopback("10.0.0.7"), is_loopback("")
    (True, True, False, False)
    """
    parsed = _parse(address)
    return address == "localhost" or (parsed is not None and parsed.is_loopback)


def client_of(address: str) -> str:
    """Return the key under which limits count an address: the IPv4 address, or the IPv6 prefix.

    Text that is not an address is its own key.

    >>> client_of("2001:db8::7"), client_of("::ffff:10.0.0.7"), client_of("10.0.0.7")
    ('2001:db8::/64', '10.0.0.7', '10.0.0.7')
    """
    parsed = _parse(address)
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((parsed, IPV6_PREFIX_BITS), strict=False))
    return str(parsed or address)


@lru_cache(CACHED_ADDRESSES)
def _parse(address: str) -> IPv4Address | IPv6Address | None:
    """Parse an address without its zone. An IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2) becomes IPv4."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
