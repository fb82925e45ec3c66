"""The report as frozen data: sections of blocks, blocks of text. Templates only place it.

Text is plain; nothing in here is markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class Span:
    """A run of text; `href` is an anchor of the same document (`#id`)."""

    text: str
    href: str = ""
    strong: bool = False


Line = tuple[Span, ...]


def line(text: str) -> Line:
    return (Span(text),)


@dataclass(frozen=True)
class Bar:
    """A bar inside a cell: `width` and, where there are, the bounds `low`, `high` and the target
    `mark`, in percent.

    `title` says the same in words.
    """

    title: str
    width: float
    low: float | None = None
    high: float | None = None
    mark: float | None = None


@dataclass(frozen=True)
class Cell:
    """`css` is one of the classes of the stylesheets; `filter` leads to the cases behind a number,
    in the interactive
    edition: a query over the codes of `view.interactive`, as `tier=core&timed=1`."""

    line: Line
    css: str = ""
    bar: Bar | None = None
    filter: str = ""


@dataclass(frozen=True)
class Column:
    label: str
    css: str = ""


@dataclass(frozen=True)
class Row:
    """The first cell is the row's heading."""

    cells: tuple[Cell, ...]
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    kind: ClassVar[str] = "paragraph"
    line: Line
    css: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading inside a section: （一）… ."""

    kind: ClassVar[str] = "heading"
    text: str
    anchor: str = ""


@dataclass(frozen=True)
class Items:
    """A list."""

    kind: ClassVar[str] = "items"
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Table:
    """`caption` states what the table shows; `note` what it leaves out."""

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    css: str = ""


@dataclass(frozen=True)
class Card:
    """One clause that was breached: what it asks for, what was found, why, with what effect, and
    the evidence."""

    kind: ClassVar[str] = "card"
    title: str
    anchor: str
    badge: str
    filter: str
    facts: tuple[tuple[str, Line], ...]


@dataclass(frozen=True)
class Picture:
    """A drawing of numbers: `name` is its template in pictures/, `data` what that draws.

    `caption` states what it shows, `alt` holds the same numbers in words.
    """

    kind: ClassVar[str] = "picture"
    name: str
    caption: str
    alt: str
    data: Mapping[str, Any]
    note: str = ""


@dataclass(frozen=True)
class Quote:
    """A clause word for word, and where it stands."""

    kind: ClassVar[str] = "quote"
    text: str
    cite: str


@dataclass(frozen=True)
class Closing:
    """What ends the body of a document: its annexes, who issues it, and when."""

    kind: ClassVar[str] = "closing"
    annexes: tuple[str, ...]
    issuer: tuple[str, ...]
    date: str


Block = Paragraph | Heading | Items | Table | Card | Picture | Quote | Closing


@dataclass(frozen=True)
class Section:
    title: str
    anchor: str
    blocks: tuple[Block, ...]
    css: str = ""


@dataclass(frozen=True)
class Tile:
    """One of the four figures of page one."""

    label: str
    value: str
    notes: tuple[Line, ...]
    css: str = ""


@dataclass(frozen=True)
class Signature:
    """`opinion`: what the signatory may choose, or has chosen; `date`: when, where it is known."""

    role: str
    name: str
    opinion: str
    date: str


@dataclass(frozen=True)
class PageOne:
    """The answer, in one minute. `notices`: what sets this edition apart, in a box of its own.

    `figure` stands beside `picture`, `tables` below them; `sure`: how far the answer can be
    trusted. `dense`: there is much to say, so it is set closer.
    `tiles` and `attention` are those of the yearly report.
    """

    verdict: str
    css: str
    sentence: str
    decisions: Table
    signatures: tuple[Signature, ...]
    audit_note: str
    addressee: str = ""
    opening: str = ""
    notices: tuple[str, ...] = ()
    figure: Tile | None = None
    picture: Picture | None = None
    tables: tuple[Table, ...] = ()
    sure: str = ""
    dense: bool = False
    tiles: tuple[Tile, ...] = ()
    attention: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Report:
    """One document. `dated` is the date that the file carries, W3C form; `edition` names which of
    its documents it is."""

    lang: str
    title: str
    company: str
    number: str
    description: str
    dated: str
    facts: tuple[str, ...]
    edition: str
    draft: bool
    page_one: PageOne
    sections: tuple[Section, ...]
    labels: dict[str, str]
    fonts: tuple[str, ...] = ()
