"""Content negotiation for gzip."""

import re

_gzip = re.compile(r"(?:^|[\s,])gzip\s*(?:;\s*q\s*=\s*(?P<weight>[\d.]+))?\s*(?:,|$)", re.ASCII | re.IGNORECASE)


def accepts_gzip(accepted: str) -> bool:
    """Tell whether an ``Accept-Encoding`` header accepts gzip (RFC 9110, section 12.5.3).

    >>> accepts_gzip("gzip, deflate, br"), accepts_gzip("br, GZIP;q=0.5")
    (True, True)
    >>> accepts_gzip("gzip;q=0"), accepts_gzip("br"), accepts_gzip("")
    (False, False, False)
    """
    match = _gzip.search(accepted)
    return match is not None and (match["weight"] is None or match["weight"].strip("0.") != "")
