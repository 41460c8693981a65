"""Asking: lines of batch input, their ids, what is remembered of them, and what they would cost."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.distill.batches import beside_of
from ftdata.distill.bodies import response_format_of
from ftdata.distill.prompts import request_id
from tests.distill.asking import calling, chat, lines, write
from tests.formats.test_damage import damaged

TOOL = {"type": "function", "function": {"name": "now", "parameters": {"type": "object", "properties": {}}}}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "prompts.csv"
    path.write_text("id,lang,question,label\n001,en,2 + 2?,4\n002,de,3 + 3?,6\n003,fr,2 + 2?,vier\n004,en, ,\n")
    return path


def test_a_table_becomes_batch_input_and_its_columns_are_remembered(table: Path, tmp_path: Path) -> None:
    done = ftdata.requests(
        table, tmp_path / "in.jsonl", model="gpt-4.1", system="Add.", user="{{ question }}", max_tokens=5,
        temperature=0, max_rejects=1,
    )  # fmt: skip
    asked = lines(tmp_path / "in.jsonl")
    assert asked[0] == {
        "custom_id": asked[0]["custom_id"],
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {
            "model": "gpt-4.1",
            "messages": [{"role": "system", "content": "Add."}, {"role": "user", "content": "2 + 2?"}],
            "max_completion_tokens": 5,
            "temperature": 0,
        },
    }
    # Equal prompts are asked once; each row's columns are remembered, as the text that they are.
    kept = lines(tmp_path / "in.metadata.jsonl")
    assert [row["custom_id"] for row in kept] == [asked[at]["custom_id"] for at in (0, 1, 0)]
    assert [row["metadata"] for row in kept] == [
        {"id": "001", "lang": "en", "label": "4"},
        {"id": "002", "lang": "de", "label": "6"},
        {"id": "003", "lang": "fr", "label": "vier"},
    ]
    assert done.result is not None and done.remembered == str(tmp_path / "in.metadata.jsonl")
    tally = done.result.tally
    assert (tally.read, tally.written, tally.merged.total(), tally.rejected.total()) == (4, 2, 1, 1)
    assert tally.balanced


def test_ids_are_of_the_prompt_alone() -> None:
    turns: list[dict[str, Any]] = [{"role": "user", "content": "2 + 2?"}]
    known = request_id(turns)
    assert known == request_id([{"content": [{"type": "text", "text": "2 + 2?"}], "role": "user"}])
    assert known != request_id(turns, [TOOL])
    assert known != request_id([{"role": "user", "content": "2 + 3?"}])
    assert len(known) <= 64


def test_models_and_settings_do_not_change_ids_and_runs_are_equal(table: Path, tmp_path: Path) -> None:
    def ids(name: str, **settings: Any) -> list[str]:
        ftdata.requests(table, tmp_path / name, user="question", max_rejects=1, **settings)
        return [row["custom_id"] for row in lines(tmp_path / name)]

    one = ids("one.jsonl", model="gpt-4.1")
    assert one == ids("two.jsonl", model="gpt-4.1-mini", n=3, temperature=1.0, endpoint="chat")
    ids("again.jsonl", model="gpt-4.1")
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "one.jsonl").read_bytes()
    numbered = ids("all.jsonl", model="gpt-4.1", keep_duplicates=True)
    assert numbered == [*one, f"{one[0]}-2"]
    assert [row["custom_id"] for row in lines(tmp_path / "all.metadata.jsonl")] == numbered


@pytest.mark.parametrize(
    "metadata, kept",
    [
        ("unused", {"id": "001", "lang": "en", "label": "4"}),
        ("all", {"id": "001", "lang": "en", "question": "2 + 2?", "label": "4"}),
        (["lang"], {"lang": "en"}),
        ("none", None),
    ],
)
def test_what_is_remembered_is_chosen(table: Path, tmp_path: Path, metadata: Any, kept: Any) -> None:
    done = ftdata.requests(table, tmp_path / "in.jsonl", model="m", user="question", metadata=metadata, max_rejects=1)
    if kept is None:
        assert done.remembered is None
        assert not (tmp_path / "in.metadata.jsonl").exists()
    else:
        assert lines(tmp_path / "in.metadata.jsonl")[0]["metadata"] == kept


def test_what_an_earlier_run_remembered_does_not_stay(table: Path, tmp_path: Path) -> None:
    asked = {"model": "m", "user": "question", "max_rejects": 1}
    ftdata.requests(table, tmp_path / "in.jsonl", **asked)  # type: ignore[arg-type]
    with pytest.raises(ftdata.OutputError, match="exists already"):
        ftdata.requests(table, tmp_path / "in.jsonl", **asked)  # type: ignore[arg-type]
    ftdata.requests(table, tmp_path / "in.jsonl", **asked, metadata="none", force=True)  # type: ignore[arg-type]
    assert not (tmp_path / "in.metadata.jsonl").exists()


def test_merged_rows_have_no_line_where_nothing_is_remembered(table: Path, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    done = ftdata.requests(table, path, model="m", user="question", columns_out=None, max_rejects=1)
    assert [row["body"]["messages"][0]["content"] for row in lines(path)] == ["2 + 2?", "3 + 3?"]
    assert (done.remembered, (tmp_path / "in.metadata.jsonl").exists()) == (None, False)
    assert done.result is not None and done.result.tally.merged.total() == 1


def test_the_expected_answer_of_a_table_is_remembered(table: Path, tmp_path: Path) -> None:
    ftdata.requests(table, tmp_path / "in.jsonl", model="m", user="question", expected="label", max_rejects=1)
    kept = lines(tmp_path / "in.metadata.jsonl")
    assert [row["expected"][0]["content"] for row in kept] == ["4", "6", "vier"]
    assert all("label" not in row["metadata"] for row in kept)


def test_examples_are_asked_without_their_last_answer(tmp_path: Path) -> None:
    call = calling(("now", "{}"))
    example = {
        "messages": [
            {"role": "system", "content": "Short."},
            {"role": "user", "content": "What time is it?"},
            call,
            {"role": "tool", "tool_call_id": "c0", "content": "12:00"},
            {"role": "assistant", "content": "Noon.", "weight": 1},
        ],
        "tools": [TOOL],
        "parallel_tool_calls": False,
        "metadata": {"who": 7},
    }
    ftdata.requests(ftdata.read([example]), tmp_path / "in.jsonl", model="m")
    (asked,), (kept,) = lines(tmp_path / "in.jsonl"), lines(tmp_path / "in.metadata.jsonl")
    assert asked["body"] == {
        "model": "m", "messages": example["messages"][:4], "tools": [TOOL], "parallel_tool_calls": False,  # type: ignore[index]
    }  # fmt: skip
    assert kept == {
        "custom_id": asked["custom_id"],
        "metadata": {"who": 7},
        "expected": [{"role": "assistant", "content": "Noon.", "weight": 1}],
    }
    # Another prompt in place of the example's own is asked under the same id, so that answers are found again.
    ftdata.requests(ftdata.read([example]), tmp_path / "long.jsonl", model="m", system="A long prompt.", tools=[])
    (longer,) = lines(tmp_path / "long.jsonl")
    assert longer["custom_id"] == asked["custom_id"]
    assert longer["body"]["messages"][0] == {"role": "system", "content": "A long prompt."}


PAIR = {
    "input": {"messages": [{"role": "user", "content": "Hi"}]},
    "preferred_output": [{"role": "assistant", "content": "Hello."}],
    "non_preferred_output": [{"role": "assistant", "content": "What?"}],
}


@pytest.mark.parametrize(
    "row, messages, expected",
    [
        (PAIR, [{"role": "user", "content": "Hi"}], "Hello."),
        ({"prompt": "Hi", "completion": "Hello."}, [{"role": "user", "content": "Hi"}], "Hello."),
        (chat("Hi"), [{"role": "user", "content": "Hi"}], None),
        (
            {"messages": [{"role": "developer", "content": "Be."}, {"role": "user", "content": "Hi"}], "answer": 3},
            [{"role": "developer", "content": "Be."}, {"role": "user", "content": "Hi"}],
            None,
        ),
    ],
    ids=["preference", "completion", "unanswered", "reinforcement"],
)
def test_other_kinds_of_example_are_asked(row: Any, messages: Any, expected: Any, tmp_path: Path) -> None:
    done = ftdata.requests(ftdata.read([row]), tmp_path / "in.jsonl", model="m")
    assert lines(tmp_path / "in.jsonl")[0]["body"]["messages"] == messages
    if expected is not None:
        assert lines(tmp_path / "in.metadata.jsonl")[0]["expected"][0]["content"] == expected
    elif "answer" in row:
        assert lines(tmp_path / "in.metadata.jsonl")[0]["metadata"] == {"answer": 3}
    else:
        assert done.remembered is None


def test_deprecated_functions_and_training_keys_are_not_sent(tmp_path: Path) -> None:
    turns = [
        {"role": "user", "content": "Time?"},
        {"role": "assistant", "content": None, "function_call": {"name": "now", "arguments": "{}"}, "weight": 0},
        {"role": "function", "name": "now", "content": "12:00"},
        {"role": "assistant", "content": "Noon."},
    ]
    ftdata.requests(ftdata.read([{"messages": turns, "functions": [TOOL["function"]]}]), tmp_path / "in.jsonl", model="m")  # fmt: skip
    body = lines(tmp_path / "in.jsonl")[0]["body"]
    assert body["tools"] == [TOOL]
    assert body["messages"][1]["tool_calls"][0]["id"] == body["messages"][2]["tool_call_id"]
    assert "weight" not in json.dumps(body) and "function_call" not in body["messages"][1]


def test_responses_are_asked_in_items(tmp_path: Path) -> None:
    image = {"type": "image_url", "image_url": {"url": "https://example.com/a.png", "detail": "low"}}
    turns = [
        {"role": "system", "content": "Look."},
        {"role": "user", "content": [{"type": "text", "text": "And this?"}, image]},
        {"role": "assistant", "content": "A moment.", **calling(("now", '{"at": 1}'))},
        {"role": "tool", "tool_call_id": "c0", "content": "12:00"},
        {"role": "assistant", "content": "Noon."},
    ]
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string"}},
        "required": ["a"],
        "additionalProperties": False,
    }
    ftdata.requests(
        ftdata.read([{"messages": turns, "tools": [TOOL]}]), tmp_path / "in.jsonl", model="m", endpoint="responses",
        max_tokens=9, response_format=schema, settings={"store": False},
    )  # fmt: skip
    (asked,) = lines(tmp_path / "in.jsonl")
    assert asked["url"] == "/v1/responses"
    assert asked["body"] == {
        "model": "m",
        "input": [
            {"role": "system", "content": "Look."},
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "And this?"},
                    {"type": "input_image", "image_url": "https://example.com/a.png", "detail": "low"},
                ],
            },
            {"role": "assistant", "content": "A moment."},
            {"type": "function_call", "call_id": "c0", "name": "now", "arguments": '{"at": 1}'},
            {"type": "function_call_output", "call_id": "c0", "output": "12:00"},
        ],
        "tools": [{"type": "function", "strict": False, **TOOL["function"]}],  # type: ignore[dict-item]
        "max_output_tokens": 9,
        "text": {"format": {"type": "json_schema", "name": "answer", "strict": True, "schema": schema}},
        "store": False,
    }


CLOSED = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
OPEN = {"type": "object", "properties": {"a": {"type": "string"}}}
NESTED = {**CLOSED, "properties": {"a": {"type": "array", "items": OPEN}}}


@pytest.mark.parametrize(
    "given_format, made",
    [
        ({"type": "json_object"}, {"type": "json_object"}),
        ({"name": "n", "schema": OPEN}, {"type": "json_schema", "json_schema": {"name": "n", "schema": OPEN}}),
        (CLOSED, {"type": "json_schema", "json_schema": {"name": "a_b", "strict": True, "schema": CLOSED}}),
        (OPEN, {"type": "json_schema", "json_schema": {"name": "a_b", "strict": False, "schema": OPEN}}),
        (NESTED, {"type": "json_schema", "json_schema": {"name": "a_b", "strict": False, "schema": NESTED}}),
    ],
    ids=["plain", "named", "closed", "open", "open inside"],
)
def test_response_formats_are_made_of_schemas(given_format: Any, made: Any) -> None:
    assert response_format_of(given_format, "a b") == made


def test_beyond_a_files_limits_there_are_several(tmp_path: Path) -> None:
    rows = ftdata.read([{"q": f"question {n}"} for n in range(7)])
    done = ftdata.requests(rows, tmp_path / "in.jsonl", model="m", user="q", max_rows=3, workers=1)
    names = [f"in-0000{n}.jsonl" for n in (1, 2, 3)]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert [len(lines(tmp_path / name)) for name in names] == [3, 3, 1]
    assert done.result is not None and len(done.result.paths) == 3
    size = (tmp_path / names[0]).stat().st_size
    ftdata.requests(rows, tmp_path / "bytes.jsonl", model="m", user="q", max_bytes=size)
    assert (tmp_path / "bytes-00003.jsonl").exists()
    # What fits into one file has its plain name.
    ftdata.requests(rows, tmp_path / "one.jsonl", model="m", user="q", max_rows=7)
    assert len(lines(tmp_path / "one.jsonl")) == 7


def test_parts_of_an_earlier_run_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = ftdata.read([{"q": f"question {n}"} for n in range(4)])
    ftdata.requests(rows, tmp_path / "in.jsonl", model="m", user="q", max_rows=2)
    ftdata.requests(rows, tmp_path / "in.jsonl", model="m", user="q")
    assert caplog.text.count("not part of this batch") == 2


def test_workers_write_the_same_bytes(tmp_path: Path) -> None:
    path = write(tmp_path / "test.jsonl", (chat(f"q {n % 90}", f"a {n}", metadata={"n": n}) for n in range(300)))
    made = []
    for workers in (1, 3):
        folder = tmp_path / str(workers)
        folder.mkdir()
        done = ftdata.requests(path, folder / "in.jsonl", model="gpt-4.1", workers=workers)
        made.append([(folder / name).read_bytes() for name in ("in.jsonl", "in.metadata.jsonl")])
        assert done.estimate.requests == 90
    assert made[0] == made[1]


# -- money --------------------------------------------------------------------------------------------------------------


def test_the_estimate_counts_what_is_sent(tmp_path: Path) -> None:
    rows = ftdata.read([{"q": "2 + 2?"}, {"q": "2 + 2?"}, {"q": "What is three and three?"}])
    done = ftdata.requests(
        rows, model="gpt-4.1", system="Add.", user="q", n=2, max_tokens=50, price_in=2.0, price_out=8.0
    )
    turns = [{"role": "system", "content": "Add."}, {"role": "user", "content": "2 + 2?"}]
    longer = [turns[0], {"role": "user", "content": "What is three and three?"}]
    tokens = ftdata.count_tokens(turns, model="gpt-4.1") + ftdata.count_tokens(longer, model="gpt-4.1")
    found = done.estimate
    assert done.result is None
    assert (found.requests, found.input_tokens, found.output_tokens) == (2, tokens, 200)
    # A batch costs half.
    assert found.input_usd == pytest.approx(tokens * 1.0 / 1e6)
    assert found.output_usd == pytest.approx(200 * 4.0 / 1e6)
    assert "at most" in str(found)


def test_what_cannot_be_asked_is_said_of_an_estimate(table: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert ftdata.requests(table, model="m", user="question").estimate.requests == 2
    assert "not in the estimate, since they cannot be asked: 1 rows" in caplog.text


@pytest.mark.parametrize(
    "model, prices, said",
    [
        ("gpt-4.1", (None, None), "no price of gpt-4.1 is known; give --price-in"),
        ("ft:gpt-4.1-2025-04-14:acme::abc", (1.5, 6.0), "prices as of 2026-06-30"),
        ("gpt-9", (None, None), "as gpt-4o, since gpt-9 is not in the model table counts"),
    ],
)
def test_prices_are_the_tables_or_unknown(model: str, prices: Any, said: str) -> None:
    found = ftdata.requests(ftdata.read([{"q": "Hi"}]), model=model, user="q").estimate
    assert (found.price_in, found.price_out) == prices
    assert said in str(found)


# -- what cannot be meant -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options, message",
    [
        ({"user": "questoin"}, 'Did you mean "question"'),
        ({}, "no prompt is given"),
        ({"user": "question", "path": "in.parquet"}, "sent as JSON lines"),
        ({"user": "question", "n": 2, "endpoint": "responses"}, "one answer per request"),
        ({"user": "question", "endpoint": "chats"}, "unknown endpoint"),
        ({"user": "question", "settings": {"stream": True}}, "none in a batch"),
        ({"user": "question", "temperature": 0, "settings": {"temperature": 1}}, "its own option"),
        ({"user": "question", "metadata": ["nothing"]}, "metadata names the column"),
        ({"user": "question", "response_format": {"type": "string"}}, "not a response format"),
        ({"user": "question", "max_tokens": 0}, "at least one token"),
        ({"user": "question", "price_in": -1}, "cannot be negative"),
        ({"user": "question", "tools": ["now"]}, "expected a function definition"),
    ],
)
def test_what_cannot_be_meant_is_refused(table: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ftdata.FtdataError, match=message):
        ftdata.requests(table, model="m", **options)


@pytest.mark.parametrize("turns", [[], [{"role": "assistant", "content": "Hi"}], [{"role": "user", "content": " "}]])
def test_nothing_asked_is_a_reject(turns: Any, tmp_path: Path) -> None:
    rows = ftdata.read([{"messages": turns}, chat("Hi", "Hello")], format="openai")
    with pytest.raises(ftdata.RejectedRows, match=r"nothing is asked|at least one message"):
        ftdata.requests(rows, tmp_path / "in.jsonl", model="m")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("endpoint", ["chat", "responses"])
def test_a_damaged_example_is_asked_or_rejected(endpoint: Any) -> None:
    call = {**calling(("now", "{}")), "content": [{"type": "text", "text": "So."}]}
    image = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    turns = [
        {"role": "system", "content": "Be."}, {"role": "user", "content": [{"type": "text", "text": "Hi"}, image]}, call,
        {"role": "tool", "tool_call_id": "c0", "content": [{"type": "text", "text": "12"}]},
        {"role": "assistant", "content": "Noon."},
    ]  # fmt: skip
    old = [
        {"role": "user", "content": "Time?"}, {"role": "assistant", "function_call": {"name": "now", "arguments": "{}"}},
        {"role": "function", "name": "now", "content": "12"}, {"role": "assistant", "content": "Noon."},
    ]  # fmt: skip
    rows: list[dict[str, Any]] = [
        {"messages": turns, "tools": [TOOL], "metadata": {"a": 1}},
        {"messages": old, "functions": [TOOL]},
        PAIR,
    ]
    chance = Random(endpoint)
    given_rows = [*rows, *(damaged(row, chance) for row in rows for _ in range(150))]
    for row in given_rows:
        try:
            ftdata.requests(ftdata.read([row], format="openai"), model="m", endpoint=endpoint)
        except ftdata.InputError as error:
            assert error.message


@pytest.mark.parametrize(
    "path, beside",
    [
        ("out/in.jsonl", "out/in.metadata.jsonl"),
        ("in.jsonl.gz", "in.metadata.jsonl"),
        ("in-{n:05}.jsonl", "in.metadata.jsonl"),
        ("in", "in.metadata.jsonl"),
    ],
)
def test_what_is_remembered_lies_beside_the_requests(path: str, beside: str) -> None:
    assert beside_of(path) == beside


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 3)), max_size=20), st.booleans())
def test_every_row_is_asked_or_merged_and_remembered(rows: list[tuple[str, int]], keep: bool) -> None:
    import tempfile

    given_rows = [{"q": q, "n": n} for q, n in rows] or [{"q": "f", "n": 0}]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in.jsonl"
        done = ftdata.requests(ftdata.read(given_rows), path, model="m", user="q", keep_duplicates=keep)
        asked, kept = lines(path), lines(Path(folder) / "in.metadata.jsonl")
    prompts = [row["body"]["messages"][0]["content"] for row in asked]
    assert prompts == (
        [row["q"] for row in given_rows] if keep else list(dict.fromkeys(row["q"] for row in given_rows))
    )
    by_id = {row["custom_id"]: prompt for row, prompt in zip(asked, prompts, strict=True)}
    assert len(by_id) == len(asked) == done.estimate.requests
    assert [{"q": by_id[row["custom_id"]], **row["metadata"]} for row in kept] == given_rows
