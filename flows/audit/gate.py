"""The gate before judging: what was read is looked over, told, and may stop the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from checks.completeness.formats import PERSONAL
from checks.concepts import Period
from checks.gate import Gate, Inventory, Unread, look
from checks.law.rulebook import Rulebooks
from checks.records.tables import TABLES
from checks.text.masking import mask_text
from flows.audit.gate_lines import in_short
from flows.ingest import Intake, options_of
from flows.ingest.unread import hint
from flows.ingest.words import reading
from flows.settings import Settings
from flows.system.errors import InputError

HIDDEN: Final = "***"
LONGEST: Final = 60
"""Characters of a cell that are shown."""
STOPS_NAMED: Final = 2
"""Reasons to stop that an error tells; `kelou sources check` tells all."""


def gate_of(
    intake: Intake, rulebooks: Rulebooks, period: Period | None, settings: Settings
) -> Gate:
    """Everything that a person should know of the records first; cells are masked unless personal
    data may be shown."""
    found = look(inventory_of(intake), intake.records, rulebooks, period, _table_words(settings))
    return _masked(found, settings.report.show_personal_data)


def pass_gate(intake: Intake, rulebooks: Rulebooks, period: Period, settings: Settings) -> Gate:
    """The same, before anything is judged. Raises InputError for what `gate.stop` of the
    configuration names."""
    gate = gate_of(intake, rulebooks, period, settings)
    if reasons := stops(gate, settings):
        more = f" (and {len(reasons) - STOPS_NAMED} more)" if len(reasons) > STOPS_NAMED else ""
        raise InputError(
            f"stopped at the gate, nothing was judged: {'; '.join(reasons[:STOPS_NAMED])}{more}\n"
            "kelou sources check shows everything; mend the export, or take the kind out of "
            "gate.stop in kelou.toml"
        )
    return gate


def stops(gate: Gate, settings: Settings) -> list[str]:
    """What was found of the kinds that stop a run, each in one line."""
    found = gate.found(settings.gate.tolerated.model_dump())
    return [f"{in_short(gate, kind)} [{kind}]" for kind in found if kind in settings.gate.stop]


def inventory_of(intake: Intake) -> Inventory:
    """What reading found, as the gate takes it."""
    return Inventory(
        accounting=intake.accounting,
        files=Counter(source.table for source in intake.sources),
        sheets=Counter(file.table for file in intake.understood),
        unread=unread_of(intake),
        issues=intake.issues,
        quarantine=intake.quarantine,
        replaced=intake.replaced,
    )


def unread_of(intake: Intake) -> tuple[Unread, ...]:
    """What lies in the data folder and was not read."""
    return tuple(Unread(one.name, one.reason, hint(one)) for one in intake.unread)


def _table_words(settings: Settings) -> Mapping[str, str]:
    words = reading(options_of(settings)).vocabulary.tables
    return {word: name for name in TABLES for word in words[name].names}


def _masked(gate: Gate, show_personal: bool) -> Gate:
    """The gate with cells cut to a readable length and, unless they may be shown, without personal
    data."""

    def cell(column: str, text: str) -> str:
        if text and column in PERSONAL and not show_personal:
            return HIDDEN
        whole = text if show_personal else mask_text(text)
        return whole if len(whole) <= LONGEST else f"{whole[:LONGEST]}…"

    return replace(
        gate,
        unknown_codes=tuple(
            replace(code, value=cell(code.column, code.value)) for code in gate.unknown_codes
        ),
        replaced=tuple(
            replace(
                pair,
                cells=tuple(
                    (name, cell(name, was), cell(name, is_)) for name, was, is_ in pair.cells
                ),
            )
            for pair in gate.replaced
        ),
    )
