"""The opinions of two detectors about the encoding of some bytes. Only this module knows both of them."""

import chardet
import charset_normalizer

from pagecast.table.encoding import encoding_by_name

CHARDET, NORMALIZER = 0.6, 0.4
"""How much each detector's vote counts. charset-normalizer often finds many encodings alike. Ours."""

MAX_BYTES = 2**13
"""Bytes that the detectors are given: more take longer, and hardly change what they say."""


def votes(data: bytes) -> dict[str, float]:
    """Return how likely the detectors find each of ENCODINGS: from 0 to 1 if both are sure.

    >>> found = votes("Москва\\tРоссия\\nКазань\\tРоссия\\n".encode("cp1251"))
    >>> max(found, key=lambda name: found[name])
    'cp1251'
    """
    first, second = _chardet(data[:MAX_BYTES]), _normalizer(data[:MAX_BYTES])
    return {name: CHARDET * first.get(name, 0.0) + NORMALIZER * second.get(name, 0.0) for name in first | second}


def _chardet(data: bytes) -> dict[str, float]:
    found: dict[str, float] = {}
    for answer in chardet.detect_all(data, ignore_threshold=True, encoding_era=chardet.EncodingEra.ALL):
        name = encoding_by_name(answer["encoding"] or "")
        found[name] = max(found.get(name, 0.0), answer["confidence"])
    return found


def _normalizer(data: bytes) -> dict[str, float]:
    found: dict[str, float] = {}
    for match in charset_normalizer.from_bytes(data, preemptive_behaviour=False):
        for other in (match.encoding, *match.could_be_from_charset):
            name = encoding_by_name(other)
            found[name] = max(found.get(name, 0.0), 1 - match.chaos)
    return found
