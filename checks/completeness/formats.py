"""Forms that a value must have, by name. Written for Rust's regex engine and Python's alike: no
look-around."""

from __future__ import annotations

from typing import Final

_MOBILE: Final = r"^((\+|00)?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}$"
_LANDLINE: Final = r"^(\+86[ -]?)?\(?0[0-9]{2,3}\)?[ -]?[0-9]{7,8}((-| |转)[0-9]{1,6})?$"
_SERVICE: Final = r"^(400|800)[ -]?[0-9]{3,4}[ -]?[0-9]{3,4}$"
_FOREIGN: Final = r"^\+[1-9][0-9 -]{6,18}$"
_MAIL: Final = r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$"

FORMATS: Final[dict[str, str]] = {
    "contact": "|".join((_MOBILE, _LANDLINE, _SERVICE, _FOREIGN, _MAIL)),
    "dialled": r"^[+(]?[0-9][0-9() -]{2,24}$",
}
"""`contact`: a telephone number that can be reached from anywhere, or a mail address; `dialled`:
what a phone dials."""

PERSONAL: Final = frozenset({"contact", "number", "name", "customer_name", "company"})
"""Columns whose values are personal data: a result says where they fail, not what they hold."""
