"""Cost by size as an SVG picture, both axes logarithmic."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 420, 70, 150, 20, 50
COLOURS: Final = ("#1f4e79", "#c00000", "#2e7d32", "#7f6000", "#6a1b9a")

Line = Mapping[int, float]


def chart(lines: Mapping[str, Line], across: str, up: str) -> str:
    """One line per name: size -> value, all positive."""
    sizes = [size for line in lines.values() for size in line]
    values = [value for line in lines.values() for value in line.values()]
    xs, ys = _span(min(sizes), max(sizes)), _span(min(values), max(values))

    def at(size: float, value: float) -> tuple[float, float]:
        x = LEFT + (math.log10(size) - xs[0]) / (xs[1] - xs[0]) * (WIDTH - LEFT - RIGHT)
        return x, HEIGHT - BOTTOM - (math.log10(value) - ys[0]) / (ys[1] - ys[0]) * (
            HEIGHT - TOP - BOTTOM
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif">'
    ]
    parts += [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    for power in range(xs[0], xs[1] + 1):
        x, _ = at(10**power, 10 ** ys[0])
        parts.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        parts.append(_text(x, HEIGHT - BOTTOM + 18, f"{10**power:,}", "middle"))
    for power in range(ys[0], ys[1] + 1):
        _, y = at(10 ** xs[0], 10**power)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{10**power:g}", "end"))
    for (name, line), colour in zip(lines.items(), COLOURS, strict=False):
        points = [at(size, value) for size, value in sorted(line.items())]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        parts.append(_text(points[-1][0] + 8, points[-1][1] + 4, name, "start", colour))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, across, "middle"))
    parts.append(_text(LEFT, TOP - 6, up, "start"))
    return "\n".join([*parts, "</svg>"])


def _span(least: float, most: float) -> tuple[int, int]:
    """Powers of ten around the values."""
    first, last = math.floor(math.log10(least)), math.ceil(math.log10(most))
    return first, max(last, first + 1)


def _text(x: float, y: float, words: str, anchor: str, colour: str = "#333") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="12" text-anchor="{anchor}" '
        f'fill="{colour}">{words}</text>'
    )
