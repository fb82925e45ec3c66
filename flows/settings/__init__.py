"""The configuration: one TOML file, checked key by key, with the line of what is wrong."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import ValidationError

from flows.settings.made import WAYS
from flows.settings.place import line_of
from flows.settings.sections import Settings
from flows.system.errors import UsageError

__all__ = [
    "Settings",
    "data_folder",
    "fingerprint",
    "load_settings",
    "redacted",
    "secret",
    "with_rulebooks",
]

DEFAULT_FILE = Path("kelou.toml")
_PLAINER: Final = {
    "a valid tuple": 'a list, as ["x"]',
    "a valid dictionary or instance of Made": 'a heading, as "x", or a table, as { from = "x" }',
}
"""What the library says of a value, and what an officer understands."""


def load_settings(path: Path | None = None) -> Settings:
    """The settings of `path`, or of ./kelou.toml where there is one, or the defaults.

    Relative paths in the file count from the working folder. Raises UsageError with file, line and
    key.
    """
    if path is None:
        if not DEFAULT_FILE.is_file():
            return Settings()
        path = DEFAULT_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path}: can't be read ({error}); give an existing file in UTF-8 by --config"
        ) from error
    return parse_settings(text, path)


def parse_settings(text: str, path: Path) -> Settings:
    """Settings from TOML text; `path` is named in errors."""
    try:
        values = tomllib.loads(text)
    except RecursionError:
        raise UsageError(
            f"{path}: not valid TOML: lists or tables within one another without end"
        ) from None
    # TOMLDecodeError, and what Python says of a number that is too long
    except ValueError as error:
        raise UsageError(f"{path}: not valid TOML: {error}") from error
    if bad := next((text for text in _texts(values) if "\0" in text), None):
        raise UsageError(
            f"{path}: {bad[:40]!r}: the character NUL has no place in a setting; delete it"
        )
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise UsageError(_first_error(error, text, path)) from error
    for source in settings.inputs.sources.values():
        source.remember(text, path)
    return settings


def _texts(values: Any) -> Iterator[str]:
    """Every text in TOML's values, and every key."""
    if isinstance(values, str):
        yield values
    elif isinstance(values, dict | list):
        for each in [*values, *values.values()] if isinstance(values, dict) else values:
            yield from _texts(each)


def with_rulebooks(settings: Settings, folder: Path | None) -> Settings:
    """The settings with another folder of own rulebooks, where one is given."""
    if folder is None:
        return settings
    return settings.model_copy(
        update={"judging": settings.judging.model_copy(update={"rulebooks": folder})}
    )


def data_folder(settings: Settings, given: Path | None) -> Path:
    """The data folder that a flow was given, or the configured one. Raises UsageError when there is
    none."""
    folder = given or settings.schedules.data
    if folder is None:
        raise UsageError(
            "no data folder: give the parameter data, or set schedules.data in kelou.toml"
        )
    return folder


def _first_error(error: ValidationError, text: str, path: Path) -> str:
    first = error.errors(include_url=False)[0]
    keys = [str(part) for part in first["loc"] if part not in WAYS]
    where = f"{path}:{line_of(text, keys)}"
    if first["type"] == "extra_forbidden":
        return (
            f"{where}: unknown key {'.'.join(keys)}; allowed here: {', '.join(_allowed(keys[:-1]))}"
        )
    found = repr(first["input"])
    shown = "" if "://" in found else f" (found {found[:80]})"  # an address may hold a password
    said = first["msg"].removeprefix("Value error, ")
    for theirs, ours in _PLAINER.items():
        said = said.replace(theirs, ours)
    return f"{where}: {'.'.join(keys)}: {said}{shown}"


def _allowed(section: list[str]) -> list[str]:
    """The keys that may stand there; a name or a number of a list leads into what it names."""
    found: Any = Settings
    for name in section:
        fields = getattr(found, "model_fields", None)
        found = _inner(fields[name].annotation if fields and name in fields else found)
    fields = getattr(found, "model_fields", {})
    return [field.alias or name for name, field in fields.items()]


def _inner(annotation: Any) -> Any:
    """The model of a key, of a table's values or of a list's items."""
    kinds = get_args(annotation)
    models = [kind for kind in kinds if hasattr(kind, "model_fields")]
    within = [found for kind in kinds if hasattr(found := _inner(kind), "model_fields")]
    return next(iter([*models, *within]), annotation)


def redacted(settings: Settings) -> dict[str, Any]:
    """The settings as plain JSON for a manifest; secrets are references, so none is inside."""
    return settings.model_dump(mode="json")


def fingerprint(settings: Settings) -> str:
    """SHA-256 of the redacted settings, equal for equal settings."""
    canonical = json.dumps(
        redacted(settings), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def secret(reference: str) -> str:
    """The value behind `env:NAME` or `prefect:BLOCK`. Raises UsageError when it isn't set; never
    prints a value."""
    store, _, name = reference.partition(":")
    if store == "env":
        if value := os.environ.get(name):
            return value
        raise UsageError(
            f"the environment variable {name} is not set; the configuration refers to it"
        )
    from prefect.blocks.system import Secret

    try:
        return str(Secret.load(name).get())  # type: ignore[union-attr]  # synchronous outside of a flow's event loop
    except ValueError as error:
        raise UsageError(
            f"the Prefect Secret block {name} does not exist; the configuration refers to it"
        ) from error
