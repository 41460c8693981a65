"""An example as its chat template renders it, token by token, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from ftdata.errors import printable, shown
from ftdata.report.conversation import PLAIN, Style
from ftdata.tokens.dropping import WHAT
from ftdata.tokens.rendering import Rendering, Segment

MOST = 4000
"""Tokens of one rendering that are shown."""

_BETWEEN = "|"


def rendered(made: Rendering, *, title: str = "", style: Style = PLAIN) -> str:
    """The rendering as text without control characters of the data's own; a bar marks lines with trained tokens.

    Tokens are parted by ``|``; where no colours show which are trained, these stand between ``«`` and ``»``.
    """
    lines = [_styled(title, "faint", style)] if title else []
    lines.append(_styled(_summary(made), "faint", style))
    segments = list(made.segments())
    for line in _lines(segments[:MOST]):
        bar = "▌ " if any(one.trained for one in line) else "  "
        lines.append(_styled(bar, "trained", style) + "".join(_marked(line, style)))
    if len(segments) > MOST:
        lines.append(_styled(f"  … ({len(segments) - MOST:,} more tokens)", "faint", style))
    for one in made.dropped:
        lines.append(f"  dropped: {WHAT[one.what]}, {one.path}: {shown(one.text)}")
    return "\n".join(lines)


def _summary(made: Rendering) -> str:
    how = "as the template marks them" if made.marked else "what follows each answer's prompt"
    if not made.tokens:
        trained = sum(stop - start for start, stop in made.spans)
        return f"{len(made.text):,} characters, {trained:,} trained ({how})"
    return f"{len(made.tokens):,} tokens, {sum(made.trained):,} trained ({how})"


def _lines(segments: list[Segment]) -> Iterator[list[Segment]]:
    """The tokens by lines of the text: a line ends with the token that ends it."""
    line: list[Segment] = []
    for one in segments:
        pieces = one.text.splitlines(keepends=True) if one.token is None else [one.text]
        for text in pieces or [""]:
            line.append(Segment(text, one.trained, one.token))
            if text.endswith("\n"):
                yield line
                line = []
    if line:
        yield line


def _marked(line: list[Segment], style: Style) -> Iterator[str]:
    trained = False
    for number, one in enumerate(line):
        if one.trained != trained and not style:
            yield "«" if one.trained else "»"
        elif number:
            yield _styled(_BETWEEN, "faint", style) if one.token is not None else ""
        trained = one.trained
        yield _styled(printable(one.text), "trained" if trained else "plain", style)
    if trained and not style:
        yield "»"


def _styled(text: str, name: str, style: Style) -> str:
    before, after = style.get(name, ("", ""))
    return f"{before}{text}{after}"
