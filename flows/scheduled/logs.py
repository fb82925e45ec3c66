"""Prefect's logs, as short as the command line's: an error that a person can mend is one line,
without a traceback."""

from __future__ import annotations

import logging

from flows.system.errors import KelouError

RUN_LOGGERS = ("prefect.flow_runs", "prefect.task_runs")


class OneLine(logging.Filter):
    """Drops the traceback of expected errors; every other error keeps it."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if isinstance(error, KelouError):
            record.msg, record.args, record.exc_info = "%s", (error,), None
        return True


def keep_short() -> None:
    """Install the filter, once per process; libraries speak only when something is wrong."""
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    for name in RUN_LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(present, OneLine) for present in logger.filters):
            logger.addFilter(OneLine())
