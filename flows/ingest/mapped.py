"""How a mapping of columns meets the headings of a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final

import polars as pl

from checks.records.parsing.canonical import ParseOptions
from checks.records.parsing.mapping import Join, Mapped, mapped
from checks.records.parsing.rules import Rules, RulesError
from checks.records.parsing.text import fold
from checks.records.parsing.times.durations import PLUS
from checks.records.tables import Table
from flows.ingest.headings import Heading
from flows.ingest.intake import Understood
from flows.system.errors import InputError, UsageError

LONG: Final = 120
"""Characters of an expression that a line shows."""


def understood(table: Table, file: str, heading: Heading, rules: Rules, rows: int) -> Understood:
    """The columns that the file carries: all whose expression needs no column, or has one of those
    that it needs."""
    columns = {
        f"{_shown(texts, needed)} AS {column}": column
        for column, texts in rules.texts.items()
        if not (needed := rules.spoken_of(column))
        or any(name in heading.columns for name in needed)
    }
    return Understood(table.name, file, columns, (), heading.missing, heading.lacking, rows)


def _shown(texts: Sequence[str], needed: Sequence[str]) -> str:
    """How a column is made, in a line: by its expressions, or by the columns that they need."""
    if any(len(text) > LONG for text in texts):
        return f"[made of {', '.join(needed)}]"
    return " or ".join(texts).replace(PLUS, " + ")


def lacking(source: str, file: str, heading: Heading, rules: Rules) -> InputError:
    """What to say of a file that lacks columns of the mapping: which, for what, and what may have
    been meant."""
    name, *others = heading.missing
    users = [column for column in rules.texts if name in rules.spoken_of(column)]
    near = _near(name, heading.names)
    hint = (
        f"did you mean {' or '.join(near)}?"
        if near
        else f"it has {', '.join(filter(None, heading.names[:8]))[:120]}"
    )
    more = f", nor {', '.join(others)}" if others else ""
    return InputError(
        f"{file}: no column {name}{more}, which inputs.sources.{source} reads "
        f"for {', '.join(users) or 'conditions'}; "
        f'{hint}; if an export may lack it: optional = ["{name}"]'
    )


def applied(
    source: str,
    rows: pl.LazyFrame,
    rules: Rules,
    reading: ParseOptions,
    joins: Sequence[Join] = (),
) -> Mapped:
    """The rules applied to the source's rows. Raises UsageError for a rule that does not fit
    them."""
    try:
        return mapped(rows, rules, reading.empty, joins)
    except RulesError as error:
        raise UsageError(f"configuration: inputs.sources.{source}: {error}") from None


def _near(name: str, headings: Iterable[str]) -> list[str]:
    folded = {fold([heading])[0]: heading for heading in headings if heading.strip()}
    return [folded[word] for word in get_close_matches(fold([name])[0], folded, n=2)]
