"""What every section of the numbers is: a frozen record whose fields are the keys of metrics.json,
in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict


class Section:
    """Base of all records of this package.

    Fields are the keys of the JSON, in its order; a trailing underscore avoids a word of the
    language. Sequences are tuples and become lists. Reading refuses keys that the record lacks:
    what is not understood is not dropped.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True)
class Title(Section):
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def of(self, lang: str) -> str:
        """The words in `lang`: zh or en."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, kw_only=True)
class Keyed(Section):
    """A row of a list, named by `key`."""

    key: str


@dataclass(frozen=True, kw_only=True)
class Count(Keyed):
    """How many there are of `key`."""

    n: int
