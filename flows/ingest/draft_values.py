"""What the cells of an unknown sheet mean: forms of times, codes, signs for nothing, and what is
left to be decided about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from checks.records.parsing.profiles import Profile
from checks.records.parsing.text import fold
from checks.records.parsing.times.columns import KINDS
from checks.records.parsing.vocabulary import REST, TableWords
from checks.records.tables import Table
from flows.ingest.decisions import Decision
from flows.ingest.draft_columns import Columns, guesses, meanings, taken_for, told_share

MOSTLY: Final = 0.5
"""The share of cells whose words must be known in a column of two codes."""
FEW: Final = 5
"""Times left over, and words, of which a line speaks."""


def formats_of(
    table: Table, columns: Columns, by_heading: Mapping[str, Profile]
) -> tuple[dict[str, str], list[Decision]]:
    """The declared form of each column that needs one, and where columns leave the choice; a column
    that leaves none decides for those of the sheet that are written alike."""
    forms = {
        name: by_heading[heading].forms
        for name, (heading, _) in columns.found.items()
        if table.by_name[name].kind in KINDS and by_heading[heading].forms
    }
    sure = {_days(p.forms[0]) for p in by_heading.values() if len(p.forms) == 1}
    chosen: dict[str, str] = {}
    undecided: dict[tuple[str, ...], list[str]] = {}
    for name, some in forms.items():
        alike = [form for form in some if _days(form) in sure]
        chosen[name] = alike[0] if len(alike) == 1 else some[0]
        if len(some) > 1 and len(alike) != 1:
            undecided.setdefault(some, []).append(name)
    either = "; every cell can be either"
    return chosen, [
        Decision(f"{', '.join(names)}: {' or '.join(some)}{either}", "form", tuple(names), some)
        for some, names in undecided.items()
    ]


def _days(form: str) -> str:
    return form.partition(" ")[0]


def codes_of(
    table: Table, columns: Columns, by_heading: Mapping[str, Profile], words: TableWords
) -> tuple[dict[str, dict[str, list[str]]], list[Decision]]:
    """What codes are proposed to mean, and those that nobody knows. Words of a column that has a
    usual meaning are taken for it; a column of too many words for codes, none of which is known, is
    none of ours."""
    values: dict[str, dict[str, list[str]]] = {}
    unknown: list[Decision] = []
    for name, (heading, _) in [*columns.found.items()]:
        column, facts = table.by_name[name], by_heading[heading]
        if column.kind not in ("code", "open_code"):
            continue
        own, known = words.values[name], meanings(table.name, name, words)
        usual = guesses()["usual"].get(table.name, {}).get(name)
        several = facts.distinct > len(facts.values)
        if usual and len(column.values) == 2 and told_share(facts, {**known, **own}) < MOSTLY:
            # Of two codes a column's words mean one or the other, or it is another column
            del columns.found[name]
            columns.constants[name] = usual
            unknown.append(taken_for(name, usual, table, column.values))
            continue
        if several and not usual:
            if not told_share(facts, known):
                del columns.found[name]
            continue
        proposed, asked = _meant(facts, {*own, *fold(column.values)}, known)
        values |= {name: proposed} if proposed else {}
        if usual and asked and (several or not told_share(facts, {**known, **own})):
            values.setdefault(name, {}).setdefault(usual, []).append(REST)
            unknown.append(_rest(name, usual, column.values, asked, several))
        else:
            unknown += [
                Decision(f"{v} ({n})", "code", (name,), column.values, False, v, n)
                for v, n in asked
            ]
    return values, unknown


def _meant(
    facts: Profile, own: set[str], known: Mapping[str, str]
) -> tuple[dict[str, list[str]], list[tuple[str, int]]]:
    """Code -> words that are proposed to mean it, and the words that nobody knows."""
    proposed: dict[str, list[str]] = {}
    asked = []
    for value, n in facts.values:
        word = fold([value])[0]
        if word in known and word not in own:
            proposed.setdefault(known[word], []).append(value)
        elif word not in own:
            asked.append((value, n))
    return proposed, asked


def _rest(
    name: str,
    usual: str,
    codes: Sequence[str],
    asked: Sequence[tuple[str, int]],
    several: bool,
) -> Decision:
    shown = ", ".join(f"{value} ({n})" for value, n in asked[:FEW])
    more = " …" if several or len(asked) > FEW else ""
    text = f"{name}: what is {shown}{more}? taken for {usual} ({REST}); others: {', '.join(codes)}"
    return Decision(text, columns=(name,))


def left_times(table: Table, columns: Columns, profiles: Sequence[Profile]) -> list[Decision]:
    """Times of a ticket that no column of ours takes: one of them may be a promise or a step."""
    left = [p.heading for p in profiles if p.timed and p.heading not in columns.used]
    if table.name != "tickets" or not left:
        return []
    more = f" and {len(left) - FEW} more" if len(left) > FEW else ""
    free = [c.name for c in table.columns if c.kind in KINDS and c.name not in columns.found]
    text = (
        f"times left over: {', '.join(left[:FEW])}{more}; is one of them {', '.join(free[:8])} …?"
    )
    return [Decision(text)]


def signs(profiles: Iterable[Profile]) -> tuple[str, ...]:
    """Signs that stand in empty cells of these columns."""
    return tuple(sorted({s for facts in profiles if not facts.parts for s in facts.fillers}))
