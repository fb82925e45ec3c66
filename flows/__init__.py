"""What Kelou does: ingest, orchestrate, render, deliver. Effects live here and nowhere else.

The libraries below would report their use to their makers; an audit tells nobody. The variables
must be set before those libraries are imported, hence here.
"""

import os

# A small machine needs half a minute
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
os.environ.update(
    DO_NOT_TRACK="1", PREFECT_SERVER_ANALYTICS_ENABLED="false", GX_ANALYTICS_ENABLED="false"
)
