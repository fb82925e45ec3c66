"""What no clause's clock watches: customers who wait although every deadline was met, and work that
no deadline binds. Listed with counts and cases; never violations.

The regulations ask for it all the same: TC 第四条(三) 谁对接、谁负责、谁跟踪, RC 第四条(五)
有始有终, RC 第十条(二)1 确保问题彻底解决.
"""

from __future__ import annotations

from typing import Final

from checks.numbers.records import SignalFound
from checks.suspicions import found_of
from checks.unwatched import calls, chats, tickets, transcripts
from checks.unwatched.model import Seen, Watch

__all__ = ["WATCHES", "Seen", "unwatched"]

WATCHES: Final[tuple[Watch, ...]] = (
    *tickets.WATCHES,
    *calls.WATCHES,
    *chats.WATCHES,
    *transcripts.WATCHES,
)


def unwatched(seen: Seen) -> tuple[SignalFound, ...]:
    """The "unwatched" part of metrics.json: every watch of a clause in force, also those that found
    nothing."""
    books = seen.closing.rulebooks
    return tuple(
        found_of(watch.id, watch.title, watch.reading, watch.look(seen))
        for watch in WATCHES
        if books.in_force((watch.article,)) and watch.needs in (None, *seen.closing.provided)
    )
