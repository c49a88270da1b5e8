"""Rank encodings by how the text of some bytes looks in each of them. Ours.

Each encoding gets a cost in bits: how unlikely the text is that it makes of the bytes beyond ASCII. Three things count:

    letters.py      which letters they are: those that some language often uses are cheap
    places.py       what they stand beside
    RARITY, votes   how rarely the encoding is met at all, and how sure the detectors are of it

A few odd bytes cost too little to outweigh how rare an encoding is. The more of them there are, the less that matters.
"""

import re
from collections import Counter
from collections.abc import Mapping
from math import sqrt
from typing import AnyStr

from pagecast.table.letters import FOREIGN, languages
from pagecast.table.places import place_cost, script_of

RARITY = {
    name: float(bits)
    for bits, names in {
        0: "cp1252",
        3: "cp1251",
        4: "cp1250 cp1253 cp932",
        5: "cp1255 cp1256 cp874",
        6: "cp1254 iso8859-1 iso8859-2 koi8-r",
        7: "cp1257 cp850 cp866 gb18030 big5hkscs cp949 euc_jp",
        8: "iso8859-15 koi8-u",
        9: "cp437 cp852 iso8859-5 iso8859-6 iso8859-7 iso8859-8 euc_kr",
        10: "mac-roman",
        12: "iso8859-9 mac-cyrillic",
        14: "cp1258 iso8859-13",
        20: "iso8859-3 iso8859-4 iso8859-10 iso8859-14 iso8859-16",
    }.items()
    for name in names.split()
}
"""How rarely an encoding is met, in bits. A part of ISO 8859 is rarer than the Windows encoding that contains it."""

MACINTOSH = 14.0
"""The bits that lone CRs take off the rarity of the encodings of old Macintoshes: few other programs end lines so."""

VOTE_BITS, VOTE_PLACES = 30.0, 200
"""The greatest weight of the detectors' votes, and the different places beyond ASCII that they need for it."""

MAX_PLACES = 1000
"""How many different places are looked at: the most frequent ones stand for all of them."""

EAST_ASIAN = frozenset({"gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "euc_kr"})
"""The encodings with characters of several bytes."""

MAX_INVALID = 0.05
"""The share of invalid characters from which an encoding of East Asia is out of the question."""

_odd_bytes = re.compile(rb"(?s)(?=(.[\x80-\xff].))")
_odd_characters = re.compile("(?s)(?=(.[^\0-\x7f].))")
"""A place: a byte or character beyond ASCII and its two neighbours, which may be beyond ASCII, too."""

_digits = bytes.maketrans(b"123456789", b"000000000")
_alike = bytes.maketrans(b"123456789bcdefghijklmpqtuvwxyzBEGHIJLMOPQRTUVWXYZ", b"0" * 9 + b"x" * 21 + b"X" * 19)
"""Neighbours that count as the same, so that a column of numbers or words has few places. places.py asks for others."""


def rank(data: bytes, votes: Mapping[str, float]) -> list[str]:
    """Return the encodings that bytes may be in, the likeliest first.

    ``votes``: how sure the detectors are of each encoding, from 0 to 1.

    >>> [rank(text.encode(name), {})[0] for text, name in [("£1.99", "cp1252"), ("Łódź", "cp1250"), ("東京", "cp932")]]
    ['cp1252', 'cp1250', 'cp932']
    """
    places = _weights(Counter(_odd_bytes.findall(b"\n" + data.translate(_alike) + b"\n")))
    vote_bits = VOTE_BITS * min(1.0, len(places) / VOTE_PLACES)
    macintosh = MACINTOSH if b"\r" in data and b"\n" not in data else 0.0
    costs: dict[str, float] = {}
    for name, rarity in RARITY.items():
        found = _wide_places(data, name) if name in EAST_ASIAN else _decoded(places, name)
        costs[name] = _cost(found) + rarity - vote_bits * votes.get(name, 0.0)
        costs[name] -= macintosh if name.startswith("mac") else 0.0
    return sorted(costs, key=lambda name: costs[name])


def _weights(found: Counter[AnyStr]) -> dict[AnyStr, float]:
    """Return the weight of each place. One that is found four times as often as another weighs twice as much."""
    whole = sum(map(sqrt, found.values()))
    weights = {place: sqrt(count) for place, count in found.most_common(MAX_PLACES)}
    scale = whole / (sum(weights.values()) or 1)
    return {place: weight * scale for place, weight in weights.items()}


def _decoded(places: Mapping[bytes, float], encoding: str) -> dict[str, float]:
    """Return the places as an encoding with one byte a character shows them."""
    text = b"".join(places).decode(encoding, "replace")
    found: dict[str, float] = {}
    for begin, weight in zip(range(0, len(text), 3), places.values(), strict=True):
        place = text[begin : begin + 3]
        found[place] = found.get(place, 0.0) + weight
    return found


def _wide_places(data: bytes, encoding: str) -> dict[str, float]:
    """Return the places that an encoding of East Asia shows in the bytes."""
    text = data.translate(_digits).decode(encoding, "replace")
    if text.count("\ufffd") > MAX_INVALID * len(text):
        return {"x\ufffdx": float(len(text))}
    return _weights(Counter(_odd_characters.findall(f"\n{text}\n")))


def _cost(places: Mapping[str, float]) -> float:
    """Return how unlikely these places are, in the language that suits their letters best."""
    letters: Counter[str] = Counter()
    cost = 0.0
    for place, weight in places.items():
        before, character, after = tuple(place)
        cost += weight * place_cost(before, character, after)
        if script_of(character):
            letters[character.lower()] += weight  # type: ignore[assignment]  # a counter of weights
    return cost + min(
        sum(weight * language.get(letter, FOREIGN) for letter, weight in letters.items()) for language in languages()
    )
