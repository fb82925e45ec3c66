"""What the regulations ask to be analysed beside timeliness: where requests come from, and how they end."""

from __future__ import annotations

from typing import Any, Final

from checks.closing.facts import Closing
from checks.closing.rates import Rate, rate
from checks.closing.tickets import tickets_asked
from checks.metrics.analyses.recurring import recurring_questions
from checks.metrics.analyses.service import RESOLVED, resolution_rate, satisfaction
from checks.metrics.analyses.volumes import contact_volumes, inquiry_volumes

_TEXTS: Final = ("customer_name", "contact", "core_demand", "content")
_CELLS: Final = (
    "kind", "category", "channel", "customer_id", "satisfaction", "satisfaction_unreadable", *_TEXTS,
)  # fmt: skip
_FOUND: Final = ("asked_at", "cancelled", *RESOLVED, *(f"{name}_unreadable" for name in RESOLVED))


def analyses(closing: Closing, archive: Rate | None) -> dict[str, Any]:
    """The `analyses` of the metrics (RC 第十一条(二), 第二十条(二); CD 六(二); TC 第十五条).

    `archive`: 资料归档完整性 as the completeness checks found it.
    """
    tickets = tickets_asked(closing, _CELLS, RESOLVED).select(*_CELLS, *_FOUND).collect()
    return {
        "inquiries": inquiry_volumes(closing, tickets),
        "contacts": contact_volumes(closing),
        "recurring_questions": recurring_questions(tickets),
        "resolution": resolution_rate(tickets),
        "satisfaction": satisfaction(tickets),
        "archive_completeness": archive or rate(0, 0),
    }
