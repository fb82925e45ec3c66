"""What a person sees while a long command works: the stage and the time that it takes; nothing when nobody watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def telling() -> Iterator[Callable[[str], None]]:
    """Yields a function to be called as each stage begins; it shows a spinner on a terminal and is silent elsewhere."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        running = None

        def tell(stage: str) -> None:
            nonlocal running
            if running is not None:
                progress.update(running, total=1, completed=1)
            running = progress.add_task(stage, total=None)

        yield tell
        if running is not None:
            progress.update(running, total=1, completed=1)
