"""``ftdata convert``: what it writes, what it says, how it ends."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import ftdata

CSV = 'subject,body,queue,customer\nLate,"Where, is ""it""?\nHelp",shipping,007\n发货,😀,billing,NA\n'
CHAT = '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n'


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "in.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "chat.jsonl").write_text(CHAT, encoding="utf-8")
    return tmp_path


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_table_becomes_a_training_file(here: Path) -> None:
    done = ftdata(
        here, "convert", "in.csv", "-o", "train.jsonl", "--system", "You route.",
        "--user", r"{{ subject }}\n\n{{ body }}", "--assistant", "queue",
    )  # fmt: skip
    assert (done.code, done.out) == (0, "")
    assert done.err == (
        "read                 2 rows\nwritten              2 examples\nwrote     train.jsonl (2 rows, 298 bytes)\n"
    )
    assert (here / "train.jsonl").read_bytes() == (
        '{"messages":[{"role":"system","content":"You route."},'
        '{"role":"user","content":"Late\\n\\nWhere, is \\"it\\"?\\nHelp"},{"role":"assistant","content":"shipping"}]}\n'
        '{"messages":[{"role":"system","content":"You route."},'
        '{"role":"user","content":"发货\\n\\n😀"},{"role":"assistant","content":"billing"}]}\n'
    ).encode()
    assert not (here / "train.rejects.jsonl").exists()


def test_metadata_makes_the_ftdata_form_and_to_openai_finishes_it(here: Path) -> None:
    done = ftdata(
        here, "convert", "in.csv", "-o", "all.jsonl", "--user", "body", "--assistant", "queue",
        "--metadata", "customer, subject",
    )  # fmt: skip
    assert done.code == 0
    assert "--to openai finishes the file" in done.err
    assert [row["metadata"] for row in rows(here / "all.jsonl")] == [
        {"customer": "007", "subject": "Late"},
        {"customer": "NA", "subject": "发货"},
    ]
    done = ftdata(here, "convert", "all.jsonl", "-o", "up.jsonl", "--to", "openai")
    assert "lost                 2 examples: metadata: customer, subject (OpenAI rejects unknown keys)" in done.err
    assert [set(row) for row in rows(here / "up.jsonl")] == [{"messages"}] * 2


def test_a_finished_file_passes_through_untouched(here: Path) -> None:
    done = ftdata(here, "convert", "chat.jsonl", "-o", "-", "--quiet")
    assert (done.code, done.out, done.err) == (0, CHAT, "")


def test_conditions_and_values_in_templates(here: Path) -> None:
    (here / "system.txt").write_text('Queues: {{ values("queue") | join(", ") }}.\n', encoding="utf-8")
    user = r"{% if subject == 'Late' %}Late: {% endif %}{{ body | upper }}"
    done = ftdata(
        here, "convert", "in.csv", "-o", "-", "--system", "@system.txt", "--user", user, "--assistant", "queue"
    )
    assert done.code == 0
    said = [[turn["content"] for turn in json.loads(line)["messages"][:2]] for line in done.out.splitlines()]
    system = "Queues: billing, shipping.\n"
    assert said == [[system, 'Late: WHERE, IS "IT"?\nHELP'], [system, "😀"]]


TURNS = ("--user", "body", "--assistant", "queue")


@pytest.mark.parametrize(
    "args, code, words",
    [
        (("in.csv", "--user", "bdy", "--assistant", "queue"), 2,
         'error: user "bdy" is neither a column nor a template. Did you mean "body"?'),
        (("in.csv", "--user", "{{ bdy }}", "--assistant", "queue"), 2,
         'error: user names the column "bdy", which the file does not have. Did you mean "body"?'),
        (("in.csv", "--user", "Hello you", "--assistant", "queue"), 2,
         "put the template in a file: --user @file."),
        (("in.csv", "--user", "{{ body", "--assistant", "queue"), 2, "has an error in line 1"),
        (("in.csv", "--user", "body"), 2,
         "error: a chat of columns needs --assistant. "
         "The columns are subject, body, queue, customer."),
        (("in.csv", *TURNS, "--metadata", "custmer"), 2, 'Did you mean "customer"?'),
        (("in.csv", *TURNS, "--system", "@none.txt"), 2, "Invalid value for '--system': @none.txt: the template cannot be read"),
        (("in.csv", *TURNS, "--to", "opnai"), 2, 'error: unknown format "opnai". Did you mean "openai"?'),
        (("in.csv",), 2, "error: in.csv: the rows are in no known format. If it is a table"),
        (("none.csv", *TURNS), 3, "error: none.csv: cannot be read: No such file or directory"),
        (("none", *TURNS), 3, "error: none: is a folder without files that ftdata reads. It reads .jsonl, "),
        (("*.tsv", *TURNS), 3, "error: *.tsv: no file matches this pattern"),
        (("empty.jsonl",), 3, "error: empty.jsonl: is empty"),
        (("chat.jsonl", "--max-rejects", "many"), 2, "error: a number of rejects is 10 or 1%; got 'many'"),
        (("chat.jsonl", "--max-rows", "5"), 2, "Number them: -o 'train-{n:05}.jsonl'"),
        (("cut.jsonl.gz",), 3, "error: cut.jsonl.gz: cannot be read to its end"),
        (("not.jsonl.gz",), 3, "error: not.jsonl.gz: cannot be read to its end: Not a gzipped file"),
        (("long.jsonl", "--max-record", "1KB"), 3, "error: long.jsonl: a record is larger than 1,000 bytes"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)  # fmt: skip
def test_what_cannot_be_done_is_said(here: Path, args: tuple[str, ...], code: int, words: str) -> None:
    (here / "none").mkdir()
    (here / "empty.jsonl").write_text("\n")
    (here / "cut.jsonl.gz").write_bytes(gzip.compress(CHAT.encode() * 1000)[:-20])
    (here / "not.jsonl.gz").write_bytes(CHAT.encode())
    (here / "long.jsonl").write_text(CHAT.replace("a", "a" * 2000))
    before = sorted(here.iterdir())
    done = ftdata(here, "convert", *args, "-o", "out.jsonl")
    assert words in done.err
    assert done.code == code
    assert "Traceback" not in done.err
    assert sorted(here.iterdir()) == before


MIXED = (
    CHAT
    + '{"messages": [{"role": "ghost", "content": "a"}]}\n'
    + '{"messages": [{"role": "user", "content": "a"},\n'
    + '{"messages": [{"role": "user", "content": "a", "content": "b"}]}\n'
    + '{"messages": [{"role": "user", "content": ["\\u001b[31m"]}]}\n'
)


def test_rejects_are_written_counted_and_end_with_1(here: Path) -> None:
    (here / "mixed.jsonl").write_bytes(MIXED.encode() + b'{"messages": [{"role": "user", "content": "\xff"}]}\n')
    done = ftdata(here, "convert", "mixed.jsonl", "-o", "out.jsonl")
    assert done.code == 1
    assert (here / "out.jsonl").read_text() == CHAT
    found = rows(here / "out.rejects.jsonl")
    assert [(row["path"], row["line"], row.get("json_path")) for row in found] == [
        ("mixed.jsonl", 2, "$.messages[0].role"),
        ("mixed.jsonl", 3, None),
        ("mixed.jsonl", 4, None),
        ("mixed.jsonl", 5, "$.messages[0].content[0]"),
        ("mixed.jsonl", 6, None),
    ]
    assert found[0]["reason"].startswith(
        'expected one of system, developer, user, assistant, tool, function; got "ghost"'
    )
    assert found[0]["row"] == MIXED.splitlines()[1]
    assert found[2]["reason"] == 'not valid JSON: the key "content" occurs twice in one object at column 58'
    assert "row_base64" in found[4]
    assert "rejected             1 by openai: expected one of system, developer" in done.err
    assert "\x1b" not in done.err

    again = ftdata(here, "convert", "out.jsonl", "-o", "out2.jsonl")
    assert (again.code, (here / "out2.rejects.jsonl").exists()) == (0, False)


def test_every_run_replaces_or_removes_its_rejects(here: Path) -> None:
    (here / "mixed.jsonl").write_text(MIXED)
    assert ftdata(here, "convert", "mixed.jsonl", "-o", "out.jsonl").code == 1
    assert (here / "out.rejects.jsonl").exists()
    assert ftdata(here, "convert", "chat.jsonl", "-o", "out.jsonl", "--force").code == 0
    assert not (here / "out.rejects.jsonl").exists()
    read = ftdata(here, "convert", "*.jsonl", "-o", "all.jsonl", "--rejects", "none")
    assert read.code == 1
    assert not list(here.glob("*.rejects.jsonl"))


def test_files_of_rejects_are_not_read(here: Path) -> None:
    (here / "mixed.jsonl").write_text(MIXED)
    ftdata(here, "convert", "mixed.jsonl", "-o", "out.jsonl")
    done = ftdata(here, "convert", "out*.jsonl", "-o", "all.jsonl")
    assert "note: out.rejects.jsonl holds rejects of an earlier run and is skipped" in done.err
    assert (here / "all.jsonl").read_text() == CHAT
    assert ftdata(here, "convert", "out.rejects.jsonl", "-o", "x.jsonl").code == 3


@pytest.mark.parametrize("limit, code, written", [("3", 1, False), ("4", 0, True), ("79%", 1, False), ("80%", 0, True)])
def test_max_rejects(here: Path, limit: str, code: int, written: bool) -> None:
    (here / "mixed.jsonl").write_text(MIXED)
    done = ftdata(here, "convert", "mixed.jsonl", "-o", "out.jsonl", "--max-rejects", limit)
    assert (done.code, (here / "out.jsonl").exists()) == (code, written)
    assert (here / "out.rejects.jsonl").exists()
    if not written:
        assert "4 of 5 rows cannot become examples" in done.err


def test_strict_stops_at_the_earliest(here: Path) -> None:
    (here / "mixed.jsonl").write_text(MIXED)
    done = ftdata(here, "convert", "mixed.jsonl", "-o", "out.jsonl", "--strict")
    assert done.code == 1
    assert "error: mixed.jsonl:2: $.messages[0].role: expected one of" in done.err
    assert not (here / "out.jsonl").exists()
    assert not (here / "out.rejects.jsonl").exists()


def test_an_output_is_replaced_only_with_force_and_never_by_nothing(here: Path) -> None:
    (here / "out.jsonl").write_text("before\n")
    done = ftdata(here, "convert", "chat.jsonl", "-o", "out.jsonl")
    assert (done.code, done.err.splitlines()[-1]) == (
        2, "error: out.jsonl: exists already. Use --force to replace it, or choose another name.",
    )  # fmt: skip
    (here / "bad.jsonl").write_text('{"messages": [{"role": "ghost"}]}\n')
    done = ftdata(here, "convert", "bad.jsonl", "-o", "out.jsonl", "--force")
    assert done.code == 1
    assert "no examples remain; nothing was written" in done.err
    assert "the first: bad.jsonl:1: expected" in done.err
    assert (here / "out.jsonl").read_text() == "before\n"


@pytest.mark.parametrize("text", ["[]", '{"object": "list", "data": []}'])
def test_a_file_without_rows(here: Path, text: str) -> None:
    (here / "none.json").write_text(text)
    done = ftdata(here, "convert", "none.json", "-o", "out.jsonl")
    assert (done.code, done.err.splitlines()[-1]) == (
        1,
        "no examples remain; nothing was written",
    )


def test_one_output_per_input_and_numbered_parts(here: Path) -> None:
    (here / "more.jsonl").write_text(CHAT * 5)
    assert ftdata(here, "convert", "chat.jsonl", "more.jsonl", "-o", "new-{stem}.jsonl").code == 0
    assert (here / "new-chat.jsonl").read_text() == CHAT
    assert (here / "new-more.jsonl").read_text() == CHAT * 5
    (here / "bad.jsonl").write_text("{\n" + CHAT)
    done = ftdata(here, "convert", "bad.jsonl", "more.jsonl", "-o", "made/{stem}.jsonl", "--manifest")  # a reject first
    assert done.code == 1
    names = ["all.manifest.json", "all.rejects.jsonl", "bad.jsonl", "more.jsonl"]
    assert sorted(path.name for path in (here / "made").iterdir()) == names
    assert ftdata(here, "convert", "bad.jsonl", "--strict", "-o", "other/{stem}.jsonl").code == 1
    assert not (here / "other").exists()
    assert ftdata(here, "convert", "more.jsonl", "-o", "p-{n:03}.jsonl", "--max-rows", "2").code == 0
    assert [path.read_text() for path in sorted(here.glob("p-*"))] == [CHAT * 2, CHAT * 2, CHAT]
    assert ftdata(here, "convert", "more.jsonl", "-o", "q-{n}.jsonl", "--max-size", f"{len(CHAT) * 3}").code == 0
    assert [path.read_text() for path in sorted(here.glob("q-*"))] == [CHAT * 3, CHAT * 2]


def test_compressed_in_and_out_and_stdin(here: Path) -> None:
    done = ftdata(here, "convert", "-", "-o", "out.jsonl.gz", stdin=b"\xef\xbb\xbf" + CHAT.encode() * 3)
    assert done.code == 0
    assert gzip.decompress((here / "out.jsonl.gz").read_bytes()).decode() == CHAT * 3
    done = ftdata(here, "convert", "out.jsonl.gz", "-o", "-", "-q")
    assert (done.code, done.out) == (0, CHAT * 3)
    done = ftdata(here, "convert", "-", "-o", "-", "-q", *TURNS, stdin=CSV.encode())
    assert (done.code, done.out.count("\n")) == (0, 2)


def test_values_from_stdin_are_surveyed_too(here: Path) -> None:
    args = ("--system", '{{ values("queue") | join }}', *TURNS)
    done = ftdata(here, "convert", "-", "-o", "-", "-q", *args, stdin=CSV.encode())
    assert done.code == 0
    assert json.loads(done.out.splitlines()[0])["messages"][0]["content"] == "billingshipping"


def test_json_account(here: Path) -> None:
    (here / "mixed.jsonl").write_text(MIXED)
    done = ftdata(here, "convert", "mixed.jsonl", "-o", "out.jsonl", "--json", "-q")
    account = json.loads(done.out)
    assert account["tally"]["read"] == 5
    assert sum(account["tally"]["rejected"]["openai"].values()) == 2
    assert account["outputs"][0]["path"] == "out.jsonl"
    assert account["rejects"] == "out.rejects.jsonl"


def test_a_semicolon_file_says_so(here: Path) -> None:
    (here / "semi.csv").write_text("body;queue\na, b;c\n")
    done = ftdata(here, "convert", "semi.csv", "-o", "-", *TURNS)
    assert 'semi.csv: read with the delimiter ";"' in done.err
    assert json.loads(done.out)["messages"][0]["content"] == "a, b"


def test_empty_turns_are_rejects_unless_allowed(here: Path) -> None:
    (here / "gap.csv").write_text("body,queue\n ,x\na,\nb,c\n")
    done = ftdata(here, "convert", "gap.csv", "-o", "-", *TURNS)
    assert done.code == 1
    assert 'the user turn is empty (column "body")' in done.err
    assert done.out.count("\n") == 1
    assert ftdata(here, "convert", "gap.csv", "-o", "-", "--allow-empty", *TURNS).out.count("\n") == 3


def test_a_ragged_row_says_what_was_expected(here: Path) -> None:
    (here / "ragged.csv").write_text("body,queue\na,b\nc\nd,e,f\n")
    done = ftdata(here, "convert", "ragged.csv", "-o", "out.jsonl", *TURNS)
    assert done.code == 1
    found = rows(here / "out.rejects.jsonl")
    assert [(row["line"], row["row"], row["reason"].split(".")[0]) for row in found] == [
        (3, "c", "expected 2 fields, found 1"),
        (4, "d,e,f", "expected 2 fields, found 3"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"])
@pytest.mark.parametrize("packed", ["", ".gz", ".bz2", ".xz"])
def test_encodings_and_compressions(here: Path, encoding: str, packed: str) -> None:
    opens: dict[str, Any] = {"": open, ".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
    text = "subject,body,queue\n" + "".join(f'票{n},"退款, 请\n{n}",billing\n' for n in range(3000))
    with opens[packed](here / f"t.csv{packed}", "wt", encoding=encoding, newline="") as stream:
        stream.write(text)
    asked = ["--encoding", encoding] if encoding.startswith("gb") else []
    done = ftdata(here, "convert", f"t.csv{packed}", "-o", "out.jsonl", *TURNS, *asked)
    assert (done.code, "Traceback" in done.err) == (0, False)
    found = rows(here / "out.jsonl")
    assert [row["messages"][0]["content"] for row in found] == [f"退款, 请\n{n}" for n in range(3000)]
    if encoding.startswith("utf-16") and not packed:
        assert f"note: t.csv is read as {encoding}" in done.err


@pytest.mark.parametrize(
    "args, words",
    [
        (("--encoding", "klingon"), "there is no encoding 'klingon'. Use one such as utf-16, gb18030"),
        (("--encoding", "utf-16"), "is not in the encoding utf-16"),
        (("--encoding", "gb18030"), "is not in the encoding gb18030: 'gb18030' codec can't decode byte 0xff"),
        (
            (),
            "bytes that are not UTF-8. Save the file as UTF-8, or give its encoding, such as --encoding gb18030.",
        ),
    ],
    ids=["unknown", "wrong", "wrong behind the head", "none"],
)
def test_wrong_encodings_are_said(here: Path, args: tuple[str, ...], words: str) -> None:
    body = b"x,y\n" * 100_000 if "gb18030" in args else b"x,y\n"
    (here / "t.csv").write_bytes(b"body,queue\n" + body + b"caf\xff\xff,z\n")
    done = ftdata(here, "convert", "t.csv", "-o", "out.jsonl", *TURNS, *args)
    assert done.code in (1, 3)
    said = done.err + ((here / "out.rejects.jsonl").read_text() if not args else "")
    assert words in said
    assert not args or not (here / "out.jsonl").exists()


def test_a_table_without_a_header(here: Path) -> None:
    (here / "t.csv").write_text("billing, where is my money\nshipping, late\n")
    args = ("--columns", "queue, body", *TURNS)
    done = ftdata(here, "convert", "t.csv", "-o", "-", "-q", *args)
    said = [[turn["content"] for turn in json.loads(line)["messages"]] for line in done.out.splitlines()]
    assert said == [[" where is my money", "billing"], [" late", "shipping"]]
    assert ftdata(here, "head", "t.csv:2", "--columns", "queue,body").out.startswith("t.csv:2\n  queue: shipping\n")
    done = ftdata(here, "convert", "t.csv", "-o", "-", "--columns", "queue", *TURNS)
    assert (done.code, "has 2 columns in its first record, and 1 were named" in done.err) == (3, True)


def test_an_array_is_read_like_lines(here: Path) -> None:
    turns = [json.loads(CHAT), {"messages": [{"role": "ghost"}]}, json.loads(CHAT)]
    (here / "a.json").write_text(json.dumps(turns, indent=2))
    done = ftdata(here, "convert", "a.json", "-o", "out.jsonl")
    assert done.code == 1
    assert rows(here / "out.jsonl") == [json.loads(CHAT)] * 2
    (reject,) = rows(here / "out.rejects.jsonl")
    assert (reject["line"], reject["json_path"]) == (14, "$.messages[0].role")
    assert json.loads(reject["row"]) == turns[1]
    assert "▌   b" in ftdata(here, "head", "a.json", "-n", "1").out
