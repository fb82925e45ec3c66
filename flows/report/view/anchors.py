"""Links inside a document: what the document does not hold is named, not linked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from flows.report.context.blocks import Card, Heading, Report, Row, Section, Span


def without_dead_links(report: Report) -> Report:
    """The document with plain text for every link to an anchor that is not in it."""
    anchors = {f"#{anchor}" for anchor in _anchors(report)}
    made: Report = _kept(report, anchors)
    return made


def _anchors(value: Any) -> Iterator[str]:
    if isinstance(value, Card | Heading | Row | Section) and value.anchor:
        yield value.anchor
    if is_dataclass(value):
        for field in fields(value):
            yield from _anchors(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _anchors(item)


def _kept(value: Any, anchors: set[str]) -> Any:
    if isinstance(value, Span):
        return value if not value.href or value.href in anchors else replace(value, href="")
    if isinstance(value, tuple):
        return tuple(_kept(item, anchors) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            field.name: _kept(getattr(value, field.name), anchors) for field in fields(value)
        }
        return replace(value, **changed)
    return value
