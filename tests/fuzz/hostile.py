"""Values that break programs, to be put into cells, settings and rulebooks."""

from __future__ import annotations

from typing import Final

CELLS: Final = (
    "", " ", "\u3000", "0", "-1", "1e308", "1e-400", "NaN", "inf", "9" * 40, "9" * 5000, "１２３", "0x1F",
    "true", "是", "不是", "=1+1", "=cmd|'/C calc'!A0", "@SUM(1)", "+86 138-0000-0000",
    "<script>alert(1)</script>", "url(http://evil.example/1)", "{{7*7}}", "{% for x in y %}", "${7*7}", "%s%n",
    "../../etc/passwd", "\x00", "\x01\x02\x1b[31m", "\u202eevil", "\ufeff", "\ufffe", "\U0010ffff",
    "e\u0301" * 50, "👨‍👩‍👧‍👦", "a\nb", "a\r\nb", "a\rb", '"', '""', 'a"b', "'", ",", "\t", ";", "|", "\\",
    "\\N", "0001-01-01 00:00:00", "9999-12-31 23:59:59", "2026-02-30 00:00:00", "2026-10-03 24:00:00",
    "2026-10-03 09:05:60", "2026-10-03T09:05:00+99:99", "2026-10-03T09:05:00+15:59", "2026-10-03T09:05:00Z",
    "1759453500", "1759453500000", "46000.5", "99999", "2026年10月3日9时5分", "2026年13月3日",
    "２０２６-１０-０３", "1900-01-01", "1899-12-31", "2262-04-11 23:47:16", "292277-01-01",
    "2026-10-03 09:05:00.123456789", "2026-10-03", "20261003090500", "NULL", "-", "#REF!", "core", "核心客户",
    "INBOUND", "a" * 70_000, "\ud7ff", "²", "٣", "Ⅷ", "½", "1,000", "1.5", "3.", "-0", "+5", "1e3",
)  # fmt: skip
HEADINGS: Final = ("?", "", " ", "x" * 3000, "备注\n二", "=1+1", "_row", "_file", "_defect", "0", "_raw.x", "literal")
"""Headings that mean nothing, or what the program uses itself."""
ENDINGS: Final = (".csv", ".xlsx", ".xls", ".jsonl", ".json", ".parquet", ".txt", ".CSV", ".csv.gz", ".zst", "", ".bak")
NAMES: Final = ("a", "部分 1", "x\ny", "-rf", "a'b\"c", "…" * 40, "a[1]*", "a{b}%s", "\udcff\udcfe", "\x1b[31m")
"""Files that lie in a table's folder."""
FRAGMENTS: Final = (
    "[" * 3000, "{" * 3000, "- " * 2000, "&a [*a, *a]", "\x00", "\x1b", "\ufeff", "\t", "%", "@", "`", "? ",
    ": ", "|\n", ">\n", "!!python/object:os.system x", "!!binary x", "2026-13-45", "0001-01-01",
    "99999999999999999999999h", "9" * 5000, "1e999", ".inf", "null", "true", "[]", "{}", "''", '"', "'", "#",
    "...", "---", "\\", "\u2028", "\ud7ff", "=", "]", "}", "(a{1000}){1000}", "(?<!x)", "[[:alpha:]", "*",
    "now()", "../..", "x" * 5000, "-1", "0", "1.5", "是",
)  # fmt: skip
"""What is put into a configuration, in place of a value or anywhere."""
