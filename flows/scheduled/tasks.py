"""The stages of an audit as Prefect tasks, wrapped here only.

Only what touches the outside is tried again; repeating a judgement would hide a defect.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task, exponential_backoff

from flows.audit.stages import PlainStages
from flows.ingest.lake import take_in as take_into_lake
from flows.oversight.notify import NotDelivered
from flows.oversight.sample import draw as draw_sample
from flows.oversight.watch import watch as watch_records
from flows.oversight.watch.deliver import deliver as deliver_alerts
from flows.scheduled.logs import keep_short
from flows.system.panics import telling_panics

keep_short()

P = ParamSpec("P")
R = TypeVar("R")

LASTING: Final = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)
"""Failures of the outside that only a person can mend."""


def outside_failed(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether it may be otherwise a minute later: a network share, a database, a mail server."""
    return isinstance(state.data, OSError | NotDelivered) and not isinstance(state.data, LASTING)


def _inside(function: Callable[P, R], name: str) -> Callable[P, R]:
    task: Callable[P, R] = Task(
        telling_panics(function), name=name, task_run_name=name, cache_policy=NO_CACHE
    )
    return task


def _outside(function: Callable[P, R], name: str) -> Callable[P, R]:
    task: Callable[P, R] = Task(
        telling_panics(function),
        name=name,
        task_run_name=name,
        cache_policy=NO_CACHE,
        retries=3,
        retry_delay_seconds=exponential_backoff(10),
        retry_jitter_factor=0.2,
        retry_condition_fn=outside_failed,
    )
    return task


class TaskStages:
    """The stages of flows.audit.stages as tasks of the surrounding flow run."""

    load_rules = staticmethod(_inside(PlainStages.load_rules, "load rules"))
    ingest = staticmethod(_outside(PlainStages.ingest, "ingest"))
    pass_gate = staticmethod(_inside(PlainStages.pass_gate, "pass the gate"))
    validate = staticmethod(_inside(PlainStages.validate, "validate"))
    judge_records = staticmethod(_inside(PlainStages.judge_records, "judge"))
    write_obligations = staticmethod(_outside(PlainStages.write_obligations, "write obligations"))
    compare_with = staticmethod(_outside(PlainStages.compare_with, "compare with earlier closings"))
    measure = staticmethod(_inside(PlainStages.measure, "measure"))
    inputs_of = staticmethod(PlainStages.inputs_of)
    write_data = staticmethod(_outside(PlainStages.write_data, "write data"))
    write_documents = staticmethod(_inside(PlainStages.write_documents, "write report"))
    write_manifest = staticmethod(PlainStages.write_manifest)


take_in = _outside(take_into_lake, "take into the lake")
watch = _inside(watch_records, "watch")
draw = _inside(draw_sample, "draw sample")
deliver = _outside(deliver_alerts, "deliver alerts")
