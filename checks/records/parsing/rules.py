"""What a source's rules may say of another system's columns: SQL expressions, and what stands
beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from checks.records.parsing import conversions, permitted


class RulesError(ValueError):
    """A rule that can't be applied to the rows that are there."""


@dataclass(frozen=True)
class Each:
    """One of the records that a row gives: its columns beside those of the rules, and the condition
    under which there is such a record (None: always)."""

    columns: Mapping[str, str]
    when: str | None = None


@dataclass(frozen=True)
class Rules:
    """How a system's columns become ours. Expressions are Polars SQL over the source's columns;
    empty cells are NULL.

    `columns`: canonical column -> expression. `extract`: new source column -> (column of JSON text,
    JSON path). `joined`: new source column -> the column by which a lookup finds it.
    `leave_out`: condition -> why such a row is no record of the table. `one_per`: the rows with the
    same value of this expression are one record (the legs of a call); the expressions of `columns`
    then aggregate, as in GROUP BY. `each`: the records that one row gives, where it gives several.
    """

    columns: Mapping[str, str]
    extract: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    leave_out: Mapping[str, str] = field(default_factory=dict)
    one_per: str | None = None
    joined: Mapping[str, str] = field(default_factory=dict)
    each: tuple[Each, ...] = ()

    @property
    def texts(self) -> dict[str, tuple[str, ...]]:
        """Canonical column -> the expressions that make it, one for each kind of record."""
        several = self.variants() if self.each else (self,)
        names = dict.fromkeys(name for rules in several for name in rules.columns)
        return {
            name: tuple(dict.fromkeys(r.columns[name] for r in several if name in r.columns))
            for name in names
        }

    @property
    def source_columns(self) -> tuple[str, ...]:
        """The columns of the source that the rules speak of, in order of appearance."""
        texts = [text for some in self.texts.values() for text in some]
        conditions = [*self.leave_out, *(one.when for one in self.each if one.when)]
        texts += [*conditions, *([self.one_per] if self.one_per else [])]
        return tuple(dict.fromkeys(name for text in texts for name in self._spoken(text)))

    def spoken_of(self, column: str) -> tuple[str, ...]:
        """The columns of the source of which a canonical column is made."""
        texts = self.texts[column]
        return tuple(dict.fromkeys(name for text in texts for name in self._spoken(text)))

    def variants(self) -> tuple[Rules, ...]:
        """The rules of each of the records that a row gives."""
        return tuple(
            replace(self, columns={**self.columns, **one.columns}, each=()) for one in self.each
        )

    def _spoken(self, text: str) -> Iterator[str]:
        origin = {**self.joined, **{name: column for name, (column, _) in self.extract.items()}}
        for name in expression(text).meta.root_names():
            seen = {name}
            while name in origin and origin[name] not in seen:
                name = origin[name]
                seen.add(name)
            yield name


def expression(text: str) -> pl.Expr:
    """A Polars SQL expression. Raises ValueError when it is none, or one that may not be used or
    that guesses."""
    permitted.check(text)
    try:
        found = pl.sql_expr(text)
        conversions.check(conversions.tree_of(found))
    except (pl.exceptions.PolarsError, ValueError) as error:
        reason = permitted.shown(str(error).partition("\n")[0])
        raise ValueError(f"not an SQL expression: {permitted.shown(text)} ({reason})") from None
    return found
