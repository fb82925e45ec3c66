"""A second, naive implementation of the verdicts: row by row, in plain Python, written from the
words alone.

It shares no code with the engine, reads no rulebook and no frame. It is slow and it is meant to be
read.
"""

from tests.oracle.cells import DAY, MINUTE, UNREADABLE, Coarse, Rows
from tests.oracle.frames import from_frames, to_frames
from tests.oracle.judge import judge

__all__ = ["DAY", "MINUTE", "UNREADABLE", "Coarse", "Rows", "from_frames", "judge", "to_frames"]
