"""What ftdata says, as it was last read: a change of wording is for people to read."""

from __future__ import annotations

import pytest

from tests.words import GOLDEN, page, texts


def test_all_words_are_as_they_were_read() -> None:
    assert GOLDEN.read_text(encoding="utf-8") == page() + "\n", "python -m tests.words writes them anew"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('raise UsageError("there is no such file")', ["there is no such file"]),
        (
            'raise UsageError(f"{name} is not a file", hint="Choose another file.")',
            ["{…} is not a file", "Choose another file."],
        ),
        ('def f():\n    """Say nothing of a docstring."""\n    return "role user"', []),
        (r'PATTERN = re.compile(r"one or\s+the other word")', []),
    ],
)
def test_texts_are_told_from_names_and_patterns(source: str, said: list[str]) -> None:
    assert list(texts(source)) == said


AWKWARD = (
    " no regular expression",
    "of which it is true",
    "is no JSON",
    "which was not asked",
    "takes others",
    "put right by",
)
"""Phrases that were translated word by word once."""


@pytest.mark.parametrize("phrase", AWKWARD)
def test_what_was_put_into_plain_words_stays_so(phrase: str) -> None:
    assert phrase not in GOLDEN.read_text(encoding="utf-8")
