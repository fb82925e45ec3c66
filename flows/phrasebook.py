"""Reading the phrase lists: the shipped ones and, on top, a company's own."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from checks.conduct.phrases import Phrasebook, PhraseList, parse_lists, parse_manners, phrasebook
from flows.errors import UsageError

_MANNERS: Final = "manners.yaml"


def load_phrasebook(own: Path | None = None) -> Phrasebook:
    """The lists in force. `own`: a folder of further *.yaml; a list of the same id replaces the shipped one.

    Raises UsageError on a mistake in it.
    """
    shipped = files("checks") / "conduct" / "phrases"
    texts = sorted((f.name, f.read_text("utf-8")) for f in shipped.iterdir() if f.name.endswith(".yaml"))
    lists = [entry for name, text in texts if name != _MANNERS for entry in parse_lists(text)]
    for path in own_lists(own):
        lists += _own(path)
    characters = (files("opencc") / "dictionary" / "TSCharacters.txt").read_text("utf-8")
    return phrasebook(lists, parse_manners(dict(texts)[_MANNERS]), characters)


def own_lists(own: Path | None) -> list[Path]:
    """The company's own lists, in order of name. Raises UsageError when the folder has none."""
    found = sorted(own.glob("*.yaml")) if own else []
    if own and not found:
        raise UsageError(f"no phrase lists in {own}: expected {own}/*.yaml")
    return found


def _own(path: Path) -> tuple[PhraseList, ...]:
    try:
        return parse_lists(path.read_text("utf-8"))
    except Exception as error:
        raise UsageError(f"phrase list {path}: {error}") from None
