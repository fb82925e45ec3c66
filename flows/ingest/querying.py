"""One query, in a process of its own: reads {"query", "uri", "path"} from standard input and writes
the rows to `path` as Parquet.

The library tries for half a minute to connect and says so on the screen; a process can be ended at
the first complaint. It is started by its path, so it needs nothing of this project.
"""

from __future__ import annotations

import json
import sys

import polars as pl


def main() -> int:
    asked = json.load(sys.stdin)
    try:
        rows = pl.read_database_uri(asked["query"], asked["uri"], engine="connectorx")
    except Exception as error:  # connectorx raises its own kinds, some of them bare RuntimeErrors
        print(str(error).strip() or type(error).__name__, file=sys.stderr)
        return 1
    rows.write_parquet(asked["path"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
