"""How a number may be printed, without the report's code."""

from __future__ import annotations

from collections.abc import Iterator


def in_words(value: float, form: str) -> set[str]:
    if form == "percent":
        whole = f"{value * 100:.2f}".removesuffix(".00")
        return {f"{whole}%"} if 0 < value < 1 or value in (0, 1) else set()
    if form == "duration":
        return set(durations(value))
    return {format(value, form)}


def durations(seconds: float) -> Iterator[str]:
    """The two largest units of a duration, in both languages."""
    left, parts = int(abs(seconds)), []
    for size, zh, en in (
        (86400, "天", "day"),
        (3600, "小时", "h"),
        (60, "分", "min"),
        (1, "秒", "s"),
    ):
        n, left = divmod(left, size)
        many = "s" if en == "day" and n != 1 else ""
        parts.append((n, f"{n} {zh}", f"{n} {en}{many}"))
    first = next((at for at, (n, *_) in enumerate(parts) if n), 3)
    told = [part for part in parts[first : first + 2] if part[0]] or [parts[-1]]
    yield " ".join(zh for _, zh, _ in told)
    yield " ".join(en for *_, en in told)
