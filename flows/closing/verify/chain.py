"""The chain of a lake's closings: each manifest carries the hash of the one before it."""

from __future__ import annotations

from collections.abc import Iterator

from flows.archive.closings import Closed, closings
from flows.archive.differences import Difference
from flows.archive.run_folder import MANIFEST, sealed
from flows.system.errors import InputError


def chain_differences(lake: str) -> Iterator[Difference]:
    """Closings that are gone, were changed or were put in afterwards."""
    try:
        chain = closings(lake)
    except InputError as error:
        yield Difference("chain", "closings", str(error))
        return
    before: Closed | None = None
    for place, closed in enumerate(chain, start=1):
        facts = closed.manifest.get("closing", {})
        if sealed(facts) != facts:
            yield Difference(
                "chain", f"closings/{closed.name}/{MANIFEST}", "the seal of the closing is broken"
            )
        expected = {"closing": before.name, "sha256": before.sha256} if before else None
        if closed.number != place:
            yield Difference(
                "chain",
                f"closings/{closed.name}",
                f"number {closed.number} stands at place {place}",
            )
        elif facts["previous"] != expected:
            earlier = before.name if before else "nothing"
            yield Difference(
                "chain", f"closings/{closed.name}", f"does not follow {earlier} as it is now"
            )
        before = closed
