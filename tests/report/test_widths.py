from __future__ import annotations

import pytest
from rich.cells import cell_len

from ftdata.cli.talk import table
from ftdata.report.tables import Part
from ftdata.report.widths import cut, to_left, to_right, width

TEXTS = ("plain", "▁▂▃▄▅▆▇█", "…–—·×“”’", "“a” – b…", "退款请求", "😀 fine", "e\u0301a", "ひらがな", "")


@pytest.mark.parametrize("text", TEXTS)
def test_texts_take_the_cells_that_a_terminal_gives_them(text: str) -> None:
    assert width(text) == cell_len(text)
    assert cell_len(to_left(text, 12)) == cell_len(to_right(text, 12)) == 12
    assert cell_len(cut(text * 5, 9)) <= 9
    assert cut(text, 12) == text


def test_columns_stay_below_one_another() -> None:
    rows = [(text, "1") for text in TEXTS]
    for lines in (Part(headers=("<what", "n"), rows=rows).lines(), table(("what", "n"), rows)):
        assert len({cell_len(line) for line in lines}) == 1
