"""Speed as ratios, all in one run: python -m tests.benchmarks [--records N ...] [--out FOLDER]
[--pandas N].

For every size a month is generated, and the audit, its stages, reading alone, the SQL and (up to a
size) pandas run over it one after the other. Prints a table of each size and how CPU seconds grow
from size to size, writes benchmark.json and benchmark.svg.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.chart import chart

Parts = dict[str, dict[str, float]]
STAGES = {
    "read": ("load_rules", "ingest"),
    "validate and judge": ("validate", "judge_records", "write_obligations"),
    "findings and metrics": ("measure", "inputs_of"),
    "data files": ("write_data",),
    "report": ("write_documents", "write_manifest"),
}
"""Parts of the audit; validation and judgement run side by side."""
RIVALS = ("floor", "sql")


def main() -> None:
    asked = _arguments()
    asked.out.mkdir(parents=True, exist_ok=True)
    results = {}
    for records in asked.records:
        with tempfile.TemporaryDirectory(dir=asked.scratch) as scratch:
            results[records] = _measure(records, Path(scratch) / "month", records <= asked.pandas)
        print(table(records, results[records]), flush=True)
    if len(results) > 1:
        print(growth(results), flush=True)
    told = {"machine": machine(), "results": results}
    (asked.out / "benchmark.json").write_text(json.dumps(told, indent=1), "utf-8")
    (asked.out / "benchmark.svg").write_text(
        chart(lines(results), "records of the month", "seconds"), "utf-8"
    )
    print(f"{machine()}\nWritten to {asked.out}: benchmark.json, benchmark.svg")


def _arguments() -> Any:
    words = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    words.add_argument(
        "--records", type=int, nargs="+", default=[100_000, 1_000_000], help="sizes of the month"
    )
    words.add_argument("--pandas", type=int, default=1_000_000, help="largest size for pandas")
    words.add_argument(
        "--out", type=Path, default=Path("kelou-runs/benchmark"), help="folder of the results"
    )
    words.add_argument(
        "--scratch", type=Path, help="folder for the generated months; by default the system's"
    )
    return words.parse_args()


def _measure(records: int, folder: Path, with_pandas: bool) -> Parts:
    _generate(records, folder)
    parts: Parts = {}
    for piece in ("floor", "sql", "judging", "audit", *(["pandas"] if with_pandas else [])):
        run = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.pieces", piece, str(folder)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for line in run.stdout.splitlines():
            facts = json.loads(line)
            parts[facts.pop("part")] = facts
        if run.returncode:
            print(
                f"{piece} failed at {records:,} records, status {run.returncode}", file=sys.stderr
            )
    return parts


def _generate(records: int, folder: Path) -> None:
    command = ["generate", "--records", str(records), "--format", "parquet", "--out", str(folder)]
    subprocess.run(
        [Path(sys.executable).with_name("kelou"), *command], check=True, stdout=subprocess.DEVNULL
    )


def machine() -> str:
    """What it ran on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB memory, {platform.system()} {platform.machine()}"
    )


def together(parts: Parts, names: tuple[str, ...]) -> dict[str, float]:
    """Several parts as one, from the beginning of the first to the end of the last."""
    found = [parts[name] for name in names if name in parts]

    def span(unit: str) -> float:
        return max(p[f"{unit}ended"] for p in found) - min(p[f"{unit}began"] for p in found)

    return {"seconds": span(""), "cpu": span("cpu_"), "peak_mb": max(p["peak_mb"] for p in found)}


def rows(parts: Parts) -> dict[str, dict[str, float]]:
    """What the table shows, in its order."""
    stages = {
        stage: together(parts, names) for stage, names in STAGES.items() if names[-1] in parts
    }
    without = tuple(name for stage, names in STAGES.items() if stage != "report" for name in names)
    named = {
        "reading alone": "floor",
        "SQL, all rules": "sql",
        "pandas, 5 rules": "pandas",
        "judging alone": "judging",
    }
    alone = {title: together(parts, (name,)) for title, name in named.items() if name in parts}
    return {**alone, **stages, "audit without report": together(parts, without)}


def table(records: int, parts: Parts) -> str:
    """Seconds, CPU seconds, records per second, the CPU seconds against the floor (reading alone)
    and against the SQL, and the peak of memory."""
    shown = [
        f"\n{records:,} records",
        f"{'':22}{'seconds':>9}{'CPU s':>9}{'rec/s':>12}{'x floor':>9}{'x SQL':>8}{'MB':>8}",
    ]
    of = {name: together(parts, (name,))["cpu"] for name in RIVALS if name in parts}
    for title, facts in rows(parts).items():
        ratio = {name: facts["cpu"] / of[name] if of.get(name) else 0 for name in RIVALS}
        speed = records / facts["seconds"] if facts["seconds"] else 0
        shown.append(
            f"{title:22}{facts['seconds']:>9.2f}{facts['cpu']:>9.2f}{speed:>12,.0f}"
            f"{ratio['floor']:>9.1f}{ratio['sql']:>8.2f}{facts['peak_mb']:>8.0f}"
        )
    return "\n".join(shown)


def growth(results: dict[int, Parts]) -> str:
    """CPU seconds for each million records, size by size: a line that rises grows faster than the
    month does."""
    sizes = sorted(results)
    shown = ["\nCPU seconds for each million records"]
    shown += [f"{'':22}" + "".join(f"{size:>13,}" for size in sizes)]
    found = {size: rows(results[size]) for size in sizes}
    for title in found[sizes[-1]]:
        cells = [
            f"{found[size][title]['cpu'] * 1e6 / size:>13.2f}"
            if title in found[size]
            else f"{'':13}"
            for size in sizes
        ]
        shown.append(f"{title:22}" + "".join(cells))
    return "\n".join(shown)


def lines(results: dict[int, Parts]) -> dict[str, dict[int, float]]:
    """The lines of the picture: seconds by size."""
    found: dict[str, dict[int, float]] = {}
    for records, parts in results.items():
        for title, facts in rows(parts).items():
            if title in (
                "reading alone",
                "SQL, all rules",
                "pandas, 5 rules",
                "judging alone",
                "audit without report",
            ):
                found.setdefault(title, {})[records] = facts["seconds"]
    return found


if __name__ == "__main__":
    main()
