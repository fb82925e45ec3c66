"""Errors that a person reads: one or two lines that say what, where and what to do. Each carries
its exit status."""

from __future__ import annotations

from typing import ClassVar

from flows.system.visible import message


class KelouError(Exception):
    """A message for the user, without a traceback."""

    exit_status: ClassVar[int] = 2

    def __str__(self) -> str:
        return message(super().__str__())


class UsageError(KelouError):
    """Wrong usage or configuration."""

    exit_status: ClassVar[int] = 2


class InputError(KelouError):
    """Input that can't be audited: a needed table is missing or nothing in it is readable."""

    exit_status: ClassVar[int] = 3


class DifferenceFound(KelouError):
    """`verify` recomputed something else than what was published."""

    exit_status: ClassVar[int] = 4


class EngineError(KelouError):
    """A library underneath broke off: a defect, not a mistake of the user."""

    exit_status: ClassVar[int] = 1
