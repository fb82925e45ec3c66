"""What processes that help an audit import, once for all audits of a test run: it takes seconds."""

from __future__ import annotations

import gc

import flows.audit.run  # noqa: F401
from flows.audit import validation
from flows.report.pdf import render

validation.prepare()
render.prepare()
gc.enable()  # drawing alone does without
gc.freeze()
