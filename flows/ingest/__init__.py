"""Reading: any export of a service system -> canonical records, every row accounted for."""

from flows.errors import InputError
from flows.ingest.folder import read_folder
from flows.ingest.intake import Intake, Source, Understood
from flows.ingest.options import IngestOptions

__all__ = ["IngestOptions", "InputError", "Intake", "Source", "Understood", "read_folder"]
