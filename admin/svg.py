"""Small charts drawn on the server: geometry only, colours come from the style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of a chart."""

    x: float
    y: float
    width: float
    height: float
    tone: str = ""
    title: str = ""


def line(values: Sequence[float], width: int = 160, height: int = 32) -> str:
    """Points of a polyline through the values, the largest touching the top.

    >>> line([0, 5, 10], 100, 20)
    '0,19 50,10 100,1'
    """
    if not values:
        return ""
    top = max(values) or 1
    step = width / max(1, len(values) - 1)
    points = ((i * step, height - 1 - value / top * (height - 2)) for i, value in enumerate(values))
    return " ".join(f"{x:g},{y:g}" for x, y in ((round(x, 1), round(y, 1)) for x, y in points))


def area(values: Sequence[float], width: int = 160, height: int = 32) -> str:
    """The same line closed down to the base, for a soft ground under it."""
    points = line(values, width, height)
    return f"0,{height} {points} {width},{height}" if points else ""


def waterfall(steps: Sequence[float], width: int = 240, height: int = 12) -> list[Bar]:
    """One bar per step, each from where the sum stood to where it stands after; the last one is the sum.

    All have one scale, so each can be drawn in a row of its own.

    >>> [(bar.x, bar.width, bar.tone) for bar in waterfall([-2, 6], 80)]
    [(0.0, 26.67, 'bad'), (0.0, 80.0, 'ok'), (26.67, 53.33, 'ok')]
    """
    sums = [0.0]
    for step in steps:
        sums.append(sums[-1] + step)
    least, most = min(sums), max(sums)
    scale = width / ((most - least) or 1)
    edges = [*pairwise(sums), (0.0, sums[-1])]
    return [
        Bar(
            round((min(a, b) - least) * scale, 2),
            0,
            round(max(abs(b - a) * scale, 1.0), 2),
            height,
            "ok" if b >= a else "bad",
        )
        for a, b in edges
    ]


def ticks(
    tones: Sequence[str], titles: Sequence[str], step: int = 8, height: int = 20
) -> list[Bar]:
    """One bar per run, oldest left; a failed one is as tall as the chart, others a little lower."""
    bars = []
    for i, (tone, title) in enumerate(zip(tones, titles, strict=True)):
        high = height if tone == "bad" else height - 6
        bars.append(Bar(i * step, height - high, step - 2, high, tone, title))
    return bars


def shares(parts: Sequence[tuple[str, float]], width: int = 600, height: int = 8) -> list[Bar]:
    """One row split by value; (tone, value) each, parts of zero left out."""
    total = sum(value for _, value in parts)
    bars: list[Bar] = []
    x = 0.0
    for tone, value in parts:
        if value <= 0 or not total:
            continue
        wide = width * value / total
        bars.append(Bar(round(x, 2), 0, round(max(wide, 1.0), 2), height, tone))
        x += wide
    return bars


def months(counts: Sequence[int], width: int = 96, height: int = 16) -> list[Bar]:
    """One column per month, the oldest left; a month in which nothing happened is a line at the base.

    >>> [(bar.x, bar.height, bar.tone) for bar in months([0, 4], 16, 16)]
    [(0.0, 1.0, 'idle'), (8.0, 16.0, 'info')]
    """
    top, step = max(counts, default=0) or 1, width / max(1, len(counts))
    highs = [max(1.0, round(count / top * height, 2)) for count in counts]
    return [
        Bar(
            round(nth * step, 2),
            round(height - high, 2),
            step - 2,
            high,
            "info" if count else "idle",
        )
        for nth, (count, high) in enumerate(zip(counts, highs, strict=True))
    ]


def stacked(
    parts: Sequence[Sequence[tuple[str, float]]],
    titles: Sequence[str],
    width: int = 640,
    height: int = 96,
) -> list[Bar]:
    """One column per title, its (tone, value) parts upon each other; all columns have one scale.

    >>> [(bar.x, bar.y, bar.height) for bar in stacked([[("ok", 1), ("bad", 1)], [("ok", 4)]], "ab", 8, 8)]
    [(0.0, 6.0, 2.0), (0.0, 4.0, 2.0), (4.0, 0.0, 8.0)]
    """
    top = max((sum(value for _, value in column) for column in parts), default=0) or 1
    step = width / max(1, len(parts))
    bars = []
    for nth, (column, title) in enumerate(zip(parts, titles, strict=True)):
        base = float(height)
        for tone, value in column:
            high = round(value / top * height, 2)
            base = round(base - high, 2)
            if high:
                bars.append(
                    Bar(round(nth * step, 2), base, round(step * 0.8, 2), high, tone, title)
                )
    return bars
