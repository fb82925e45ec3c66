"""What the gate found, in the lines that the console shows: one per kind in short, then every one
of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from checks.gate import Gate, Kind
from checks.numbers.gate import ControlTotal, Replaced, TableGate

NAMED: Final = 5
"""Names listed in one line; `whole` and metrics.json have all."""
UNREAD_NAMED: Final = 100
"""Files and sheets that an audit names on the console."""
CELLS_NAMED: Final = 12
"""Differing cells listed of one pair of rows."""


def summary(gate: Gate) -> str:
    """One line: how much was read, and how many rules can be judged from it."""
    files, rows = sum(t.files for t in gate.tables), sum(t.read for t in gate.tables)
    judged = f"{gate.judged} of {gate.rules} rules can be judged from them"
    return (
        f"records: {_n(len(gate.tables), 'table')}, {_n(files, 'file')}, {_n(rows, 'row')};"
        f" {judged}"
    )


def brief(gate: Gate) -> Iterator[str]:
    """The summary, and one line for each kind of what was found; of what was not read one for each
    file or sheet."""
    yield summary(gate)
    for kind in gate.found():
        lines = list(_each_unread(gate)) if kind == "unread" else [in_short(gate, kind)]
        yield from (f"  {line}" for line in lines[:UNREAD_NAMED])
        if len(lines) > UNREAD_NAMED:
            yield (
                f"  not read: {len(lines) - UNREAD_NAMED:,} more, all of them in metrics.json "
                f"(quality.unread)"
            )


def whole(gate: Gate) -> Iterator[str]:
    """The same, and below each kind everything that was found of it."""
    yield summary(gate)
    for kind in gate.found():
        yield f"  {in_short(gate, kind)}"
        yield from (f"    {line}" for line in _DETAILS[kind](gate))


def in_short(gate: Gate, kind: Kind) -> str:
    """One line on a kind that was found."""
    head, names = _SHORT[kind](gate)
    return f"{head}: {listed(names)}"


def listed(names: Iterable[str], most: int = NAMED) -> str:
    """`a, b, c (and 4 more)`."""
    every = list(names)
    more = f" (and {len(every) - most} more)" if len(every) > most else ""
    return f"{', '.join(every[:most])}{more}"


def _n(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


Short = tuple[str, list[str]]
"""What was found, and where."""


def _unread(gate: Gate) -> Short:
    return f"{_n(len(gate.unread), 'file or sheet')} not read", [
        unread.name for unread in gate.unread
    ]


def _quarantined(gate: Gate) -> Short:
    return _rows(gate, "quarantined", "set aside (quarantine.csv)")


def _superseded(gate: Gate) -> Short:
    return _rows(gate, "superseded", "replaced by a later row of the same key")


def _rows(gate: Gate, count: str, what: str) -> Short:
    found = [(t, getattr(t, count)) for t in gate.tables if getattr(t, count)]
    return f"{_n(sum(n for _, n in found), 'row')} {what}", [
        f"{t.name} {n:,} of {t.read:,}" for t, n in found
    ]


def _outside(gate: Gate) -> Short:
    found = sorted((t for t in gate.tables if t.share), key=lambda t: -(t.share or 0))
    n = sum((t.before or 0) + (t.after or 0) for t in found)
    return f"{_n(n, 'row')} more than 31 days outside the period", [
        f"{t.name} {t.share:.1%}" for t in found
    ]


def _not_recorded(gate: Gate) -> Short:
    lacking = dict.fromkeys(column for gap in gate.gaps for column in gap.columns)
    clauses = listed(f"{gap.clause} {gap.rule_id}" for gap in gate.gaps)
    return f"these records cannot show {clauses}; not recorded", list(lacking)


def _unknown_codes(gate: Gate) -> Short:
    most = sorted(gate.unknown_codes, key=lambda code: -code.cells)
    names = [f"{code.table}.{code.column} {code.value!r} ({code.cells:,})" for code in most]
    return (
        f"{_n(len(most), 'unknown value')} in {_n(sum(code.cells for code in most), 'cell')}",
        names,
    )


def _coarse_times(gate: Gate) -> Short:
    names = [f"{c.table}.{c.column} ({c.times:,}, whole {c.unit}s)" for c in gate.coarse_times]
    return f"{_n(len(names), 'column')} of whole minutes or days only", names


def _control_totals(gate: Gate) -> Short:
    found = [total for total in gate.control_totals if total.difference != 0]
    return f"{_n(len(found), 'control total')} not as declared", [
        _total_in_short(total) for total in found
    ]


def _total_in_short(total: ControlTotal) -> str:
    return f"{_where(total)} {'?' if total.difference is None else f'{total.difference:+,}'}"


def _where(total: ControlTotal) -> str:
    return f"{total.table} {total.span}".rstrip()


_SHORT: Final = {
    "unread": _unread,
    "quarantined": _quarantined,
    "outside_period": _outside,
    "superseded": _superseded,
    "not_recorded": _not_recorded,
    "unknown_codes": _unknown_codes,
    "coarse_times": _coarse_times,
    "control_totals": _control_totals,
}


def _each_unread(gate: Gate) -> Iterator[str]:
    yield from (f"not read: {unread.name}: {unread.hint}" for unread in gate.unread)


def _each_outside(gate: Gate) -> Iterator[str]:
    yield from (_one_outside(t) for t in gate.tables if t.outside)


def _one_outside(t: TableGate) -> str:
    rows = ", ".join(f"{row.file}:{row.row} {row.at}" for row in t.outside)
    return (
        f"{t.name}: {t.before:,} before and {t.after:,} after, of {t.accepted:,} "
        f"by {t.column}; farthest {rows}"
    )


def _each_pair(gate: Gate) -> Iterator[str]:
    yield from (_pair(pair) for pair in gate.replaced)


def _pair(pair: Replaced) -> str:
    cells = listed((f"{name} {was!r} → {is_!r}" for name, was, is_ in pair.cells), CELLS_NAMED)
    return (
        f"{pair.table} {pair.key}: {pair.file}:{pair.row} "
        f"by {pair.later_file}:{pair.later_row}: {cells}"
    )


def _each_gap(gate: Gate) -> Iterator[str]:
    for gap in gate.gaps:
        part = " (in part)" if gap.partly else ""
        yield f"{gap.clause} {gap.rule_id}{part}: {_LACK[gap.why]} {', '.join(gap.columns)}"


_LACK: Final = {
    "end": "not recorded",
    "condition": "nobody can say when it binds, not recorded",
    "table": "there is no table",
}


def _each_code(gate: Gate) -> Iterator[str]:
    for code in gate.unknown_codes:
        aside = f", {_n(code.rows_set_aside, 'row')} set aside" if code.rows_set_aside else ""
        yield f"{code.table}.{code.column} {code.value!r}: {_n(code.cells, 'cell')}{aside}"


def _each_coarse(gate: Gate) -> Iterator[str]:
    for c in gate.coarse_times:
        judged = (
            "; written with seconds, and so judged to the second" if c.written == "second" else ""
        )
        yield f"{c.table}.{c.column}: all {c.times:,} times are whole {c.unit}s{judged}"


def _each_total(gate: Gate) -> Iterator[str]:
    for total in gate.control_totals:
        read = (
            "nobody can count them here"
            if total.read is None
            else f"{total.read:,} read ({total.difference:+,})"
        )
        yield f"{_where(total)}: {total.systems} declares {_n(total.declared, 'row')}, {read}"


def _nothing_more(gate: Gate) -> Iterator[str]:
    yield from ()


_DETAILS: Final = {
    "unread": _each_unread,
    "quarantined": _nothing_more,
    "outside_period": _each_outside,
    "superseded": _each_pair,
    "not_recorded": _each_gap,
    "unknown_codes": _each_code,
    "coarse_times": _each_coarse,
    "control_totals": _each_total,
}
