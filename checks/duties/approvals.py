"""The executive's approval of the report on the inspection of timeliness (TC 第十四条(二))."""

from __future__ import annotations

import polars as pl

from checks.closing.facts import Closing
from checks.closing.rates import rate
from checks.duties.document_periods import month_of
from checks.duties.documents import INSPECTIONS, due_months, proving
from checks.duties.item import Found
from checks.duties.months import month_before
from checks.duties.people import role_says, with_person
from checks.duties.wording import says
from checks.numbers.evidence import DueApproval, DueApprovals

KIND = "timeliness_inspection"


def inspection_approvals(closing: Closing) -> Found | None:
    """Months whose inspection report was filed, and those of them whose report the executive in
    charge approved.

    An approval is what the report itself says in `approved_by`, or a document of its own of the
    month, given by its owner; a report that the executive filed is approved. Unknown: a person
    whose role nobody knows, or a table that records no approval at all.
    """
    amounts = closing.rulebooks.parameters
    documents = closing.records["documents"]
    reports = INSPECTIONS.told(documents, amounts)
    if reports.is_empty():
        return None
    given = _given(closing).collect()
    rivals = INSPECTIONS.rivals(KIND, closing.rulebooks)
    recorded = bool(given.height) or reports["approved_by"].null_count() < reports.height
    people: list[tuple[str, str | None, str | None, bool]] = []
    for month in due_months(closing):
        about = month_before(month)
        of = proving(reports.filter(about=about).sort("filed_at", nulls_last=True), KIND, rivals)
        if of is None or of.is_empty():
            continue
        separate = given.filter(about=about)["owner"].to_list()
        approvers = [*of["approved_by"].drop_nulls(), *separate]
        key = about.strftime("%Y-%m")
        people += [(key, name, None, True) for name in approvers]
        people += [(key, None, name, False) for name in of["owner"]] if not approvers else []
    return _decided(people, recorded, closing)


def _given(closing: Closing) -> pl.LazyFrame:
    """Approvals of an inspection's report that are documents of their own: about, owner."""
    amounts, name = closing.rulebooks.parameters, pl.col("kind")
    of_it = says(name, (*amounts.timeliness_inspection, *amounts.inspection_report))
    return (
        closing.records["documents"]
        .filter(says(name, amounts.approval) & of_it)
        .select("owner", about=month_of())
    )


def _decided(
    people: list[tuple[str, str | None, str | None, bool]], recorded: bool, closing: Closing
) -> Found:
    """Per month: whether anyone of those who approved, else filed, is the executive in charge."""
    schema = {"key": pl.String, "by": pl.String, "owner": pl.String, "given": pl.Boolean}
    frame = pl.LazyFrame(people, schema=schema, orient="row").with_columns(
        who=pl.coalesce("by", "owner"), at=pl.lit(closing.period.cutoff)
    )
    executive = closing.rulebooks.parameters.executive_in_charge
    told = with_person(frame, closing, "who", "at").with_columns(
        leads=pl.when(says(pl.col("who"), executive).fill_null(False))
        .then(True)
        .otherwise(role_says(executive))
    )
    nothing = pl.lit(False if recorded else None, pl.Boolean)
    rows = (
        told.with_columns(
            approved=pl.when("given")
            .then("leads")
            .when(pl.col("leads"))
            .then(True)
            .otherwise(nothing)
        )
        .group_by("key")
        .agg(
            approved=pl.when(pl.col("approved").any())
            .then(True)
            .when(pl.col("approved").null_count() == 0)
            .then(False),
            by=pl.col("by").drop_nulls().unique().sort(),
        )
        .sort("key")
        .collect()
    )
    due = tuple(
        DueApproval(key=row["key"], approved=row["approved"], by=tuple(row["by"]))
        for row in rows.to_dicts()
    )
    good, unknown = (sum(row.approved is value for row in due) for value in (True, None))
    return rate(good, len(due) - unknown, unknown), DueApprovals(due=due)
