"""What the machine refuses: no room, no permission, no memory. Libraries tell it each in their own
way."""

from __future__ import annotations

import errno
import os
import re
import resource
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from typing import Final

from flows.system.visible import visible

REFUSED: Final = (
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.ENAMETOOLONG,
    errno.ELOOP,
    errno.EMFILE,
    errno.ENFILE,
)
"""What a machine says when it lets nobody read or write: no fault of the program."""
NO_MEMORY: Final = (errno.ENOMEM, errno.EAGAIN)
_NUMBERED: Final = re.compile(r"(?:\(os error |\[Errno |\bOs \{ code: )(\d+)")
"""How Rust and Python write an error's number into a message, which is all that some libraries pass
on."""
_NO_MEMORY: Final = re.compile(
    r"out of memory|memory allocation|cannot allocate memory", re.IGNORECASE
)
_MORE_MEMORY: Final = "close other programs, raise the limit (ulimit -v), or audit fewer days"
_ADVICE: Final = {
    errno.ENAMETOOLONG: "give a shorter name",
    errno.EMFILE: "raise the limit of open files (ulimit -n)",
    errno.ENFILE: "close other programs",
    errno.ENOSPC: "name another place (TMPDIR for what is temporary), or free some",
}
_ELSEWHERE: Final = "name another place, or let Kelou use it"


EXTRAS: Final = {
    "connectorx": "databases",
    "prefect_dask": "cluster",
    "pyhanko": "signing",
    "pyhanko_certvalidator": "signing",
    "asn1crypto": "signing",
}
"""Which extra of the package brings a module that few need."""
NEEDED_MB: Final = 1700
"""Address space without which the libraries can't start their threads, and end the program without
a word."""


def too_narrow() -> str | None:
    """Why nothing can be done here: a limit of the address space (ulimit -v) that lets no library
    work."""
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit == resource.RLIM_INFINITY or limit >= NEEDED_MB << 20:
        return None
    return (
        f"ulimit -v allows {limit >> 20} MB of address space; Kelou needs {NEEDED_MB} MB at "
        f"least, raise the limit"
    )


def refusal(error: BaseException) -> str | None:
    """What was refused and where, and what to do; None for any other error."""
    for each in _chain(error):
        if isinstance(each, ModuleNotFoundError) and (extra := extra_of(each.name or "")):
            return extra
        if isinstance(each, BrokenExecutor):
            return (
                f"a process that helps was ended from outside, as when memory runs out;"
                f" {_MORE_MEMORY}"
            )
        number = _number(each)
        if (
            isinstance(each, MemoryError)
            or number in NO_MEMORY
            or _NO_MEMORY.search(str(each)[:2000])
        ):
            return f"memory ran out; {_MORE_MEMORY}"
        if number in REFUSED:
            return f"{_place(error)}{os.strerror(number)}; {_ADVICE.get(number, _ELSEWHERE)}"
    return None


def extra_of(module: str) -> str | None:
    """What to install for a module that is in no basic installation; None for any other."""
    name = module.partition(".")[0]
    if name not in EXTRAS:
        return None
    return f"{name} is not installed; install it: pip install 'kelou[{EXTRAS[name]}]'"


def _place(error: BaseException) -> str:
    """The file or folder of an error, with a colon; nothing where no error of the chain names
    one."""
    for each in _chain(error):
        if isinstance(each, OSError) and isinstance(each.filename, str | bytes):
            return f"{visible(os.fsdecode(each.filename))[:200]}: "
    return ""


def _number(error: BaseException) -> int:
    """The system's number of an error, 0 for what is none of the system's."""
    if isinstance(error, OSError) and error.errno:
        return error.errno
    found = _NUMBERED.search(str(error)[:2000])
    return int(found[1]) if found else 0


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, what it was raised from, and the errors that a library wrapped as its
    arguments."""
    seen: set[int] = set()
    left = [error]
    while left:
        each = left.pop(0)
        if id(each) not in seen:
            seen.add(id(each))
            yield each
            left += [
                e
                for e in (*each.args, each.__cause__, each.__context__)
                if isinstance(e, BaseException)
            ]
