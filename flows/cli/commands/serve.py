"""kelou serve: the schedules, served from this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.console.context import config_of, settings_of

HELP = """Serve the schedules: daily ingest, monthly inspection, deadline watch, daily spot check,
weekly summary.

Needs a Prefect server (PREFECT_API_URL). When each flow runs, and on which data, stands in
kelou.toml under schedules.

Examples:

  prefect server start &  PREFECT_API_URL=http://127.0.0.1:4200/api kelou serve

  kelou serve --demo sample_data        (a server of its own, and one inspection of October 2026)
"""


def register(app: typer.Typer) -> None:
    app.command("serve", help=HELP)(serve_command)


def serve_command(
    ctx: typer.Context,
    demo: Annotated[
        Path | None,
        typer.Option(help="Start a server too, and inspect October 2026 of this folder."),
    ] = None,
    port: Annotated[int, typer.Option(help="Port of the demonstration's server.")] = 4200,
) -> None:
    from flows.scheduled.serve import demo_server, serve

    settings, config = settings_of(ctx), config_of(ctx)
    if demo is None:
        serve(settings, config)
        return
    with demo_server(settings.schedules.out / "prefect", port, typer.echo) as address:
        typer.echo(f"Prefect's page: {address}  (deployments, schedules, runs; Ctrl-C ends it)")
        serve(settings, config, {"data": str(demo.resolve()), "month": "2026-10"})
