"""The languages of the page: every text by its key. The texts of the browser are read from the files that it runs."""

import json
import re
from collections.abc import Iterable
from hashlib import sha256

from pagecast.protocol.errors import PagecastError
from pagecast.protocol.facts import Fact


class Language(Fact, frozen=True):
    """One language: every text by its key, and translated errors by their codes."""

    words: dict[str, str]

    @property
    def tag(self) -> str:
        """The language tag (RFC 5646) for HTML and HTTP."""
        return self.words["lang"]

    def phrase(self, key: str, **values: str | int) -> str:
        """Return a text with its parameters. Of two forms, `one|many`, it has the one for ``n``.

        >>> english = Language({"rows": "{n} row|{n} rows"})
        >>> english.phrase("rows", n=1), english.phrase("rows", n=2980)
        ('1 row', '2,980 rows')
        """
        one, _, many = self.words[key].partition("|")
        shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
        form = one if values.get("n") == 1 or not many else many
        return re.sub(r"\{(\w+)\}", lambda match: shown[match[1]], form)

    def guest(self, who: str) -> str:
        """Return a friendly name for a person without one: one of hundreds, so that two in a room seldom have the same.

        >>> Language({"aGuest": "{manner} {animal}", "manners": "Merry", "animals": "Heron"}).guest("5b1c09ae33f0")
        'Merry Heron'
        """
        manners, animals = self.words["manners"].split(), self.words["animals"].split()
        chance = int.from_bytes(sha256(who.encode()).digest())
        manner, animal = manners[chance % len(manners)], animals[chance // len(manners) % len(animals)]
        return self.phrase("aGuest", manner=manner, animal=animal)

    def failure(self, error: PagecastError) -> str:
        """Return the sentence of an error, with its facts: in this language, or in English where it has none."""
        return self.phrase(error.code, **vars(error)) if error.code in self.words else str(error)


def read_catalogue(script: str, ours: str) -> Language:
    """Return the language of a script, as static/js/text/en.js, and of the server's own texts, as templates/en.json.

    ``script`` has a key and its text on each line: `  close: 'Close',`. ``ours`` is a JSON object.

    >>> language = read_catalogue("export const words = ({\\n  close: 'Close',\\n})\\n", '{"skip": "Skip"}')
    >>> language.phrase("close"), language.phrase("skip")
    ('Close', 'Skip')
    """
    return Language(dict(_text.findall(script)) | json.loads(ours))


_text = re.compile(r"^  (\w+): '(.*)',?$", re.MULTILINE)


def choose(known: Iterable[str], accepted: str, wanted: str = "") -> str:
    """Return the one of the known languages to speak: ``wanted``, or else the best one of ``Accept-Language``.

    ``accepted`` is that header (RFC 9110, section 12.5.4). Where it names no known language, the first one is spoken.

    >>> choose(["en", "zh"], "de, zh-TW;q=0.8, en;q=0.7"), choose(["en", "zh"], "fr"), choose(["en", "zh"], "zh", "en")
    ('zh', 'en', 'en')
    """
    languages = list(known)
    if wanted in languages:
        return wanted
    ranges = [part.partition(";") for part in accepted.lower().split(",")]
    for name, _, quality in sorted(ranges, key=lambda parts: -_quality(parts[2])):
        primary = name.strip().partition("-")[0]
        if primary in languages and _quality(quality) > 0:
            return primary
    return languages[0]


def _quality(parameter: str) -> float:
    match = re.fullmatch(r"\s*q=([01](?:\.[0-9]{0,3})?)\s*", parameter, re.ASCII)
    return float(match[1]) if match else 1.0
