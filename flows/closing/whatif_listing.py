"""What `kelou whatif` prints: tables for people, one document for programs."""

from __future__ import annotations

from typing import Any, Final

from checks.concepts import SCHEMA_VERSION
from checks.explanations.words import Words
from checks.numbers.plain import plain
from checks.numbers.rates import Rate
from checks.results.moves import Standing, verdict_moves
from flows.closing.whatif import WhatIf
from flows.law.rule_tables import Listing, rule_words
from flows.report.words.texts import Texts, load_texts
from flows.report.words.wording import DASH, Wording
from flows.system.languages import single

CASES: Final = 30
"""Cases that the terminal lists; --json has all."""


def as_json(found: WhatIf) -> dict[str, Any]:
    """Everything that moves, and what the month comes to on either side."""
    return {
        "schema_version": SCHEMA_VERSION,
        "judged_again": found.judged_again,
        "verdicts": verdict_moves(found.moves).to_dicts(),
        "cases": found.moves.to_dicts(),
        "then": _side(found.then),
        "now": _side(found.now),
    }


def _side(side: Standing) -> dict[str, Any]:
    return {
        "acts": side.acts,
        "violations": side.violations,
        "total": plain(side.total),
        "departments": {key: plain(row) for key, row in side.departments.items()},
        "proposals": plain(side.proposals),
        "findings": side.findings,
    }


def listings(found: WhatIf, lang: str) -> list[Listing]:
    """The tables one after the other, what the month comes to below the last."""
    words, texts = rule_words(lang).words, load_texts(single(lang))
    tables = [
        _verdicts(found, words, texts),
        _departments(found, words, texts),
        _cases(found, words, texts),
    ]
    notes = [*_totals(found, words, texts), words.say("whatif", "unpublished")]
    return [*(table for table in tables if table.cells), Listing("notes", [], [], [], notes)]


def _headings(words: Words, *names: str) -> list[str]:
    return [words.say("whatif", name) for name in names]


def _verdict(code: str | None, words: Words, texts: Texts) -> str:
    return texts.name("verdict_word", code) if code else words.say("whatif", "none")


def _verdicts(found: WhatIf, words: Words, texts: Texts) -> Listing:
    rows = verdict_moves(found.moves).to_dicts()
    cells = [
        [
            row["rule_id"],
            _verdict(row["then"], words, texts),
            _verdict(row["now"], words, texts),
            f"{row['n']:,}",
        ]
        for row in rows
    ]
    return Listing("verdicts", rows, _headings(words, "rule", "then", "now", "n"), cells)


def _departments(found: WhatIf, words: Words, texts: Texts) -> Listing:
    """Departments whose rate or number of violations moves, the greatest change first."""
    wording, rows = Wording(texts), []
    then, now = found.then.departments, found.now.departments
    for key in dict.fromkeys((*then, *now)):
        sides = [side.get(key) for side in (then, now)]
        rates = [row.timeliness.rate if row else None for row in sides]
        broken = [row.broken if row else 0 for row in sides]
        if rates[0] == rates[1] and broken[0] == broken[1]:
            continue
        change = None if None in rates else float(rates[1] or 0) - float(rates[0] or 0)
        name = texts("words.unassigned") if key == "unassigned" else key
        cells = [
            name,
            *(wording.percent(rate) for rate in rates),
            DASH if change is None else wording.points(change),
            *(f"{n:,}" for n in broken),
        ]
        rows.append((-abs(change or 0), cells))
    names = ("department", "rate_then", "rate_now", "points", "broken_then", "broken_now")
    rows.sort(key=lambda row: row[0])
    return Listing("departments", [], _headings(words, *names), [cells for _, cells in rows])


def _cases(found: WhatIf, words: Words, texts: Texts) -> Listing:
    moves = found.moves.filter(found.moves["verdict_then"].ne_missing(found.moves["verdict_now"]))
    rows = moves.head(CASES).to_dicts()
    cells = [
        [
            row["subject_id"],
            row["rule_id"],
            *(_verdict(row[f"verdict_{side}"], words, texts) for side in ("then", "now")),
            *(str(row[f"due_at_{side}"] or DASH)[:19] for side in ("then", "now")),
            row["department"] or texts("words.unassigned"),
        ]
        for row in rows
    ]
    names = ("subject", "rule", "then", "now", "due_then", "due_now", "department")
    n = f"{moves.height:,}"
    notes = [words.say("whatif", "more", n=n, shown=CASES)] if moves.height > CASES else []
    return Listing("cases", rows, _headings(words, *names), cells, notes)


def _totals(found: WhatIf, words: Words, texts: Texts) -> list[str]:
    wording, then, now = Wording(texts), found.then, found.now
    n = int(verdict_moves(found.moves)["n"].sum())

    def rate(of: Rate) -> str:
        return f"{wording.percent(of.rate)} ({of.numerator:,} / {of.denominator:,})"

    lines = [words.say("whatif", "moved", n=f"{n:,}", due=f"{found.moves.height - n:,}")]
    if not n:
        lines.append(words.say("whatif", "nothing"))
    for name in ("timeliness", "record"):
        sides = {"then": rate(getattr(then.total, name)), "now": rate(getattr(now.total, name))}
        lines.append(words.say("whatif", name, **sides))
    acts = {"acts_then": f"{then.acts:,}", "acts_now": f"{now.acts:,}"}
    broken = {"then": f"{then.violations:,}", "now": f"{now.violations:,}"}
    lines.append(words.say("whatif", "violations", **broken, **acts))
    for grade in then.findings:
        counts = {"then": f"{then.findings[grade]:,}", "now": f"{now.findings[grade]:,}"}
        lines.append(words.say("whatif", "grade", grade=texts.name("grade", grade), **counts))
    lines.append(_proposed(found, words, wording))
    if found.judged_again:
        lines.append(words.say("whatif", found.judged_again))
    return lines


def _proposed(found: WhatIf, words: Words, wording: Wording) -> str:
    now = found.now.proposals
    names = [
        ", ".join(sorted(d.key for d in side.proposals.departments))
        or words.say("whatif", "nobody")
        for side in (found.then, found.now)
    ]
    line = wording.percent(now.threshold)
    return words.say("whatif", "below", article=now.article, line=line, then=names[0], now=names[1])
