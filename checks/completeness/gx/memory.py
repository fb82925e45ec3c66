"""Great Expectations over Polars: what GX would work out again and again during one validation,
kept while it lasts.

GX rebuilds an expectation's configuration, and from a configuration its expectation, at every look
at one of them, and hashes the words of a metric anew for every use of it: ten thousands of times
for the suites of a month, most of what a small month costs. None of them changes while a suite is
validated, so within `remembered()` each is made once. This is the one place that wraps methods of
GX; the parity test compares what comes out with GX as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, wraps
from typing import Any, Final

from great_expectations.core.id_dict import IDDict, IDDictID
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration


@dataclass(frozen=True)
class Memory:
    """built: by the id of the object it was built from; that object is kept too, so that its id
    stays its own. ids: the ids of metrics' words, by those words.
    """

    built: dict[int, tuple[Any, Any]] = field(default_factory=dict)
    ids: dict[str, IDDictID] = field(default_factory=dict)


_memory: Final[ContextVar[Memory | None]] = ContextVar("_memory", default=None)


@contextmanager
def remembered() -> Iterator[None]:
    """Validate within: for this thread, until the end of the block, nothing is built twice."""
    token = _memory.set(Memory())
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
        if id(source) not in memory.built:
            memory.built[id(source)] = source, build(source)
        return memory.built[id(source)][1]

    return built


def _hashed_once(to_id: Callable[..., IDDictID]) -> Callable[..., IDDictID]:
    @wraps(to_id)
    def hashed(words: IDDict, *chosen: Any, **named: Any) -> IDDictID:
        memory = _memory.get()
        if memory is None or chosen or named:
            return to_id(words, *chosen, **named)
        said = repr(words)
        if said not in memory.ids:
            memory.ids[said] = to_id(words)
        return memory.ids[said]

    return hashed


@cache
def install_memory() -> None:
    """Wrap the methods, once; outside of `remembered()` they do what GX does."""
    build: Any = Expectation.__dict__["configuration"]
    Expectation.configuration = property(_once(build.fget))  # type: ignore[assignment, method-assign]
    ExpectationConfiguration.to_domain_obj = _once(  # type: ignore[assignment, method-assign]
        ExpectationConfiguration.to_domain_obj
    )
    IDDict.to_id = _hashed_once(IDDict.to_id)  # type: ignore[method-assign]
