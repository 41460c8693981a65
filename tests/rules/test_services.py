"""What other services and trainers make of rows, as they stand."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.codec import decode, encode
from ftdata.errors import RowError, UsageError
from ftdata.formats import FORMATS
from ftdata.formats.targets import TARGETS
from ftdata.rules.held import Held
from tests import strategies

Row = dict[str, Any]

IMAGE = {"type": "image_url", "image_url": {"url": "https://a.org/b.png"}}
FUNCTION = {"name": "f", "description": "d", "parameters": {}}
TOOL = {"type": "function", "function": FUNCTION}


def turns(*speakers: str, **more: Any) -> Row:
    return {"conversations": [{"from": speaker, "value": "a text"} for speaker in speakers], **more}


def messages(*roles: str | Row, **more: Any) -> Row:
    said = [role if isinstance(role, dict) else {"role": role, "content": "a text"} for role in roles]
    return {"messages": said, **more}


def call(arguments: Any = "{}", known: str = "abcdefgh1", **more: Any) -> Row:
    calls = [{"id": known, "type": "function", "function": {"name": "f", "arguments": arguments}}]
    return {"role": "assistant", "content": None, "tool_calls": calls, **more}


def result(known: str = "abcdefgh1") -> Row:
    return {"role": "tool", "tool_call_id": known, "content": "rain"}


IN_S3 = {"source": {"s3Location": {"uri": "s3://pictures/a-1.bin"}}}


def bedrock(*blocks: Row | str) -> Row:
    roles = ("user", "assistant")
    made = [[{"text": block} if isinstance(block, str) else block] for block in blocks]
    return {"messages": [{"role": roles[at % 2], "content": content} for at, content in enumerate(made)]}


USE = {"toolUse": {"toolUseId": "1", "name": "f", "input": {}}}
DONE = {"toolResult": {"toolUseId": "1", "content": [{"text": "rain"}]}}
PAIR = {"input": {"messages": [{"role": "user", "content": "q"}]}, "preferred_output": [{"role": "assistant", "content": "a"}], "non_preferred_output": [{"role": "assistant", "content": "b"}]}  # fmt: skip  # noqa: E501

TEXT = {"type": "text", "text": "a"}
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aaaa"}}


def gemini(*parts: Row, **more: Any) -> Row:
    return {"contents": [{"role": "user", "parts": [{"text": "q"}]}, {"role": "model", "parts": list(parts)}], **more}


def claude(*blocks: Row) -> Row:
    return {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": list(blocks)}]}


TAKEN: list[tuple[str, Row]] = [
    ("llama-factory", turns("human", "gpt")),
    ("llama-factory", {"conversations": [{"from": "system", "value": "s"}, {"from": "human", "value": "q"}, {"from": "function_call", "value": '{"name": "f", "arguments": {}}'}, {"from": "observation", "value": "r"}, {"from": "gpt", "value": "a"}]}),
    ("llama-factory", {**turns("human", "gpt"), "tools": '[{"type": "function", "function": {"name": "f", "parameters": {}}}]'}),
    ("llama-factory", turns("human", chosen={"from": "gpt", "value": "a"}, rejected={"from": "gpt", "value": "b"})),
    ("llama-factory", messages("system", "user", call({}), result(), "assistant", tools=[TOOL])),
    ("llama-factory", {**turns("human", "gpt"), "kto_tag": False}),
    ("llama-factory", messages("user", "assistant", label=True)),
    ("llama-factory", {"instruction": "i", "input": None, "output": ""}),
    ("llama-factory", {"instruction": "i", "chosen": "a", "rejected": "b"}),
    ("llama-factory", {**turns("human", "gpt"), "images": []}),
    ("axolotl", messages("user", "assistant", tools=[TOOL])),
    ("axolotl", messages("user", call({"a": 1}), result(), {"role": "assistant", "content": "a", "train": True})),
    ("axolotl", messages({"role": "user", "content": "a", "train": True})),
    ("axolotl", messages({"role": "human", "content": "a"}, {"role": "gpt", "content": "b"})),
    ("axolotl", messages("user", "assistant", tools=json.dumps([TOOL]))),
    ("fireworks", messages("system", "user", ground_truth="4")),
    ("together", {"text": "a text to go on training with"}),
    ("llama-factory", messages("user", call({}), result(), "assistant", tools=[FUNCTION])),
    ("llama-factory", {"messages": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}),
    ("together", messages("system", "user", "assistant")),
    ("together", {"prompt": "a", "completion": "b"}),
    ("together", PAIR),
    ("together", messages("user", call(), result(), result(), "assistant", tools=[TOOL])),
    ("fireworks", messages("system", "user", "assistant", weight=-0.5)),
    ("fireworks", PAIR),
    ("together", messages({"role": "user", "content": [TEXT]}, {"role": "assistant", "content": [TEXT]})),
    ("trl", {"text": "a text"}),
    ("trl", {"chosen": "q a", "rejected": "q b"}),
    ("trl", {"prompt": "q", "completions": ["a", "b"], "labels": [True, False]}),
    ("gemini", gemini({"text": "a"}, tools=[{"function_declarations": [{"name": "f"}]}])),
    ("gemini", gemini({"function_call": {"name": "f", "args": {}}})),
    ("gemini", gemini({"text": "a"}, tools=[{"functionDeclarations": [{"name": "f", "parametersJsonSchema": {"$ref": "#"}}]}])),
    ("anthropic", claude({"type": "thinking", "thinking": "t", "signature": "s"}, TEXT)),
    ("mistral", messages("system", "user", call(), result(), "assistant", tools=[TOOL])),
    (
        "mistral",
        {"interactions": [{"role": "user", "text": "q"}, {"role": "assistant", "text": "a"}], "system_prompt": "s"},
    ),
    ("bedrock", bedrock("q", "a")),
    ("bedrock", bedrock("q", USE, DONE, "a")),
]  # fmt: skip

REFUSED: list[tuple[str, str, Row]] = [
    ("llama-factory", "$.conversations[1]", turns("human", "human", "gpt")),
    ("llama-factory", "$.conversations[0].from", turns("user", "assistant")),
    ("llama-factory", "$.conversations[2]", turns("system", "human", "observation")),
    ("llama-factory", "$.conversations", turns("human", "gpt", "human")),
    ("llama-factory", "$", turns()),
    ("llama-factory", "$.conversations[1].value", {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt"}]}),
    ("llama-factory", "$.conversations", turns("human", "gpt", chosen={"from": "gpt", "value": "a"}, rejected={"from": "gpt", "value": "b"})),
    ("llama-factory", "$.rejected[0]", turns("human", chosen={"from": "gpt", "value": "a"}, rejected="a")),
    ("llama-factory", "$.messages[1].tool_calls[0]", messages("user", {"role": "assistant", "tool_calls": [{"function": {}}]})),
    ("llama-factory", "$.messages[1].tool_calls[0].function.arguments", messages("user", call("{}"), result(), "assistant")),
    ("llama-factory", "$.messages[0].content", messages({"role": "user", "content": 5}, "assistant")),
    ("llama-factory", "$.messages[0].content", messages({"role": "user", "content": [{"type": "text", "text": "a"}]}, "assistant")),
    ("llama-factory", "$.conversations[1].value", {"conversations": [{"from": "human", "value": "a"}, {"from": "function_call", "value": "f()"}]}),
    ("llama-factory", "$.tools", turns("human", "gpt", tools=[FUNCTION])),
    ("llama-factory", "$.tools", turns("human", "gpt", tools="none")),
    ("llama-factory", "$.conversations[1].weight", {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b", "weight": 0}]}),
    ("llama-factory", "$.instruction", {"instruction": 5, "output": "a"}),
    ("llama-factory", "$.messages[0].role", messages("developer", "user", "assistant")),
    ("llama-factory", "$.messages[1]", messages("user", "user", "assistant")),
    ("llama-factory", "$.messages[1].content", messages("user", call(content="text"), result(), "assistant")),
    ("llama-factory", "$.messages", messages("user", call(), result())),
    ("llama-factory", "$.output", {"instruction": "i", "output": None}),
    ("llama-factory", "$.conversations[0].value", {**turns("human", "gpt"), "images": ["a.png"]}),
    ("llama-factory", "$", {"text": "a"}),
    ("llama-factory", "$.messages[1].content", messages("user", call({}, content=[TEXT]), result(), "assistant")),
    ("llama-factory", "$.kto_tag", turns("human", "gpt", kto_tag=None)),
    ("llama-factory", "$.tools[0]", messages("user", "assistant", tools=[{"type": "function", **FUNCTION}])),
    ("axolotl", "$.messages[1].role", messages("user", {"role": "bot", "content": "a"})),
    ("mistral", "$.messages[0].content[0].loss_weight", messages({"role": "user", "content": [{**TEXT, "loss_weight": 1}]}, "assistant")),
    ("axolotl", "$", {"conversations": []}),
    ("axolotl", "$.messages", messages("user")),
    ("axolotl", "$.messages", messages("user", {"role": "assistant", "content": "a", "train": False})),
    ("axolotl", "$.messages", messages("user", {"role": "assistant", "content": ""})),
    ("axolotl", "$.messages[1].weight", messages("user", {"role": "assistant", "content": "a", "weight": 0}, "assistant")),
    ("axolotl", "$.tools", messages("user", "assistant", tools="none")),
    ("axolotl", "$.tools[0].function.parameters", messages("user", "assistant", tools=[{"function": {"name": "f", "parameters": "{"}}])),
    ("axolotl", "$.messages[1].tool_calls[0].function.arguments", messages("user", call("{'a': 1}"))),
    ("together", "$", messages("user", "assistant", id=1)),
    ("together", "$.messages[1].role", messages("user", "user", "assistant")),
    ("together", "$.messages", messages("user")),
    ("together", "$.messages", messages({"role": "user", "content": [PICTURE] * 11}, {"role": "assistant", "content": [TEXT]})),
    ("together", "$.messages[0].content[0].type", messages({"role": "user", "content": [{"type": "poem"}]}, "assistant")),
    ("together", "$.preferred_output[0].content[0].type", {**PAIR, "preferred_output": [{"role": "assistant", "content": [{"type": "refusal"}]}]}),
    ("fireworks", "$.messages[1].reasoning_content", messages("user", {"role": "assistant", "content": "a", "reasoning_content": 3})),
    ("trl", "$", {"prompt": "q", "chosen": "a"}),
    ("trl", "$", {"prompt": "q", "completions": ["a"]}),
    ("trl", "$.completions", {"prompt": "q", "completions": [None], "labels": [True]}),
    ("trl", "$.messages", {"messages": "[]"}),
    ("trl", "$.tools", messages("user", "assistant", tools="")),
    ("trl", "$.tools[0]", messages("user", "assistant", tools=["f"])),
    ("trl", "$.messages[1].tool_calls[0]", messages("user", {"role": "assistant", "tool_calls": [{"function": {"name": "f"}}]})),
    ("trl", "$.messages[1].tool_calls", messages("user", {"role": "assistant", "tool_calls": "f"})),
    ("trl", "$.messages[0].content", messages({"role": "user", "content": [{"type": "poem"}]}, "assistant")),
    ("trl", "$.messages[0].content", messages({"role": "user", "content": []}, "assistant")),
    ("trl", "$.messages[0].content[0].text", messages({"role": "user", "content": [{"type": "text", "text": 3}]}, "assistant")),
    ("gemini", "$.contents[1].parts[0]", gemini({"text": "a", "poem": 1})),
    ("gemini", "$.contents[0].parts[0].inlineData.data", {"contents": [{"role": "user", "parts": [{"inlineData": {"data": "???"}}]}, {"role": "model", "parts": [{"text": "a"}]}]}),
    ("gemini", "$.systemInstruction", gemini({"text": "a"}, systemInstruction="s")),
    ("gemini", "$.tools[0].functionDeclarations[0]", gemini({"text": "a"}, tools=[{"functionDeclarations": [{"name": "f", "strict": True}]}])),
    ("gemini", "$.tools[0].functionDeclarations[0].parameters", gemini({"text": "a"}, tools=[{"functionDeclarations": [{"name": "f", "parameters": {"$ref": "#"}}]}])),
    ("gemini", "$.tools[0].functionDeclarations[0].parameters.required", gemini({"text": "a"}, tools=[{"functionDeclarations": [{"name": "f", "parameters": {"required": "a"}}]}])),
    ("anthropic", "$.messages[1].content[0].signature", claude({"type": "thinking", "thinking": "t"}, TEXT)),
    ("anthropic", "$.system", {**claude(TEXT), "system": None}),
    ("anthropic", "$.tools[0].description", {**claude(TEXT), "tools": [{"name": "f", "description": None, "input_schema": {"type": "object"}}]}),
    ("together", "$.messages[0].weight", messages({"role": "user", "content": "a", "weight": True}, "assistant")),
    ("together", "$.messages[0].content[0]", messages({"role": "user", "content": [IMAGE]}, {"role": "assistant", "content": [{"type": "text", "text": "a"}]})),
    ("together", "$.messages", messages({"role": "user", "content": [{"type": "text", "text": "a"}]}, "assistant")),
    ("together", "$.preferred_output", {**PAIR, "preferred_output": []}),
    ("fireworks", "$.messages[1].role", messages("user", "system", "assistant")),
    ("fireworks", "$.messages[1].weight", messages("user", {"role": "assistant", "content": "a", "weight": 2})),
    ("mistral", "$.messages[0]", messages("system", "system", "user", "assistant")),
    ("mistral", "$.messages[1].tool_calls[0].id", messages("user", call(known="call_1"), result("call_1"), "assistant")),
    ("mistral", "$.messages[2].tool_call_id", messages("user", call(known="x"), result("x"), "assistant")),
    ("mistral", "$.messages[1].content", messages("user", call(content="text"), result(), "assistant")),
    ("mistral", "$.messages[1].tool_calls[0].function.arguments", messages("user", call({}), result(), "assistant")),
    ("mistral", "$.tools[0].function", messages("user", "assistant", tools=[{"function": {"name": "f", "parameters": {}}}])),
    ("mistral", "$.interactions", messages("user", "assistant", interactions=[])),
    ("bedrock", "$.messages[0].role", {"messages": [{"role": "assistant", "content": [{"text": "a"}]}]}),
    ("bedrock", "$.messages", bedrock("q")),
    ("bedrock", "$.messages[0].content[0].text", bedrock("the USER: hello", "a")),
    ("bedrock", "$.messages", bedrock("q", USE)),
    ("bedrock", "$.messages[2].content[0].toolResult.toolUseId", bedrock("q", "a", DONE, "a")),
    ("bedrock", "$.messages[0].content[0].image.format", bedrock({"image": {"format": "tiff", **IN_S3}}, "a")),
    ("bedrock", "$.messages[0].content[0].image.source", bedrock({"image": {"format": "png", "source": {"bytes": "aGk="}}}, "a")),
    ("bedrock", "$.messages[2].content", bedrock({"document": {"format": "pdf", **IN_S3}}, "a", {"document": {"format": "pdf", **IN_S3}}, "b")),
    ("bedrock", "$.messages[1].content[0].reasoningContent", bedrock("q", {"reasoningContent": {"reasoningText": {"text": ""}}})),
    ("bedrock", "$.messages[0].content[0].text", bedrock("Thought: I look it up", "a")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "row"), TAKEN)
def test_rows_that_are_taken(name: str, row: Row) -> None:
    assert FORMATS[name].refusals(row) == []


def test_unknown_keys_are_told_in_the_order_of_the_row() -> None:
    keys = [f"key{number}" for number in range(12)]
    said = [one.message for one in FORMATS["gemini"].refusals(gemini({"text": "a", **dict.fromkeys(keys, 1)}))]
    assert [next(key for key in reversed(keys) if key in one) for one in said] == keys


@pytest.mark.parametrize(("name", "path", "row"), REFUSED)
def test_rows_that_are_not(name: str, path: str, row: Row) -> None:
    assert path in [one.path for one in FORMATS[name].refusals(row)]


SERVICES = [name for name, target in TARGETS.items() if target.format == name]


EXAMPLES = st.one_of(strategies.chats, strategies.preferences, strategies.completions)


def written_for(name: str, example: Row) -> Row | None:
    """The row that a conversion writes for a service; None where it rejects the example."""
    try:
        return Held(FORMATS[name].dump, TARGETS[name])(example, Counter())
    except RowError:
        return None


# Each example is for all services: it takes longer to draw one than to judge it.
@given(example=EXAMPLES)
def test_what_is_written_for_a_service_is_not_refused(example: Row) -> None:
    for name in SERVICES:
        row = written_for(name, example)
        if row is not None:
            assert [one for one in FORMATS[name].refusals(decode(encode(row))) if one.sure] == [], name


@given(example=strategies.chats)
def test_no_row_is_too_odd_to_be_judged(example: Row) -> None:
    for row in (example, {"messages": example}, {"messages": [1]}, {"conversations": [None]}, {**example, "tools": 1}):
        for name in SERVICES:
            assert all(one.path.startswith("$") and one.message for one in FORMATS[name].refusals(row)), name


def write(path: Path, *rows: Row) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_check_for_a_trainer_judges_rows_as_they_stand(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl", turns("human", "gpt", id=1), turns("human", "human", "gpt"), turns("human", "gpt")
    )
    report = ftdata.read(path).check(target="llama-factory")
    (refused,) = [one for one in report.findings if one.rule == "refused-row"]
    assert (str(refused.origin), refused.json_path) == (f"{path}:2", "$.conversations[1]")
    assert report.counts["refused-row"] == 1
    assert report.rows == 3
    assert report.counts["duplicate-example"] == 1  # the other rules judge the examples that they come to
    assert not {"unknown-key", "missing-key", "wrong-kind", "too-few-examples"} & set(report.counts)


def test_a_service_with_rows_of_openais_shape_is_judged_by_openais_rules_too(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl", messages("user", {"role": "ghost", "content": "a"}), messages("user", "assistant", id=1)
    )
    counts = ftdata.read(path).check(target="together").counts
    assert (counts["unknown-role"], counts["refused-row"]) == (1, 2)
    assert "unknown-key" not in counts
    assert "too-few-examples" not in counts
    assert ftdata.read(path).check(target="fireworks").counts["too-few-examples"] == 1


def test_calls_need_an_id_where_the_service_wants_one(tmp_path: Path) -> None:
    called = {"role": "assistant", "tool_calls": [{"type": "function", "function": {"name": "f", "arguments": "{}"}}]}
    path = write(tmp_path / "a.jsonl", *[messages("user", called, tools=[TOOL])] * 3)
    wanting = [name for name in ("openai", "azure", "together", "fireworks", "axolotl", "trl")
               if "call-shape" in ftdata.read(path).check(target=name).counts]  # fmt: skip
    assert wanting == ["openai", "together"]


def test_together_keeps_thoughts_and_has_content_of_one_kind() -> None:
    thinking = {"role": "assistant", "content": "a", "reasoning_content": "so"}
    text = [{"type": "text", "text": "q"}]
    lost: Counter[str] = Counter()
    dump = FORMATS["together"].dump
    assert dump(messages({"role": "user", "content": text}, thinking), lost) == {
        "messages": [{"role": "user", "content": "q"}, thinking]
    }
    assert not lost
    seen = messages({"role": "user", "content": [*text, IMAGE]}, "assistant")
    assert dump(seen, lost)["messages"][1]["content"] == [{"type": "text", "text": "a text"}]
    assert lost == {"text as parts": 1}


@pytest.mark.parametrize(("name", "count"), [("azure", 1), ("openai", 0)])
def test_azure_refuses_an_answer_behind_an_answer(name: str, count: int, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", messages("user", "assistant", "assistant"))
    assert ftdata.read(path).check(target=name).counts.get("refused-row", 0) == count


def test_novas_reinforcement_lines_are_openais(tmp_path: Path) -> None:
    rows = [messages("system", "user", id=f"s-{n}", reference_answer={"x": n}) for n in range(100)]
    assert ftdata.read(write(tmp_path / "a.jsonl", *rows)).check(target="bedrock").ok
    assert ftdata.read(write(tmp_path / "b.jsonl", *rows[:99])).check(target="bedrock").counts == {
        "too-few-examples": 1
    }


def test_gpt_4o_learns_preferences_on_azure(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", PAIR)
    told = {name: ftdata.read(path).check(target=name, model="gpt-4o").counts for name in ("openai", "azure")}
    assert ["model-method" in counts for counts in told.values()] == [True, False]


def test_rows_in_which_nobody_answers_are_for_reinforcement(tmp_path: Path) -> None:
    report = ftdata.read(write(tmp_path / "a.jsonl", *[messages("user")] * 20)).check()
    assert report.method == "rft"
    assert report.counts["no-grader-field"] == 1


def test_a_grader_names_what_rows_lack(tmp_path: Path) -> None:
    grader = tmp_path / "grader.json"
    grader.write_text('{"type": "multi", "graders": {"a": {"reference": "{{ item.answer }}"}}}', encoding="utf-8")
    data = ftdata.read(write(tmp_path / "a.jsonl", messages("user", answer="4"), messages("user", other="5")))
    assert data.check(grader=grader).counts["grader-item"] == 1
    with pytest.raises(UsageError, match="a grader is for reinforcement"):
        data.check(grader=grader, method="sft")


def test_fixes_are_for_rows_of_openais_shape() -> None:
    with pytest.raises(UsageError, match="Use a conversion instead"):
        ftdata.read([messages("user", "assistant")]).fix(target="axolotl")


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("llama-factory", {**turns("human", "gpt"), "kto_tag": True}),
        ("llama-factory", messages("user", "assistant", label=False)),
        ("llama-factory", {"instruction": "i", "input": "", "output": "o", "kto_tag": True}),
        ("trl", {"prompt": [{"role": "user", "content": "q"}], "completion": [{"role": "assistant", "content": "a"}], "label": True}),
        ("trl", {"prompt": "q", "completion": "a", "label": False}),
    ],
)  # fmt: skip
def test_answers_with_a_label_are_for_kto(name: str, row: Row, tmp_path: Path) -> None:
    report = ftdata.read(write(tmp_path / "a.jsonl", row, row)).check(target=name)
    assert (report.method, report.ok) == ("kto", True)


@pytest.mark.parametrize("name", [name for name in TARGETS if TARGETS[name].labels])
def test_kto_wants_a_label_of_each_row(name: str, tmp_path: Path) -> None:
    made = tmp_path / "made.jsonl"
    rows = [messages("user", "assistant", metadata={"kto_tag": wanted}) for wanted in (True, False)]
    ftdata.read(rows).write(made, format=TARGETS[name].written)
    assert ftdata.read(made).check(target=name, method="kto").ok
    assert ftdata.read(made).check(target=name).method == "kto"
    line = json.loads(made.read_text().split("\n")[0])
    bare = {key: value for key, value in line.items() if key not in ("label", "kto_tag", "metadata")}
    with made.open("a") as file:
        file.write(json.dumps(bare) + "\n")
    for method in ("kto", None):
        (found,) = [
            one for one in ftdata.read(made).check(target=name, method=method).findings if one.rule == "no-label"
        ]
        assert str(found.origin).endswith(":3")


def test_kto_is_for_those_who_train_by_labels() -> None:
    with pytest.raises(UsageError, match="openai does not train on answers by their labels") as caught:
        ftdata.read([messages("user", "assistant")]).check(method="kto")
    assert "trl, llama-factory, open" in caught.value.hint


@pytest.mark.parametrize(
    "row",
    [
        turns("human", chosen={"from": "gpt", "value": "a"}, rejected={"from": "gpt", "value": "b"}),
        {"instruction": "i", "input": "", "chosen": "a", "rejected": "b"},
        messages("user", chosen={"role": "assistant", "content": "a"}, rejected={"role": "assistant", "content": "b"}),
    ],
)
def test_pairs_of_llama_factory_are_for_preference(row: Row, tmp_path: Path) -> None:
    report = ftdata.read(write(tmp_path / "a.jsonl", row)).check(target="llama-factory")
    assert (report.method, report.ok) == ("dpo", True)


@pytest.mark.parametrize("row", [{"text": "a text"}, {"chosen": "q a", "rejected": "q b"}])
def test_rows_of_which_no_example_can_be_made_are_taken_where_the_trainer_takes_them(row: Row, tmp_path: Path) -> None:
    report = ftdata.read(write(tmp_path / "a.jsonl", row, row)).check(target="trl")
    assert (report.rows, report.counts) == (2, {})


def test_schemas_that_vertex_has_no_words_for_come_back() -> None:
    schema = {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"type": "string"}}}
    row = messages("user", "assistant", tools=[{"type": "function", "function": {"name": "f", "parameters": schema}}])
    written = FORMATS["gemini"].dump(row, Counter())
    assert written["tools"][0]["functionDeclarations"] == [{"name": "f", "parametersJsonSchema": schema}]
    assert FORMATS["gemini"].parse(written, Counter()) == row
