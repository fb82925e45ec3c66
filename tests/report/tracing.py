"""Where every printed number comes from: the report is built from numbers that know their place in
metrics.json, and what it prints tells that place again.

A number of the metrics is an `int` or `float` that carries its origin, through sums, differences,
products and shares as well. Where it is put into words, these are set between marks of a private
range that lead to the origin. Digits that stand in the texts, in clauses, in the data, in dates and
in limits are marked as such; a number that comes from nowhere is marked too, with the message or
function that printed it.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any, Final

from checks.law.rulebook import Rule, Text
from flows.report.context.articles import cited
from flows.report.context.report_context import ReportContext
from flows.report.words.printable import Printable
from flows.report.words.texts import Texts
from flows.report.words.wording import Wording

OPEN, THEN, CLOSE = "\ue010", "\ue011", "\ue012"
MARK: Final = re.compile(f"{OPEN}(\\d+){THEN}([^{OPEN}{CLOSE}]*){CLOSE}")
DIGITS: Final = re.compile(r"\d+(?:[,.]\d+)*")
NUMBERS: Final = re.compile(r"\d+(?:[,.]\d+)*%?")
ID: Final = re.compile(r"\b[FE]-[0-9a-f]{12}\b|\b[0-9a-f]{16}(?:[0-9a-f]{48})?\b")
"""Numbers of findings, checksums."""
PLAIN: Final = ("constant", "clause", "data", "date", "limit")
"""Kinds of digits that are no number of the metrics."""


@dataclass(frozen=True)
class Origin:
    """`kind`: `path` (`told`: its keys), an operation (`told`: its parts), one of PLAIN, `nowhere`;
    `form`: how it was put into words."""

    kind: str
    told: tuple[Any, ...]
    form: str = ""


class Book:
    """The origins of one document."""

    def __init__(self) -> None:
        self.origins: list[Origin] = []

    def mark(self, origin: Origin, words: str) -> str:
        self.origins.append(origin)
        return f"{OPEN}{len(self.origins) - 1}{THEN}{words}{CLOSE}"

    def digits(self, kind: str, words: str, told: str = "") -> str:
        """Every digit of these words has the same kind of origin."""
        if OPEN in words:
            return words
        return DIGITS.sub(lambda m: self.mark(Origin(kind, (told,)), m[0]), words)


class _Number:
    origin: Origin
    book: Book

    def _with(self, kind: str, value: Any, *parts: object) -> Any:
        told = tuple(part.origin if isinstance(part, _Number) else part for part in parts)
        return number(self.book, value, Origin(kind, told))

    def __format__(self, form: str) -> str:
        plain = self.plain()
        origin = Origin(self.origin.kind, self.origin.told, form)
        return self.book.mark(origin, format(plain, form))

    def __str__(self) -> str:
        return format(self, "")

    def __add__(self, other: Any) -> Any:
        return self._with("+", self.plain() + _plain(other), self, other)

    def __radd__(self, other: Any) -> Any:
        return self if not other else self._with("+", _plain(other) + self.plain(), other, self)

    def __sub__(self, other: Any) -> Any:
        return self._with("-", self.plain() - _plain(other), self, other)

    def __rsub__(self, other: Any) -> Any:
        return self._with("-", _plain(other) - self.plain(), other, self)

    def __mul__(self, other: Any) -> Any:
        return self._with("*", self.plain() * _plain(other), self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return self._with("/", self.plain() / _plain(other), self, other)

    def __neg__(self) -> Any:
        return self._with("-", -self.plain(), 0, self)

    def __round__(self, places: int | None = None) -> Any:
        return self._with("round", round(self.plain(), places), self, places)

    def plain(self) -> Any:
        raise NotImplementedError


class _Int(_Number, int):
    def plain(self) -> int:
        return int.__int__(self)

    __hash__ = int.__hash__


class _Float(_Number, float):
    def plain(self) -> float:
        return float.__float__(self)

    __hash__ = float.__hash__


def _chapter() -> str:
    """The function that had a number put into words."""
    frame = sys._getframe(2)
    while frame.f_back and frame.f_code.co_filename.endswith(
        ("wording.py", "tables.py", "tracing.py")
    ):
        frame = frame.f_back
    return frame.f_code.co_qualname.partition(".<")[0]


def _plain(value: Any) -> Any:
    return value.plain() if isinstance(value, _Number) else value


def number(book: Book, value: Any, origin: Origin) -> Any:
    made = _Int(value) if isinstance(value, int) else _Float(value)
    made.book, made.origin = book, origin
    return made


def traced(book: Book, value: Any, path: tuple[Any, ...] = ()) -> Any:
    """The same with every number knowing its path; frozen records, mappings and tuples as they
    are."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return number(book, value, Origin("path", path))
    if is_dataclass(value):
        given = {
            f.name: traced(book, getattr(value, f.name), (*path, f.name.rstrip("_")))
            for f in fields(value)
        }
        return type(value)(**given)  # type: ignore[call-overload]
    if isinstance(value, Mapping):
        return {key: traced(book, each, (*path, key)) for key, each in value.items()}
    return tuple(traced(book, each, (*path, n)) for n, each in enumerate(value))


def value_of(origin: Origin, metrics: Mapping[str, Any]) -> Any:
    """What stands in metrics.json there, or follows from what stands there."""
    if origin.kind == "path":
        at: Any = metrics
        for key in origin.told:
            at = at[key]
        return at
    a, b = (value_of(p, metrics) if isinstance(p, Origin) else p for p in origin.told)
    match origin.kind:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            return a / b
    return round(a, b)


def constants_of(origin: Origin) -> set[Any]:
    """Plain numbers that an operation was done with."""
    if origin.kind == "path":
        return set()
    found = [constants_of(p) if isinstance(p, Origin) else {p} for p in origin.told]
    return set().union(*found)


class TracedTexts(Texts):
    """Digits of the messages are constants; a number without origin tells the message it is in."""

    book: Book

    def __call__(self, key: str, **values: object) -> str:
        told = {name: self._told(key, name, value) for name, value in values.items()}
        return super().__call__(key, **told)

    def _told(self, key: str, name: str, value: object) -> object:
        if isinstance(value, _Number | bool):
            return value
        if isinstance(value, int | float):
            return self.book.mark(Origin("nowhere", (key, name, value)), str(value))
        if not isinstance(value, str) or OPEN in value or ID.search(value):
            return value
        if DIGITS.search(value):
            return self.book.mark(Origin("nowhere", (key, name, value)), value)
        return value

    def count(self, noun: str, n: int, shown: str | None = None) -> str:
        if shown is None and not isinstance(n, _Number):
            shown = self.book.mark(Origin("nowhere", (f"nouns.{noun}", "n", n)), f"{n:,}")
        return super().count(noun, n, shown)

    def calling(self, words: Mapping[str, str]) -> Texts:
        other = TracedTexts(self.lang, self._messages)
        other.book = self.book
        other._found.update(words)
        return other


def traced_texts(book: Book, texts: Texts) -> TracedTexts:
    made = TracedTexts(texts.lang, _constants(book, texts._messages))
    made.book = book
    return made


def _constants(book: Book, node: Any) -> Any:
    if isinstance(node, Mapping):
        return {key: _constants(book, each) for key, each in node.items()}
    if isinstance(node, list):
        return [_constants(book, each) for each in node]
    parts = re.split(r"(\{[^}]*\})", str(node))
    return "".join(p if p.startswith("{") else book.digits("constant", p) for p in parts)


@dataclass(frozen=True)
class TracedWording(Wording):
    book: Book = None  # type: ignore[assignment]

    def number(self, value: int | None) -> str:
        if value is None or isinstance(value, _Number):
            return super().number(value)
        return self.book.mark(Origin("nowhere", (_chapter(), "number", value)), f"{value:,}")

    def percent(self, rate: float | None) -> str:
        if rate is None:
            return super().percent(rate)
        shown = super().percent(float(_plain(rate)))
        kind, told = (
            (rate.origin.kind, rate.origin.told)
            if isinstance(rate, _Number)
            else ("nowhere", (_chapter(), "percent", rate))
        )
        return self.book.mark(Origin(kind, told, "percent"), shown)

    def duration(self, seconds: float | None) -> str:
        if seconds is None:
            return super().duration(None)
        plain = Wording(_bare(self.texts), self.time_zone).duration(_plain(seconds))
        if isinstance(seconds, _Number):
            told = Origin(seconds.origin.kind, seconds.origin.told, "duration")
        else:
            told = Origin("nowhere", (_chapter(), "duration", seconds), "duration")
        return self.book.mark(told, plain)

    def limit(self, cell: str | None) -> str:
        return self.book.digits("limit", Wording(_bare(self.texts)).limit(cell))

    def day(self, value: date | datetime | str | None) -> str:
        return self._date(super().day(value))

    def short_day(self, value: date) -> str:
        return self._date(super().short_day(value))

    def month(self, value: str) -> str:
        return self._date(super().month(value))

    def instant(self, value: datetime | str | None) -> str:
        return self._date(super().instant(value))

    def brief(self, value: datetime | None, year: int) -> str:
        return self._date(super().brief(value, year))

    def span(self, first: str, last: str) -> str:
        return self._date(super().span(first, last))

    def cutoff(self, value: str) -> str:
        return self._date(super().cutoff(value))

    def _date(self, words: str) -> str:
        return _Dated.of(self.book, bare(words))


class _Dated(str):
    """The words of a date; a part of them is one as well."""

    __slots__ = ("book", "words")

    @classmethod
    def of(cls, book: Book, words: str) -> str:
        made = cls(book.digits("date", words))
        made.book, made.words = book, words
        return made

    def __getitem__(self, part: Any) -> str:
        return _Dated.of(self.book, self.words[part])


def bare(words: str) -> str:
    """Words without marks."""
    while MARK.search(words):
        words = MARK.sub(lambda m: m[2], words)
    return words


def _bare(texts: Texts) -> Texts:
    def plain(node: Any) -> Any:
        if isinstance(node, Mapping):
            return {key: plain(each) for key, each in node.items()}
        return [plain(each) for each in node] if isinstance(node, list) else bare(str(node))

    return Texts(
        texts.lang,
        {"nouns": plain(texts._messages["nouns"]), "words": plain(texts._messages["words"])},
    )


class TracedPrintable(Printable):
    book: Book

    def text(self, text: object) -> str:
        if isinstance(text, str) and OPEN in text:
            return text
        return self.book.digits("data", super().text(text))


class TracedContext(ReportContext):
    def word(self, text: Text) -> str:
        return self._book.digits("clause", super().word(text))

    def of_document(self, name: str, **values: str) -> str:
        if name not in self.profile.words:
            return super().of_document(name, **values)
        return self.word(self.profile.words[name]).format(**values)

    def title_of(self, code: str) -> str:
        return self._book.digits("clause", bare(super().title_of(code)))

    def clause(self, rule: Rule) -> str:
        return f"{rule.regulation} {self.article(rule.article)}"

    def article(self, article: str) -> str:
        joined = self.texts("words.semicolon").join(
            cited(part, self.texts.lang) for part in article.split(";")
        )
        return self._book.digits("clause", joined)

    @property
    def _book(self) -> Book:
        return self.printable.book  # type: ignore[attr-defined,no-any-return]


def traced_context(book: Book, context: ReportContext) -> TracedContext:
    """The same context, in which every number tells where it comes from."""
    texts = traced_texts(book, context.texts)
    printable = TracedPrintable(context.options.show_personal, context.options.mask_staff)
    printable.book = book
    given = {f.name: getattr(context, f.name) for f in fields(context)}
    return TracedContext(
        **{
            **given,
            "texts": texts,
            "wording": TracedWording(texts, context.options.time_zone, book),
            "printable": printable,
            "metrics": traced(book, context.metrics),
            "inputs": traced(book, context.inputs, ("inputs",)),
        }
    )


class _Seen(HTMLParser):
    """What a reader sees of a page, element by element; `scales`: also the marks of axes and the
    hours over the heat table."""

    HIDDEN: Final = frozenset({"style", "script", "title"})

    def __init__(self, scales: bool, titles: bool) -> None:
        super().__init__()
        self._titles = titles
        self.parts: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._scales = scales

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        css = (dict(attrs).get("class") or "").split()
        if tag not in ("meta", "col", "br", "input"):
            hidden = tag in self.HIDDEN and not (self._titles and self._in("svg"))
            self._open.append((tag, hidden or ("scale" in css and not self._scales)))
        self.parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append("\n")

    def _in(self, tag: str) -> bool:
        return any(name == tag for name, _ in self._open)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not any(hidden for _, hidden in self._open):
            self.parts.append(data)


def seen(html: str, scales: bool = True, titles: bool = True) -> list[str]:
    """The words of a page, a run of text each; `titles`: those of pictures, which are read aloud,
    among them."""
    parser = _Seen(scales, titles)
    parser.feed(html)
    return [part for part in "".join(parser.parts).split("\n") if part.strip()]


def counted(words: str) -> Counter[str]:
    """Every number in these words, and how often it stands there."""
    return Counter(NUMBERS.findall(words))
