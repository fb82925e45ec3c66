"""Runs are cancelled also after the server was away."""

from __future__ import annotations

import asyncio

from prefect._internal.observers import FlowRunCancellingObserver
from prefect.utilities.services import critical_service_loop

from flows.scheduled.server import GAVE_UP


class PatientObserver(FlowRunCancellingObserver):
    """Looks for runs that are to be cancelled as long as the runner works: Prefect's own stops for
    good when the server was away for a few questions."""

    def _handle_polling_task_done(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
        if GAVE_UP not in str(task.exception()):
            super()._handle_polling_task_done(task)
            return
        self.logger.warning("The server does not answer; going on to look for cancelled runs.")
        self._polling_task = asyncio.create_task(
            critical_service_loop(self._check_for_cancelled_flow_runs, self.polling_interval)
        )
        self._polling_task.add_done_callback(self._handle_polling_task_done)
