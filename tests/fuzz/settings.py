"""Configurations that are corrupt, each made by its number: kelou.toml, rulebooks, phrase lists, a
mapping's SQL."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Final

from checks.records.parsing.rules import expression
from flows.law.judging_options import judging_options
from flows.law.phrasebook import load_phrasebook
from flows.law.rulebooks import load_rulebooks
from flows.settings import load_settings
from flows.system.errors import UsageError
from tests.fuzz.hostile import FRAGMENTS

ROOT: Final = Path(__file__).parents[2]
CALENDAR: Final = "date,workday\n2026-10-10,true\n2026-10-01,false\n"
SQL: Final = (
    "CASE WHEN a IN ('x', 'y') THEN upper(b) ELSE COALESCE(a, '[' || b || ']') END",
    "strptime(a, '%Y-%m-%d %H:%M:%S')",
    "MIN(a) FILTER (WHERE b = 'x')",
    "lpad(replace(a, ' ', ''), 11, '0')",
)


def corrupt_settings(number: int, place: Path, notes: list[str]) -> str:
    """Load what this number makes; UsageError or nothing is expected."""
    rng = Random(number)
    kind = rng.choice(("toml", "toml", "rulebook", "phrases", "sql", "calendar"))
    notes.append(kind)
    match kind:
        case "toml":
            (place / "kelou.toml").write_bytes(
                _corrupt(rng, (ROOT / "kelou.toml").read_text("utf-8"), notes)
            )
            judging_options(load_settings(place / "kelou.toml"))
        case "rulebook":
            path = rng.choice(sorted((ROOT / "checks" / "rulebooks" / "TC").glob("*.yaml")))
            (place / "TC").mkdir()
            (place / "TC" / path.name).write_bytes(_corrupt(rng, path.read_text("utf-8"), notes))
            load_rulebooks(place)
        case "phrases":
            path = rng.choice(
                [
                    p
                    for p in (ROOT / "checks" / "conduct" / "phrases").glob("*.yaml")
                    if p.stem != "manners"
                ]
            )
            (place / path.name).write_bytes(_corrupt(rng, path.read_text("utf-8"), notes))
            load_phrasebook(place)
        case "calendar":
            (place / "days.csv").write_bytes(_corrupt(rng, CALENDAR, notes))
            (place / "kelou.toml").write_text(
                f'[judging]\ncompany_calendar = "{place}/days.csv"\n', "utf-8"
            )
            judging_options(load_settings(place / "kelou.toml"))
        case "sql":
            text = _corrupt(rng, rng.choice(SQL), notes).decode("utf-8", "replace")
            try:
                expression(text)
            except ValueError as error:
                raise UsageError(str(error)) from None
    return f"{kind} loaded"


def _corrupt(rng: Random, text: str, notes: list[str]) -> bytes:
    for _ in range(rng.choice((1, 1, 2, 4))):
        kind, fragment = (
            rng.choice(("value", "value", "insert", "lose", "cut", "repeat")),
            rng.choice(FRAGMENTS),
        )
        notes.append(f"{kind} {fragment[:12]!r}")
        place = rng.randrange(len(text) + 1)
        line_end = text.find("\n", place) if text.find("\n", place) >= 0 else len(text)
        match kind:
            case "value":
                sign = max(text.rfind(":", 0, place), text.rfind("=", 0, place))
                text = f"{text[: sign + 1]} {fragment}{text[line_end:]}"
            case "insert":
                text = text[:place] + fragment + text[place:]
            case "lose":
                text = text[:place] + text[place + rng.choice((1, 10, 200)) :]
            case "cut":
                text = text[:place]
            case "repeat":
                text += text[place:line_end]
    raw = bytearray(text.encode("utf-8", "replace"))
    if raw and rng.random() < 0.2:
        raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
        notes.append("flip")
    return bytes(raw)
