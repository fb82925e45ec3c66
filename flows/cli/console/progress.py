"""What a person sees while a long command works: stages, rows, rate, what remains; nothing when
nobody watches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Task

    from flows.audit.run import Tell


@contextmanager
def telling() -> Iterator[Tell]:
    """Yields a function to be called as each stage begins; on a terminal it shows a line per stage,
    and the rows per second of those that are done. Elsewhere it is silent.
    """
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.text import Text

    class Rows(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(_rows(task))

    console = Console(stderr=True)
    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        Rows(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        running = None

        def tell(stage: str, rows: int = 0, then: Sequence[str] = ()) -> None:
            nonlocal running
            if running is not None:
                progress.update(running, total=1, completed=1)
            running = progress.add_task(stage, total=None, rows=rows, then=then)

        yield tell
        if running is not None:
            progress.update(running, total=1, completed=1)


def _rows(task: Task) -> str:
    """Rows and what remains while a stage runs; rows and their rate when it is done."""
    rows, then = task.fields["rows"], task.fields["then"]
    words = [f"{rows:,} rows"] if rows else []
    if not task.finished:
        return " · ".join([*words, *([f"then {', '.join(then)}"] if then else [])])
    if rows and task.finished_time:
        words.append(f"{rows / task.finished_time:,.0f} rows/s")
    return " · ".join(words)
