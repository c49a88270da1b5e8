"""Load templates and languages from their folders, once, when the server starts."""

from pathlib import Path

from tornado.template import DictLoader

from pagecast.protocol.language import Language, read_catalogue

LANGUAGES = ("en", "zh")
"""The codes of the page's languages. The first is the default."""


def load_templates(folder: Path) -> DictLoader:
    """Load the templates of a folder. Any other name raises KeyError, even if it is the path of a file."""
    return DictLoader({path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.html"))})


def load_languages(static: Path, templates: Path) -> dict[str, Language]:
    """Load the languages of the page, by their codes: the browser's phrases, and the server's own."""

    def read(code: str) -> Language:
        script, server_side = static / "js" / "text" / f"{code}.js", templates / f"{code}.json"
        return read_catalogue(script.read_text("utf-8"), server_side.read_text("utf-8"))

    return {code: read(code) for code in LANGUAGES}
