"""kelou doctor: what is missing on this machine, and the command that installs it."""

from __future__ import annotations

from datetime import date

import typer

from flows.cli.console.context import settings_of

MARKS = {"ok": "ok   ", "note": "note ", "wrong": "WRONG"}


def register(app: typer.Typer) -> None:
    @app.command()
    def doctor(ctx: typer.Context) -> None:
        """Check this machine and the configuration; print the command for what is missing. Status 2
        if anything is."""
        from flows.audit.doctor import examine

        wrong = False
        for finding in examine(settings_of(ctx), date.today()):
            typer.echo(f"{MARKS[finding.state]}  {finding.subject}: {finding.message}")
            if finding.remedy:
                typer.echo(f"       {finding.remedy}")
            wrong = wrong or finding.state == "wrong"
        raise typer.Exit(2 if wrong else 0)
