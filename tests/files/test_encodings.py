"""Encodings: the guess, what it reads like, several in turn, and the line where a file turns."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

import ftdata
from ftdata.errors import InputError
from ftdata.files.encodings import guess, in_turn, names_of, told_of

TEXTS = {
    "cp1252": "Größe {n}?;Ja – für 0 €",
    "gb18030": "怎么退货{n}？;请在订单页面申请",
    "big5": "怎麼退貨{n}？;請在訂單頁面申請退款",
    "cp932": "返品はどうすればいいですか{n}？;注文ページからお願いします",
    "cp1251": "Как вернуть товар {n}?;На странице заказа, пожалуйста",
    "cp949": "반품은 어떻게 하나요 {n}?;주문 페이지에서 신청하세요",
}


def lines(encoding: str, count: int = 20, header: str = "q;a\n") -> bytes:
    """A table in an encoding."""
    return (header + "".join(TEXTS[encoding].format(n=n) + "\n" for n in range(count))).encode(encoding)


@pytest.mark.parametrize("encoding", TEXTS)
def test_a_file_that_is_no_utf8_is_refused_with_what_it_reads_like(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(lines(encoding))
    first = TEXTS[encoding].format(n=0)
    with pytest.raises(InputError) as caught:
        ftdata.read(path)
    said = str(caught.value)
    assert "t.csv:2: is not UTF-8" in said
    assert f'"{first}"' in said
    named = said.rpartition("--encoding ")[2].rstrip(".")
    rows = [row for _, row in ftdata.read(path, encoding=named).source.rows()]
    assert rows[0] == dict(zip(("q", "a"), first.split(";"), strict=True))
    assert len(rows) == 20


def test_a_short_chinese_file() -> None:
    found = guess("问题,答案\n怎么退货,请在订单页面申请\n".encode("gb18030"))
    assert found is not None
    assert found.encoding == "gb18030"
    assert found.sample == "问题,答案"


def test_names_of_columns_that_are_no_utf8(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("Größe;Antwort\na;b\n".encode("cp1252"))
    with pytest.raises(InputError, match=r't.csv:1: has column names.*It reads as cp1252: "Größe;Antwort"'):
        ftdata.read(tmp_path / "t.csv")


def test_a_wrong_encoding_is_refused_with_the_guess(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(lines("cp1252"))
    with pytest.raises(InputError, match=r"is not in the encoding shift_jis.*reads as cp1252"):
        list(ftdata.read(tmp_path / "t.csv", encoding="shift_jis").source.rows())


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_a_file_of_two_encodings(tmp_path: Path, suffix: str, caplog: pytest.LogCaptureFixture) -> None:
    head = "q,a\n" if suffix == "csv" else ""
    form = "{q},{a}\n" if suffix == "csv" else '{{"q": "{q}", "a": "{a}"}}\n'
    made = [form.format(q=f"Größe {n}?", a="schön").encode("cp1252" if n in (3, 7) else "utf-8") for n in range(20)]
    path = tmp_path / f"t.{suffix}"
    path.write_bytes(head.encode() + b"".join(made))
    with caplog.at_level(logging.WARNING, "ftdata"):
        ftdata.read(path)
    assert f"line {4 + bool(head)} is not UTF-8, as other lines are. It reads as cp1252:" in caplog.text
    assert "--encoding utf-8,cp1252 tries each line in both" in caplog.text
    rows = [row for _, row in ftdata.read(path, encoding="utf-8,cp1252").source.rows()]
    assert rows == [{"q": f"Größe {n}?", "a": "schön"} for n in range(20)]


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_lines_are_tried_in_turn_whatever_the_pieces(size: int) -> None:
    made = "ä\n".encode() + "ö\n".encode("cp1252") + "問\n".encode() + "ü".encode("cp1252")
    pieces = (made[at : at + size] for at in range(0, len(made), size))
    assert b"".join(in_turn(pieces, ("utf-8", "cp1252"), "t")).decode() == "ä\nö\n問\nü"


def test_what_is_in_none_of_them_is_named() -> None:
    with pytest.raises(InputError, match="t:2: is not in any of the encodings utf-8, cp1252"):
        list(in_turn(iter([b"a\n\x81\x8d\n"]), ("utf-8", "cp1252"), "t"))
    with pytest.raises(InputError, match="there is no encoding 'cp9'"):
        names_of("utf-8,cp9")
    with pytest.raises(InputError, match="utf-16 cannot be tried line by line"):
        names_of("utf-8,utf-16")


def test_few_lines_that_are_no_utf8_are_rejects_of_their_own() -> None:
    assert told_of("a\nä\n".encode(), "t") == ""
    assert told_of(b"a\n" + b"\xff\xfe\n", "t") == ""
    assert told_of("a\nä\n".encode() + b"\xc3", "t") == ""
