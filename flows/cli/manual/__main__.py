"""Write the reference pages: `python -m flows.cli.manual docs/reference` in the checkout."""

from __future__ import annotations

import sys
from pathlib import Path

from flows.cli import build
from flows.cli.manual.pages import reference_pages


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in reference_pages(Path("kelou.toml").read_text("utf-8"), build()).items():
        (folder / name).write_text(text, "utf-8")
        print(folder / name)


if __name__ == "__main__":
    main()
