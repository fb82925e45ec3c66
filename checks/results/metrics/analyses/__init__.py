"""What the regulations ask to be analysed beside timeliness: where requests come from, and how they
end."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.closing.facts import Closing
from checks.closing.rates import rate
from checks.closing.tickets import tickets_asked
from checks.numbers.analyses import Analyses
from checks.numbers.rates import Rate
from checks.results.metrics.analyses.feedback import feedback
from checks.results.metrics.analyses.recurring import TEXTS, recurring_questions
from checks.results.metrics.analyses.service import RESOLVED, resolution_rate, satisfaction
from checks.results.metrics.analyses.turns import turns
from checks.results.metrics.analyses.volumes import contact_volumes, inquiry_volumes

_CELLS: Final = (
    "kind",
    "category",
    "channel",
    "customer_id",
    "department",
    "handler_id",
    "satisfaction",
    "satisfaction_unreadable",
)
_FOUND: Final = (
    "ticket_id",
    "asked_at",
    "cancelled",
    *RESOLVED,
    *(f"{name}_unreadable" for name in RESOLVED),
)


def analyses(closing: Closing, archive: Rate | None) -> Analyses:
    """The `analyses` of the metrics (RC 第十一条(二), 第二十条(二); CD 六(二); TC 第十五条).

    `archive`: 资料归档完整性 as the completeness checks found it.
    """
    contacts = contact_volumes(closing)  # before the tickets are in memory
    tickets = tickets_asked(closing, _CELLS, RESOLVED).select(*_CELLS, *_FOUND).collect()
    return Analyses(
        inquiries=inquiry_volumes(closing, tickets),
        contacts=contacts,
        recurring_questions=recurring_questions(_told(tickets, closing)),
        resolution=resolution_rate(tickets),
        satisfaction=satisfaction(tickets),
        archive_completeness=archive or rate(0, 0),
        feedback=feedback(tickets, closing),
        turns=turns(closing),
    )


def _told(tickets: pl.DataFrame, closing: Closing) -> pl.DataFrame:
    """The inquiries among the tickets with what they tell: a company's tickets have long texts, and
    others' matter not."""
    inquiries = tickets.filter(pl.col("kind") == "inquiry").select(
        "ticket_id", "kind", "category", "customer_id"
    )
    texts = closing.records["tickets"].select("ticket_id", *TEXTS)
    return texts.join(inquiries.lazy(), on="ticket_id").collect(engine="streaming")
