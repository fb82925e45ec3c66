"""Reading: any export of a service system -> canonical records, every row accounted for."""

from flows.ingest.folder import read_folder
from flows.ingest.intake import Intake, Source, Understood, Unread
from flows.ingest.options import IngestOptions, options_of
from flows.system.errors import InputError

__all__ = [
    "IngestOptions",
    "InputError",
    "Intake",
    "Source",
    "Understood",
    "Unread",
    "options_of",
    "read_folder",
]
