"""kelou doctor: what is missing on this machine, and the command that installs it."""

from __future__ import annotations

from datetime import date

import typer

from flows.cli.console.context import settings_of
from flows.cli.console.terminal import Json, echo_json

MARKS = {"ok": "ok   ", "note": "note ", "wrong": "WRONG"}


def register(app: typer.Typer) -> None:
    @app.command()
    def doctor(ctx: typer.Context, as_json: Json = False) -> None:
        """Check this machine and the configuration; print the command for what is missing. Status 2
        if anything is."""
        from flows.audit.doctor import examine

        found = list(examine(settings_of(ctx), date.today()))
        if as_json:
            echo_json({"findings": [vars(finding) for finding in found]})
        else:
            for finding in found:
                typer.echo(f"{MARKS[finding.state]}  {finding.subject}: {finding.message}")
                if finding.remedy:
                    typer.echo(f"       {finding.remedy}")
        raise typer.Exit(2 if any(finding.state == "wrong" for finding in found) else 0)
