"""What an SQL expression of a mapping may be: functions of the row alone, of a size that is worked
out at once.

What tells the time or draws lots would make of the same records another verdict each time; a query
would read what is no record; a length without bounds would fill the memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import prod
from typing import Final

FUNCTIONS: Final = frozenset(
    re.findall(
        r"\w+",
        """
        abs cbrt ceil ceiling div exp floor ln log log10 log1p log2 mod pi pow power round sign sqrt
        acos asin atan atan2 cos cot degrees radians sin tan bit_and bit_count bit_or bit_xor xor
        date date_part datetime extract strftime strptime time timestamp
        case cast coalesce greatest if ifnull least nullif try_cast
        bit_length char_length character_length concat concat_ws ends_with initcap left length
        lower lpad ltrim normalize octet_length position regexp_like regexp_replace replace reverse
        right rpad rtrim split_part starts_with strpos substr substring trim upper avg count first
        last max median min quantile_cont quantile_disc stddev sum var variance listagg string_agg
        dense_rank first_value lag last_value lead rank row_number
        """,
    )
)
NO_FUNCTIONS: Final = frozenset(
    re.findall(
        r"\w+",
        """
        and as between by char decimal distinct double else filter float from ilike in int integer
        interval is like not numeric or order over partition precision real rlike similar smallint
        some string text then to using values varchar when with within
        """,
    )
)
"""Words of the language, and types, that may stand before a bracket."""
REFUSED: Final = {
    **dict.fromkeys(
        ("now", "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"),
        "the time at which it is read is no fact of a record",
    ),
    **dict.fromkeys(
        ("select", "read_csv", "read_parquet", "read_json", "read_ipc"),
        "a query can't be used here",
    ),
    "array": "a list is no value of a cell",
}
LONGEST: Final = 10_000
"""Characters of an expression."""
MOST: Final = 1_000
"""Names, values and operators of an expression: the time to work it out grows with the square of
their number."""
DEEPEST: Final = 40
WIDEST: Final = 1_000
"""Characters to which a text may be padded, and times that replacing may make it longer."""
SHOWN: Final = 120
"""Characters of an expression that a message repeats."""

_TOKEN: Final = re.compile(
    r"(?P<text>'(?:[^']|'')*')|(?P<name>\"(?:[^\"]|\"\")*\")|(?P<word>[^\W\d][\w$]*)|(?P<number>\d[\w.]*)"
    r"|(?P<open>\()|(?P<close>\))|(?P<comma>,)|(?P<comment>--|/\*)|(?P<operator>[^\s\w'\"(),]+)|\s+|(?P<other>.)",
    re.DOTALL,
)
_PREFIXES: Final = ("b", "e", "n", "q", "r", "u", "x")
"""Of literals that are no text."""
Token = tuple[str, str]
"""Kind and text."""


def check(text: str) -> None:
    """Raises ValueError, in one line, for an expression that may not be used."""
    if len(text) > LONGEST:
        raise ValueError(f"{shown(text)} has {len(text)} characters, more than {LONGEST}")
    tokens = [(m.lastgroup, m[0]) for m in _TOKEN.finditer(text) if m.lastgroup]
    counted = [kind for kind, _ in tokens if kind not in ("open", "close", "comma")]
    if len(counted) > MOST:
        raise ValueError(
            f"{shown(text)} has {len(counted)} names, values and operators, more than {MOST}"
        )
    if any(kind == "comment" for kind, _ in tokens):
        raise ValueError(f"{shown(text)}: comments can't be used")
    _check_words(text, tokens)
    _check_sizes(text, tokens)


def shown(text: str) -> str:
    """As much of an expression as a message repeats."""
    plain = " ".join(text.split())
    return plain if len(plain) <= SHOWN else f"{plain[:SHOWN]}…"


def _check_words(text: str, tokens: list[Token]) -> None:
    depth = 0
    for place, (kind, word) in enumerate(tokens):
        before, after = tokens[place - 1 : place], tokens[place + 1 : place + 2]
        depth += (kind == "open") - (kind == "close")
        if depth > DEEPEST:
            raise ValueError(f"{shown(text)}: more than {DEEPEST} brackets within one another")
        if word == "*" and (not before or before[0][0] == "open") and not _counts(tokens, place):
            raise ValueError(f"{shown(text)}: * stands for every column; name one")
        if kind != "word":
            continue
        name = word.lower()
        called = after == [("open", "(")]
        if name in _PREFIXES and after and after[0][0] == "text":
            raise ValueError(
                f"{shown(text)}: write {after[0][1][:40]} without the {name} before it"
            )
        if name in REFUSED and (
            called or name not in ("now", "array") or after[:1] == [("operator", "[")]
        ):
            raise ValueError(f"{shown(text)}: {name}: {REFUSED[name]}")
        if called and name not in FUNCTIONS | NO_FUNCTIONS:
            raise ValueError(f"{shown(text)}: the function {name[:40]} can't be used")


def _counts(tokens: list[Token], place: int) -> bool:
    """Whether the token at this place is that of COUNT(*)."""
    before, after = tokens[max(0, place - 2) : place], tokens[place + 1 : place + 2]
    return [word.lower() for _, word in before] == ["count", "("] and after == [("close", ")")]


def _check_sizes(text: str, tokens: list[Token]) -> None:
    longer = []
    for name, arguments in _calls(tokens):
        if name in ("lpad", "rpad"):
            width = arguments[1] if len(arguments) > 1 else []
            if (
                len(width) != 1
                or width[0][0] != "number"
                or not width[0][1].isdecimal()
                or int(width[0][1]) > WIDEST
            ):
                raise ValueError(f"{shown(text)}: {name} needs a length of at most {WIDEST}")
        if name in ("replace", "regexp_replace") and len(arguments) > 2:
            by = arguments[2]
            longer.append(
                max(1, len(by[0][1]) - 2) if len(by) == 1 and by[0][0] == "text" else WIDEST
            )
    if prod(longer) > WIDEST:
        raise ValueError(f"{shown(text)}: replacing makes texts more than {WIDEST} times longer")


def _calls(tokens: list[Token]) -> Iterator[tuple[str, list[list[Token]]]]:
    """Every call of a function, in lower case, with the tokens of each argument."""
    for place, (kind, word) in enumerate(tokens[:-1]):
        if kind == "word" and tokens[place + 1][0] == "open":
            depth, arguments = 1, list[list[Token]]([[]])
            for token in tokens[place + 2 :]:
                depth += (token[0] == "open") - (token[0] == "close")
                if not depth:
                    break
                if token[0] == "comma" and depth == 1:
                    arguments.append([])
                else:
                    arguments[-1].append(token)
            yield word.lower(), arguments
