"""整改要求 beyond the clauses that single cases breach: what else the register holds."""

from __future__ import annotations

from collections.abc import Iterator

from checks.numbers.register import Register, RegisterGroup
from flows.report.context.blocks import Block, Paragraph, Row, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import cell, num


def register_counts(context: ReportContext) -> Iterator[Block]:
    """How many entries the register has, of what kinds, and how many can't be attributed."""
    found = context.metrics.register
    if found is None or not found.total:
        return
    texts = context.texts
    kinds = texts("words.and").join(
        texts("register.count", name=texts.name("register.kind", row.key), n=row.n)
        for row in found.by_kind
        if row.n
    )
    words = texts(
        "register.counts",
        total=texts.count("finding", found.total),
        kinds=kinds,
        unattributed=texts.count("finding", found.unattributed),
        nobody=texts.count("finding", found.nobody),
    )
    yield Paragraph(line(words))


def register_demands(context: ReportContext, first: int) -> Iterator[Row]:
    """One row per duty, field, phrase list or gap, numbered from `first`; in a document about one
    regulation those of its clauses."""
    found: Register | None = context.metrics.register
    focus = context.profile.focus
    groups = [
        group
        for group in (found.groups if found else ())
        if not focus or any(clause.startswith(f"{focus} ") for clause in group.clauses)
    ]
    for n, group in enumerate(groups, start=first):
        yield _demand(context, n, group)


def _demand(context: ReportContext, n: int, group: RegisterGroup) -> Row:
    texts = context.texts
    words = texts(f"register.demand.{group.kind}", title=group.title.of(texts.lang))
    owners = texts("words.and").join(context.department(row.key) for row in group.departments[:3])
    days = texts.count("unit.workdays", context.options.remedy_days[group.grade])
    clauses = texts("words.and").join(context.article(clause) for clause in group.clauses)
    return Row(
        (
            cell(str(n), "nowrap"),
            cell(words),
            cell(owners),
            cell(days, "nowrap"),
            num(context, group.n),
            cell(clauses or "—"),
        )
    )
