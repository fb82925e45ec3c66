"""Links inside a document: what the document does not hold is named, not linked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from operator import is_
from typing import Any

from flows.report.context.blocks import Card, Heading, Report, Row, Section, Span


def without_dead_links(report: Report) -> Report:
    """The document with plain text for every link to an anchor that is not in it."""
    anchors = {f"#{anchor}" for anchor in _anchors(report)}
    made: Report = _kept(report, anchors)
    return made


@cache
def _parts(kind: Any) -> tuple[str, ...]:
    """The fields of a block; none of what is no block."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def _anchors(value: Any) -> Iterator[str]:
    if isinstance(value, Card | Heading | Row | Section) and value.anchor:
        yield value.anchor
    inside = (
        value
        if type(value) is tuple
        else (getattr(value, name) for name in _parts(value.__class__))
    )
    for item in inside:
        if type(item) is not str:
            yield from _anchors(item)


def _kept(value: Any, anchors: set[str]) -> Any:
    """The same object where nothing in it changes: copying costs more than reading."""
    if isinstance(value, Span):
        return value if not value.href or value.href in anchors else replace(value, href="")
    if type(value) is tuple:
        items = tuple(item if type(item) is str else _kept(item, anchors) for item in value)
        return value if all(map(is_, items, value)) else items
    changed = {}
    for name in _parts(value.__class__):
        found = getattr(value, name)
        kept = found if type(found) is str else _kept(found, anchors)
        if kept is not found:
            changed[name] = kept
    return replace(value, **changed) if changed else value
