"""Random tables, written in random dialects, with random dirt around and in them."""

import string
from random import Random
from typing import NamedTuple

Row = list[str]

DELIMITERS = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "pipe"}

WORDS = [
    "salt",
    "rope",
    "fog",
    "tide",
    "ferry",
    "quay",
    "herring",
    "wool",
    "gravel",
    "Ålesund",
    "Łódź",
    "Ωmega",
    "東京",
    "São",
]


class Written(NamedTuple):
    """A file, and what must be read of it."""

    data: bytes
    rows: list[Row]
    """Its rows, those of the preamble left out."""
    delimiter: str
    preamble: int
    """Rows before the header."""
    odd: int | None
    """The row, counted from 0, with a stray quote; None where there is none."""


class Style(NamedTuple):
    """How a table is written."""

    delimiter: str
    quote: str
    """Empty where nothing is quoted."""
    escape: str
    """What stands before a quote within quotes."""
    end: str
    blank: str
    """What stands behind each delimiter."""
    everything: bool
    """Whether every cell is quoted, and not only those that need it."""

    def field(self, text: str) -> str:
        """Write one cell."""
        marks = (self.quote, self.delimiter, "\r", "\n")
        if not self.quote or not (self.everything or text[:1] == " " or any(mark in text for mark in marks)):
            return text
        return self.quote + text.replace(self.quote, self.escape + self.quote) + self.quote

    def line(self, row: Row) -> str:
        """Write one row, without its end."""
        return (self.delimiter + self.blank).join(map(self.field, row))


def random_style(chance: Random) -> Style:
    """Choose a delimiter, a quote, an escape, a line end, and what goes with them."""
    delimiter = chance.choice(list(DELIMITERS))
    quote = chance.choices(['"', ""], [9, 1])[0]
    return Style(
        delimiter,
        quote,
        escape="\\" if quote and chance.random() < 0.2 else quote,
        end=chance.choice(["\n", "\n", "\r\n", "\r\n", "\r"]),
        blank=" " if delimiter in ",;" and chance.random() < 0.2 else "",
        everything=chance.random() < 0.3,
    )


def random_table(chance: Random, style: Style) -> list[Row]:
    """Make a header and some rows; a column has cells of one type, of which some are empty."""
    kinds = [_words, _text, _text, _number, _decimal, _date, _code, *([_lines] if chance.random() < 0.3 else [])]
    columns = [chance.choice(kinds) for _ in range(chance.randint(1, 6))]
    columns.insert(chance.randint(0, len(columns)), chance.choice([_number, _decimal]))
    names = chance.sample(["id", "name", "kg", "date", "place", "note", "n (all)", "année", "ID_2"], len(columns))
    blanks = [chance.choice([0, 0, 0.1, 0.3]) for _ in columns]
    rows = [
        [
            "" if chance.random() < blank else column(chance, style)
            for column, blank in zip(columns, blanks, strict=True)
        ]
        for _ in range(chance.randint(5, 40))
    ]
    return [names, *(row if any(row) else [*row[:-1], "x"] for row in rows)]


def _words(chance: Random, style: Style) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(1, 3)))


def _text(chance: Random, style: Style) -> str:
    """Make a sentence with commas, quotes and delimiters in it, as far as its style can write them."""
    marks = [", ", "; ", " – ", ". ", "'s "]
    if style.quote:
        marks += [style.quote, f" {style.quote}so{style.quote} ", style.delimiter]
    marks = [" "] * 8 + [mark for mark in marks if style.quote or style.delimiter not in mark]
    return "".join(chance.choice(WORDS) + chance.choice(marks) for _ in range(chance.randint(2, 6))) + chance.choice(
        WORDS
    )


def _lines(chance: Random, style: Style) -> str:
    """Make a text of several lines, where its style can write them."""
    return ("\n" if style.quote else " ").join(_text(chance, style) for _ in range(chance.randint(1, 3)))


def _number(chance: Random, style: Style) -> str:
    return str(chance.randint(-999, 99_999))


def _decimal(chance: Random, style: Style) -> str:
    comma = style.delimiter == ";" and not style.blank
    return f"{chance.uniform(-50, 5000):.2f}".replace(".", "," if comma else ".")


def _date(chance: Random, style: Style) -> str:
    return f"{chance.randint(1990, 2030)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"


def _code(chance: Random, style: Style) -> str:
    return "".join(chance.choices(string.ascii_uppercase, k=2)) + f"-{chance.randint(0, 999):03}"


def written(style: Style, table: list[Row], lines: list[str] | None = None, **parts: int) -> Written:
    """Put a file together of its lines, which are the table's unless they are given."""
    lines = [style.line(row) for row in table] if lines is None else lines
    data = "".join(line + style.end for line in lines).encode()
    return Written(data, table, DELIMITERS[style.delimiter], parts.get("preamble", 0), parts.get("odd"))


def clean(chance: Random) -> Written:
    """A table and nothing else."""
    style = random_style(chance)
    return written(style, random_table(chance, style))


def in_single_quotes(chance: Random) -> Written:
    """A table whose quote is the apostrophe."""
    style = random_style(chance)
    style = style._replace(quote="'", escape="\\" if style.escape == "\\" else "'")
    return written(style, random_table(chance, style))


def after_notes(chance: Random) -> Written:
    """A table below a title or comments, and perhaps an empty line."""
    style = random_style(chance)
    table = random_table(chance, style)
    mark = chance.choice(["", "# ", "##", "// ", "% "])
    notes = [f"{mark}{' '.join(chance.choices(WORDS, k=chance.randint(2, 5)))}" for _ in range(chance.randint(1, 5))]
    gap = [""] if not mark and chance.random() < 0.6 else []
    return written(style, table, [*notes, *gap, *map(style.line, table)], preamble=len(notes))


def with_a_stray_quote(chance: Random) -> Written:
    """A table with one quote too many, at the start, in the middle or at the end of a cell."""
    style = random_style(chance)._replace(quote='"', escape='"')
    table = random_table(chance, style)
    row, column = chance.randrange(1, len(table)), chance.randrange(len(table[0]))
    text = table[row][column].replace('"', "")
    at = chance.choice([0, len(text) // 2, len(text)])
    table[row][column] = text
    fields = [style.field(text) for text in table[row]]
    quoted = fields[column] != text
    fields[column] = f'"{text[:at]}"{text[at:]}"' if quoted else f'{text[:at]}"{text[at:]}'
    lines = [style.line(each) for each in table]
    lines[row] = (style.delimiter + style.blank).join(fields)
    table[row][column] = f'{text[:at]}"{text[at:]}'
    return written(style, table, lines, odd=row)


def with_ragged_rows(chance: Random) -> Written:
    """A table in which up to a tenth of the rows have cells too many or too few."""
    style = random_style(chance)
    table = random_table(chance, style)
    for row in chance.sample(range(1, len(table)), chance.randint(1, max(1, len(table) // 10))):
        more = chance.random() < 0.5
        table[row] = [*table[row], "more", ""][: len(table[row]) + 1] if more else table[row][:-1]
        if not any(table[row]):
            table[row] = ["x", *table[row][1:]]
    return written(style, table)


def with_mixed_line_ends(chance: Random) -> Written:
    """A table whose rows end with LF or CRLF."""
    style = random_style(chance)._replace(end="")
    table = random_table(chance, style)
    lines = [style.line(row) + chance.choice(["\n", "\r\n"]) for row in table]
    return written(style, table, lines)


def with_empty_lines(chance: Random) -> Written:
    """A table with empty lines in it and behind it."""
    style = random_style(chance)
    table = random_table(chance, style)
    lines = [line for row in table for line in ([style.line(row), ""] if chance.random() < 0.1 else [style.line(row)])]
    return written(style, table, lines + [""] * chance.randint(0, 3))


def without_a_final_line_end(chance: Random) -> Written:
    """A table that ends with its last cell."""
    style = random_style(chance)
    file = written(style, random_table(chance, style))
    return file._replace(data=file.data.removesuffix(style.end.encode()))
