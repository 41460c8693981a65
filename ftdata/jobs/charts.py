"""Charts of metrics: in characters for terminals, and as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from ftdata.classes import dataclass

Values = Sequence[tuple[int, float]]

MARKS = "•×+o#*"
COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#e377c2")
_WIDE, _HIGH = 64, 12
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 28, 34
_WIDTH, _HEIGHT = 760, 300


@dataclass(frozen=True)
class Chart:
    """Lines over steps.

    Attributes:
        title: What they are.
        lines: Each line's name and its values by step.
        ends: Steps at which epochs end.
        dots: Steps and values to point out.
    """

    title: str
    lines: Sequence[tuple[str, Values]]
    ends: Sequence[int] = ()
    dots: Sequence[tuple[int, float]] = ()

    @property
    def steps(self) -> tuple[int, int]:
        """The first and the last step."""
        found = [step for _, values in self.lines for step, _ in values]
        return min(found), max(found)

    @property
    def values(self) -> tuple[float, float]:
        """The least and the greatest value."""
        found = [value for _, values in self.lines for _, value in values]
        return min(found), max(found)


def text(chart: Chart) -> list[str]:
    """The chart in characters: a mark for each line, a column for some steps, a bar under the end of an epoch."""
    (first, last), (least, most) = chart.steps, chart.values
    cells = [[" "] * _WIDE for _ in range(_HIGH)]
    for (_, values), mark in zip(chart.lines, _cycled(MARKS), strict=False):
        for column, value in _columns(values, first, last):
            row = round((most - value) / (most - least) * (_HIGH - 1)) if most > least else _HIGH // 2
            cells[row][column] = mark
    labels = [f"{most:.4g}", *[""] * (_HIGH - 2), f"{least:.4g}"]
    wide = max(map(len, labels))
    named = zip((name for name, _ in chart.lines), _cycled(MARKS), strict=False)
    lines = [f"{chart.title}:  " + "  ".join(f"{mark} {name}" for name, mark in named)]
    lines += [f"{label:>{wide}} │{''.join(row).rstrip()}" for label, row in zip(labels, cells, strict=True)]
    axis = ["─"] * _WIDE
    for end in chart.ends:
        if first <= end <= last:
            axis[_column(end, first, last)] = "┴"
    lines.append(f"{'':>{wide}} └{''.join(axis)}")
    lines.append(f"{'':>{wide}}  step {first:,}{f'step {last:,}':>{_WIDE - len(f'step {first:,}')}}")
    return lines


def _cycled(marks: Sequence[str]) -> Iterator[str]:
    while True:
        yield from marks


def _column(step: int, first: int, last: int) -> int:
    return round((step - first) / (last - first) * (_WIDE - 1)) if last > first else _WIDE // 2


def _columns(values: Values, first: int, last: int) -> Iterator[tuple[int, float]]:
    """The mean of each column's values."""
    found: dict[int, list[float]] = {}
    for step, value in values:
        found.setdefault(_column(step, first, last), []).append(value)
    for column, its in found.items():
        yield column, sum(its) / len(its)


# -- SVG --------------------------------------------------------------------------------------------------------------


def svg(chart: Chart) -> str:
    """The chart as an SVG element; no script, no font and no file beside it."""
    scale = _Scale(chart)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
        'role="img" font-family="sans-serif" font-size="12">',
        f"<title>{escape(chart.title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        *_axes(chart, scale),
    ]
    for number, (name, values) in enumerate(chart.lines):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(f"{scale.x(step):.1f},{scale.y(value):.1f}" for step, value in values)
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5">'
            f"<title>{escape(name)}</title></polyline>"
        )
        if len(values) <= 60:
            parts += [scale.dot(step, value, name, f'r="2.5" fill="{colour}"') for step, value in values]
    parts += [scale.dot(step, value, "best", 'r="6" fill="none" stroke="#000"') for step, value in chart.dots]
    parts += _legend(chart)
    return "\n".join([*parts, "</svg>"])


@dataclass(frozen=True)
class _Scale:
    chart: Chart

    def x(self, step: float) -> float:
        first, last = self.chart.steps
        share = (step - first) / (last - first) if last > first else 0.5
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        least, most = self.chart.values
        share = (value - least) / (most - least) if most > least else 0.5
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)

    def dot(self, step: int, value: float, name: str, style: str) -> str:
        """A point that says its step and value."""
        place = f'cx="{self.x(step):.1f}" cy="{self.y(value):.1f}"'
        return f"<circle {place} {style}><title>{escape(name)}, step {step:,}: {value:.4g}</title></circle>"


def _axes(chart: Chart, scale: _Scale) -> Iterator[str]:
    (first, last), (least, most) = chart.steps, chart.values
    low = _HEIGHT - _BOTTOM
    for end in chart.ends:
        if first <= end <= last:
            yield (f'<line x1="{scale.x(end):.1f}" x2="{scale.x(end):.1f}" y1="{_TOP}" y2="{low}" stroke="#bbb" '
                   f'stroke-dasharray="3 3"><title>an epoch ends at step {end:,}</title></line>')  # fmt: skip
    for value in sorted({least, (least + most) / 2, most}):
        y = f"{scale.y(value):.1f}"
        yield f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="#eee"/>'
        yield f'<text x="{_LEFT - 6}" y="{scale.y(value) + 4:.1f}" text-anchor="end">{value:.4g}</text>'
    yield f'<line x1="{_LEFT}" x2="{_LEFT}" y1="{_TOP}" y2="{low}" stroke="#333"/>'
    yield f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{low}" y2="{low}" stroke="#333"/>'
    for step in sorted({first, round((first + last) / 2), last}):
        yield f'<text x="{scale.x(step):.1f}" y="{low + 16}" text-anchor="middle">{step:,}</text>'


def _legend(chart: Chart) -> Iterator[str]:
    yield f'<text x="{_LEFT}" y="16" font-weight="bold">{escape(chart.title)}</text>'
    x = _LEFT + 7.5 * len(chart.title) + 24
    for number, (name, _) in enumerate(chart.lines):
        yield f'<rect x="{x:.0f}" y="8" width="10" height="10" fill="{COLOURS[number % len(COLOURS)]}"/>'
        yield f'<text x="{x + 14:.0f}" y="17">{escape(name)}</text>'
        x += 7 * len(name) + 36
