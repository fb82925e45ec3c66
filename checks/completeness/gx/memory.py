"""Great Expectations over Polars: what GX would work out again and again during one validation,
kept while it lasts.

GX rebuilds an expectation's configuration, and from a configuration its expectation, at every look
at one of them: ten thousands of times for the suites of a month, most of what a small month costs.
Neither changes while a suite is validated, so within `remembered()` each is built once. This is the
one place that wraps a method of GX; the parity test compares what comes out with GX as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from typing import Any, Final

from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

Memory = dict[int, tuple[Any, Any]]
"""What was built, by the id of the object it was built from; that object is kept too, so that its
id stays its own."""

_memory: Final[ContextVar[Memory | None]] = ContextVar("_memory", default=None)


@contextmanager
def remembered() -> Iterator[None]:
    """Validate within: for this thread, until the end of the block, nothing is built twice."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def _once(build: Callable[[Any], Any]) -> Callable[[Any], Any]:
    @wraps(build)
    def built(source: Any) -> Any:
        memory = _memory.get()
        if memory is None:
            return build(source)
        if id(source) not in memory:
            memory[id(source)] = source, build(source)
        return memory[id(source)][1]

    return built


@cache
def install_memory() -> None:
    """Wrap the two methods, once; outside of `remembered()` they do what GX does."""
    build: Any = Expectation.__dict__["configuration"]
    Expectation.configuration = property(_once(build.fget))  # type: ignore[assignment, method-assign]
    ExpectationConfiguration.to_domain_obj = _once(  # type: ignore[assignment, method-assign]
        ExpectationConfiguration.to_domain_obj
    )
