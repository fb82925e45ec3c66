"""The words of an explanation, in one language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ruamel.yaml import YAML

from checks.law.rulebook import Text


@dataclass(frozen=True)
class Words:
    """`texts`: the parsed wording file; `lang`: zh or en."""

    texts: dict[str, dict[str, dict[str, str]]]
    lang: str

    def say(self, section: str, key: str, **values: Any) -> str:
        """The text of a key, its braces filled in. KeyError when the wording lacks it."""
        return self.texts[section][key][self.lang].format(**values)

    def text(self, text: Text) -> str:
        """A rulebook's text in this language."""
        return text.zh if self.lang == "zh" else text.en

    def limit(self, cell: str) -> str:
        """`2h` as a person reads it."""
        match = re.fullmatch(r"(\d+)(s|min|h|bmin|bh|wd|wd@same|wd@clock)?", cell)
        return self._count(match[2] or "", int(match[1])) if match else self.say("phrases", "owed")

    def span(self, span: timedelta) -> str:
        """A duration in its two largest units: `2 小时 5 分钟`."""
        seconds = abs(round(span.total_seconds()))
        parts = [("h", seconds // 3600), ("min", seconds % 3600 // 60), ("s", seconds % 60)]
        filled = [(unit, n) for unit, n in parts if n][:2] or [("s", 0)]
        return " ".join(self._count(unit, n) for unit, n in filled)

    def _count(self, unit: str, n: int) -> str:
        """`1 working day`, `2 working days`: a unit that changes its form for one says so in the
        wording."""
        forms = self.texts["units"][unit]
        form = forms.get(f"{self.lang}_one") if n == 1 else None
        return (form or forms[self.lang]).format(n=n)


def parse(text: str, lang: str) -> Words:
    """Words from the text of wording.yaml."""
    return Words(YAML(typ="safe", pure=True).load(text), lang)
