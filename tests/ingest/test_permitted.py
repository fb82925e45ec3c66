"""What a mapping's SQL may be: nothing that depends on when it is read, reads elsewhere, or grows
without bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.records.parsing.rules import expression
from flows.ingest import read_folder
from flows.ingest.options import IngestOptions
from flows.settings.sources import SourceSettings
from flows.system.errors import UsageError

REFUSED = (
    "now()",
    "NOW ( )",
    "current_date",
    "CURRENT_TIMESTAMP",
    "localtime",
    "upper(current_time)",
    "random()",
    "rand()",
    "uuid()",
    "(select 1)",
    "a IN (SELECT * FROM read_csv('/etc/passwd'))",
    "read_csv('x')",
    "repeat(a, 1000000000)",
    "explode(a)",
    "unnest(a)",
    "array[1,2]",
    "string_to_array(a, '-')",
    "columns('.*')",
    "*",
    "sum(*)",
    "x'41'",
    "a -- and more",
    "a /* and more */",
)
TOO_LARGE = (
    "1+" * 5000 + "1",
    "+".join(["n"] * 600),
    "a || " * 600 + "a",
    "(" * 3000 + "a" + ")" * 3000,
    "coalesce(" * 500 + "a" + ", 'x')" * 500,
    f"'{'x' * 20_000}'",
    "lpad(a, 100000000, 'x')",
    "rpad(a, n, 'x')",
    "lpad(a, 10 * 1000, 'x')",
    "replace(replace(a, 'a', '" + "a" * 40 + "'), 'a', '" + "a" * 40 + "')",
    "replace(replace(a, 'a', b), 'b', a)",
)
ALLOWED = (
    "a",
    "now",
    "array",
    "\"from\" || '|' || b",
    "CASE WHEN a IN ('x', 'now()') THEN 'z' ELSE upper(b) END",
    "COUNT(*)",
    "MIN(a) FILTER (WHERE b = 'x')",
    "(a) * 2",
    "CAST(a AS VARCHAR(10))",
    "CAST(a AS DECIMAL(10, 2))",
    "ROW_NUMBER() OVER (PARTITION BY a ORDER BY b)",
    "lpad(a, 11, '0')",
    "replace(a, ' ', '')",
    "NOT (a ~ '^w[mo]{20,}$')",
    "substring(a FROM 1 FOR 3)",
    "EXTRACT(year FROM a)",
    "本地列 || '客服'",
    "TRIM(BOTH ' ' FROM a)",
    "CASE a " + " ".join(f"WHEN 'v{n}' THEN 'w{n}'" for n in range(200)) + " END",
)


@pytest.mark.parametrize("text", REFUSED + TOO_LARGE)
def test_refused_in_one_short_line(text: str) -> None:
    with pytest.raises(ValueError) as refused:
        expression(text)
    assert len(str(refused.value)) <= 250
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ALLOWED)
def test_allowed(text: str) -> None:
    expression(text)


def test_what_is_no_sql_repeats_little_of_it() -> None:
    with pytest.raises(ValueError, match="not an SQL expression: a a a") as refused:
        expression("a " * 400)
    assert len(str(refused.value)) <= 300


@pytest.mark.parametrize("place", ["columns", "leave_out", "one_per"])
def test_every_expression_of_a_source_is_looked_at_before_anything_is_read(
    place: str, tmp_path: Path
) -> None:
    told = {
        "columns": {"call_id": "now()"},
        "leave_out": [{"where": "now() > a", "because": "late"}],
        "one_per": "random()",
    }
    source = {
        "table": "calls",
        "files": ["pbx.csv"],
        "columns": {"call_id": "a"},
        place: told[place],
    }
    options = IngestOptions(sources={"pbx": SourceSettings.model_validate(source)})
    with pytest.raises(UsageError, match=r"inputs\.sources\.pbx: (now|random)\("):
        read_folder(tmp_path, options)
