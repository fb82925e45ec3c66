"""The lake: every record that was ever exported, with where it came from; what an audit reads can
be pinned."""

from flows.ingest.lake.drop import Taken, take_in
from flows.ingest.lake.read import pin, read_lake
from flows.ingest.lake.store import Lake

__all__ = ["Lake", "Taken", "pin", "read_lake", "take_in"]
