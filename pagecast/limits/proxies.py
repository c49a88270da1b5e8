"""The proxies whose headers are trusted."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network


class TrustedProxies:
    """The addresses of proxies, which say in headers for whom they ask.

    >>> proxies = TrustedProxies(["10.0.0.0/8"], loopback=False)
    >>> "10.1.2.3" in proxies, "::ffff:10.1.2.3" in proxies, "127.0.0.1" in proxies, "" in proxies
    (True, True, False, False)
    """

    def __init__(self, networks: Iterable[str], *, loopback: bool) -> None:
        """``loopback``: whether this machine is trusted, too. Raises ValueError for what is no address or network."""
        self._networks = [ip_network(network) for network in networks]
        self._loopback = loopback

    def __contains__(self, address: str) -> bool:
        try:
            parsed = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        parsed = getattr(parsed, "ipv4_mapped", None) or parsed
        if parsed.is_loopback and self._loopback:
            return True
        return any(parsed in network for network in self._networks)
