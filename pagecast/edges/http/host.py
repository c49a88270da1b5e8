"""Check the ``Host`` header, against DNS rebinding."""

import ipaddress
import re


def is_host_allowed(host: str, names: frozenset[str]) -> bool:
    """Tell whether a ``Host`` header may name this server.

    Addresses and localhost are always allowed. Any other name must be among ``names``, which the operator gave: else a
    web page elsewhere could point its own name at this server, and read what is here (DNS rebinding).

    >>> is_host_allowed("127.0.0.1:8080", frozenset()), is_host_allowed("[::1]:8080", frozenset())
    (True, True)
    >>> is_host_allowed("evil.example", frozenset()), is_host_allowed("t.example:443", frozenset({"t.example"}))
    (False, True)
    """
    name = re.sub(r":\d*$", "", host.lower(), flags=re.ASCII)
    if name == "localhost" or name.endswith(".localhost") or name in names:
        return True
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True
