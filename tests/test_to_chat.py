"""`Dataset.to_chat`: mappings in every form, and functions."""

from __future__ import annotations

import copy
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.errors import RowError, StepError
from ftdata.files.jsonl import LineReader

ROWS = [{"q": "1 + 1?", "a": "2"}, {"q": "2 + 2?", "a": "4"}]
SAYS: dict[str, Any] = {
    "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a", "weight": 1}],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "m.yaml"
    path.write_text("messages:\n- {role: user, content: q}\n- {role: assistant, content: a, weight: 1}\n")
    return path


@pytest.mark.parametrize("form", ["mapping", "dict", "path", "text"])
def test_a_mapping_in_every_form(file: Path, form: str) -> None:
    by: Any = {"mapping": ftdata.Mapping(SAYS), "dict": SAYS, "path": file, "text": str(file)}[form]
    made = ftdata.read(ROWS).to_chat(by).head(9)
    assert made == [
        {"messages": [ftdata.user(row["q"]), {"role": "assistant", "content": row["a"], "weight": 1}]} for row in ROWS
    ]


def test_the_mapping_is_read_when_it_is_given(file: Path) -> None:
    data = ftdata.read(ROWS).to_chat(file)
    file.unlink()
    assert data.count() == 2


def test_allow_empty_can_be_said_beside_it() -> None:
    data = ftdata.read([{"q": "", "a": "x"}])
    with pytest.raises(ftdata.RowError, match="the user turn is empty"):
        data.to_chat(SAYS).head(1)
    assert data.to_chat(SAYS, allow_empty=True).head(1)[0]["messages"][0]["content"] == ""


def test_a_hidden_key_is_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "ftdata"):
        ftdata.read(ROWS).to_chat({**SAYS, "metadata": {"answer": "a", "x": "q"}})
    assert caplog.messages == ['in expressions "answer" means the example\'s own; the column is metadata.answer']


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((), {}, "a chat of columns needs user and assistant. The columns are q, a."),
        ((), {"user": "q"}, "a chat of columns needs assistant. The columns are q, a."),
        ((SAYS,), {"system": "x"}, "map and system cannot go together: a mapping or a function defines everything. Put everything into the mapping."),
        ((len,), {"metadata": ["q"]}, "map and metadata cannot go together: a mapping or a function defines everything. Put everything into the mapping."),
    ],
)  # fmt: skip
def test_what_cannot_go_together(arguments: tuple[Any, ...], options: dict[str, Any], message: str) -> None:
    with pytest.raises(ftdata.UsageError) as caught:
        ftdata.read(ROWS).to_chat(*arguments, **options)
    assert str(caught.value) == message


# -- functions -------------------------------------------------------------------------------------------------------


def author(row: dict[str, Any]) -> Any:
    """One example, several, none or a Drop."""
    kind = row["kind"]
    if kind == "drop":
        return ftdata.Drop("not wanted")
    one = ftdata.chat(ftdata.user(kind), ftdata.assistant("A"))
    return {"one": one, "two": [one, one], "none": [], "itself": row}[kind]


def test_a_function_may_return_any_number(tmp_path: Path) -> None:
    own = {"kind": "itself", "prompt": "p", "completion": "c"}
    rows = [{"kind": kind} for kind in ("one", "two", "drop", "none")] + [own]
    data = ftdata.read(rows).to_chat(author)
    assert repr(data).endswith("| to_chat(author))") or repr(data).endswith("| to_chat(author)")
    result = data.write(tmp_path / "out.jsonl")
    tally = result.tally
    assert (tally.read, tally.written, dict(tally.added)) == (5, 4, {"to_chat(author)": 1})
    assert dict(tally.dropped) == {
        ("to_chat(author)", "not wanted"): 1,
        ("to_chat(author)", "made no example"): 1,
    }
    assert ftdata.read(tmp_path / "out.jsonl", format="ftdata").head(9)[-1] == own


def test_steps_are_functions_too() -> None:
    @ftdata.step
    def named(row: dict[str, Any]) -> dict[str, Any]:
        return {"messages": [{"role": "user", "content": row["q"]}], "metadata": {"a": row["a"]}}

    data = ftdata.read(ROWS).to_chat(named)
    assert [one["metadata"] for one in data] == [{"a": "2"}, {"a": "4"}]
    assert data.filter("a|int > 2").count() == 1


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (None, "to_chat(<lambda>) returned null, which is not an example"),
        ("text", 'to_chat(<lambda>) returned "text", which is not an example'),
        ({}, "$: to_chat(<lambda>) returned what is not an example: expected messages, or prompt and completion; got the keys none"),
        (
            {"messages": [{"role": "user"}]},
            "$.messages[0].content: to_chat(<lambda>) returned what is not an example: expected text; got no content",
        ),
        (
            [{"messages": [{"role": "user", "content": "a"}]}, {"messages": []}],
            "$.messages: to_chat(<lambda>) returned what is not an example: expected at least one message; got []",
        ),
        (
            {"messages": [{"role": "user", "content": {1}}]},
            "$.messages[0].content: to_chat(<lambda>) returned what JSON cannot hold",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_example_ends_the_run_with_its_place(made: Any, message: str) -> None:
    with pytest.raises(ftdata.StepError) as caught:
        ftdata.read(ROWS).to_chat(lambda row: made if row["a"] == "4" else {"prompt": "", "completion": ""}).count()
    assert str(caught.value).startswith(f"<list>:2: {message}")


def test_an_exception_has_its_place() -> None:
    with pytest.raises(ftdata.StepError) as caught:
        ftdata.read(ROWS).to_chat(lambda row: {"prompt": row["q"], "completion": row["b"]}).count()
    assert str(caught.value) == "<list>:1: to_chat(<lambda>) raised KeyError: 'b'"


def test_one_process_or_several(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("q,a\n" + "".join(f"{n},{n * n}\n" for n in range(20_000)))
    written = {}
    for by in (SAYS, lambda row: ftdata.chat(ftdata.user(row["q"]), ftdata.assistant(row["a"], weight=1))):
        for workers in (1, 2):
            out = tmp_path / f"{workers}{callable(by)}.jsonl"
            ftdata.read(table).to_chat(by).write(out, workers=workers)
            written[out.name] = out.read_bytes()
    assert len(set(written.values())) == 1


CELLS: st.SearchStrategy[object] = st.sampled_from(
    ["Hi", "", " ", "é\n", "\u2028", "<|endoftext|>", "a", 1, 2.5, True, None, [], {"a": 1}]
)
OBJECTS = st.dictionaries(st.sampled_from(["q", "a", "b"]), CELLS).map(json.dumps)
ODD_LINES = st.sampled_from(
    ['{"q": "1", "a": "2"}', '{"q": "1", "q": "1", "a": "2"}', "[]", '"q"', "{", "", " ", "1e999"]
)


def of_lines(path: Path, out: Path, **asked: Any) -> tuple[Any, ...]:
    rejects = out.with_suffix(".rejects")
    made = ftdata.read(path).to_chat(**asked)
    result = made.write(out, max_rejects="100%", rejects=rejects, allow_empty=True, force=True)
    told = rejects.read_text(encoding="utf-8") if result.rejects else ""
    return out.read_bytes(), result.tally.to_dict(), told


@given(
    st.lists(st.one_of(st.just('{"q": "Hi", "a": "Hello", "b": "x"}'), OBJECTS, ODD_LINES), max_size=8),
    st.sampled_from(
        [{"user": "q"}, {"user": "{{ q }}: {{ b }}"}, {"user": "q", "system": "Be kind.", "allow_empty": True}]
    ),
)
def test_texts_of_objects_make_the_same_chats_at_once(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], asked: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("objects")
    path = folder / "a.jsonl"
    path.write_text("\n".join(['{"q": "Hi", "a": "Hello", "b": "x"}', *lines]), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LineReader, "columns", lambda self, names: None)
        expected = of_lines(path, folder / "b.jsonl", assistant="a", **asked)
    assert of_lines(path, folder / "c.jsonl", assistant="a", **asked) == expected


BESIDE: dict[str, Any] = {
    "a system prompt": {"system": "Be kind."},
    "an image": {"image_url": "https://x.org/a.png"},
    "tools": {"functions_json": [{"name": "f", "parameters": {"type": "object", "properties": {}}}]},
    "bookkeeping": {"source": "crm", "score": 3},
    "an image that is none": {"image_url": {"a": 1}},
    "sound": {"audio": "x"},
    "other turns": {"turns": [{"role": "user", "content": "other"}]},
}


@pytest.mark.parametrize("beside", BESIDE.values(), ids=BESIDE)
def test_what_a_function_returns_is_what_reading_the_same_row_makes(tmp_path: Path, beside: dict[str, Any]) -> None:
    row = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], **beside}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    try:
        read = list(ftdata.read(tmp_path / "a.jsonl", format="openai").examples())
    except RowError:
        read = []
    given, refused = ftdata.read([{"messages": row["messages"]}]), list[object]()
    for one in (
        given.to_chat(lambda _: copy.deepcopy(row)),
        given.map(lambda _: copy.deepcopy(row), on_error="reject"),
    ):
        try:
            assert list(one.examples(on_reject=refused.append)) == read
        except StepError:
            refused.append(one)
    assert len(refused) == (0 if read else 2)
