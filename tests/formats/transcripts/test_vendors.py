"""What further vendors, evaluations and tools of curation log: one exchange in the shape of each."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats import FORMATS, detect
from ftdata.formats.transcripts.envelopes.curation import EDITED, FILES
from ftdata.formats.transcripts.envelopes.evals import NO_TEXT
from ftdata.formats.transcripts.envelopes.openai_agents import UNLOGGED
from ftdata.steps.sessions import GatherSessions

Row = dict[str, Any]
HERE = Path(__file__).parent / "rows"

S, U, A = ("system", "Be brief."), ("user", "Name a river."), ("assistant", "The Volga.")
PLAIN = [S, U, A]
CALLS = [("assistant", "lookup"), ("tool", "Volga")]

EXCHANGES: dict[str, tuple[str, int, list[tuple[str, Any]], Row]] = {
    "braintrust": ("braintrust", 0, PLAIN, {
        "id": "b-1", "model": "gpt-4.1", "score": 0.9, "prompt_tokens": 9, "team": "rivers", "trace": "r-1",
        "finish_reason": "stop", "parameters": {"temperature": 0}, "tags": ["v2"]}),
    "opik": ("opik", 0, PLAIN, {"id": "o-1", "score": 0.9, "trace": "t-1", "cost": 0.001, "team": "rivers"}),
    "mlflow": ("mlflow", 0, PLAIN, {"id": "c-9", "session": "s-1", "scores": {"correct": 1}, "team": "rivers"}),
    "openai-agents": ("openai-agents", 1, PLAIN, {"id": "span_1", "max_tokens": 90, "completion_tokens": 3}),
    "an invocation": ("bedrock-logs", 0, PLAIN, {"id": "q-1", "model": "claude-x", "max_tokens": 90,
                                                 "finish_reason": "stop", "prompt_tokens": 9}),
    "a record of Bedrock's": ("bedrock-logs", 1, PLAIN, {"id": "msg_1", "custom_id": "REC1", "finish_reason": "stop"}),
    "inspect": ("inspect", 0, [S, U, *CALLS, A], {
        "id": "u-1", "model": "gpt-4.1-2025-04-14", "scores": {"match": 1}, "score": 1, "target": "Volga", "sample": 1,
        "task": "rivers", "team": "rivers"}),
    "promptfoo": ("promptfoo", 0, PLAIN, {"model": "gpt-4.1", "score": 1, "team": "rivers", "success": True,
                                          "scores": {"short": 1}}),
    "openai-evals": ("openai-evals", 0, PLAIN, {"score": 1.0, "status": "pass", "model": "gpt-4.1-2025-04-14"}),
    "distilabel": ("distilabel", 0, PLAIN, {"model": "gpt-4.1", "topic": "rivers", "prompt_tokens": 9}),
    "argilla": ("argilla", 0, [U, A], {"score": 4.5, "team": "rivers"}),
    "claude-ai": ("claude-ai", 0, [
        ("user", [{"type": "text", "text": "map.txt:\n\nIt ends in the Caspian Sea."},
                  {"type": "text", "text": "Name the river."}]),
        ("assistant", "lookup"), ("tool", "Volga, Ural"), A], {"id": "c-1", "title": "Rivers"}),
    "swe-agent": ("swe-agent", 0, [
        ("system", "You fix bugs."), ("user", "Fix it."), ("assistant", "bash"), ("tool", "a.py"),
        ("assistant", "Done.")], {"exit_status": "submitted", "cost": 0.1}),
    "mini-swe-agent": ("swe-agent", 1, [
        ("system", "You fix bugs."), ("user", "Fix it."), ("assistant", "```bash\nls\n```")],
        {"id": "x__1", "model": "claude-x"}),
    "atif": ("atif", 0, [S, U, *CALLS, A], {
        "session": "s-1", "model": "gpt-4.1", "cost": 0.01, "agent": "finder", "prompt_tokens": 20}),
    "atif, with a step of before": ("atif", 1, [U, ("assistant", "ls"), ("user", "rivers.txt"), A], {"agent": "shell"}),
    "a chat of the AI SDK": ("ai-sdk", 0, [
        U, ("assistant", "lookup"), ("tool", '{"name":"Volga"}'), A], {"id": "chat-1", "title": "Rivers"}),
}  # fmt: skip

DROPPED: dict[str, tuple[str, int, str]] = {
    "a task of Braintrust's": ("braintrust", 1, 'a span of the type "task" is not a model call'),
    "a tool of Opik's": ("opik", 1, 'a span of the type "tool" is not a model call'),
    "a trace": ("openai-agents", 0, 'a span of the type "trace" is not a model call'),
    "a response that is named": ("openai-agents", 2, UNLOGGED),
    "a record that failed": ("bedrock-logs", 2, "the request failed: 400"),
    "likelihoods": ("lm-eval", 1, NO_TEXT),
    "an output item that failed": ("openai-evals", 1, "the request failed"),
    "a discarded record": ("argilla", 1, "the record was discarded"),
    "an empty conversation": ("claude-ai", 1, "the conversation has no answer"),
    "a trajectory without an answer": ("atif", 2, "the trajectory has no answer"),
    "a chat without an answer": ("ai-sdk", 1, "the conversation has no answer"),
}


def rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def read(name: str, row: Row) -> tuple[list[Any], Counter[str]]:
    repaired: Counter[str] = Counter()
    made = FORMATS[name].read(row, repaired)
    return made if isinstance(made, list) else [made], repaired


def told(example: Row) -> list[tuple[str, Any]]:
    return [
        (turn["role"], turn["tool_calls"][0]["function"]["name"] if "tool_calls" in turn else turn["content"])
        for turn in example["messages"]
    ]


@pytest.mark.parametrize(("name", "number", "turns", "known"), EXCHANGES.values(), ids=EXCHANGES.keys())
def test_an_exchange(name: str, number: int, turns: list[Any], known: Row) -> None:
    row = rows(name)[number]
    assert detect([row], FORMATS).format is FORMATS[name]
    example = read(name, row)[0][0]
    assert told(example) == turns
    assert known.items() <= example["metadata"].items()


@pytest.mark.parametrize(("name", "number", "reason"), DROPPED.values(), ids=DROPPED.keys())
def test_what_is_no_answered_call_is_dropped(name: str, number: int, reason: str) -> None:
    assert read(name, rows(name)[number])[0] == [Drop(reason)]


@pytest.mark.parametrize("name", sorted({name for name, *_ in EXCHANGES.values()} | {"lm-eval", "pydantic-ai"}))
def test_every_row_is_told(name: str) -> None:
    for row in rows(name):
        assert detect([row], FORMATS).format is FORMATS[name]


def test_tools_stand_where_each_vendor_has_them() -> None:
    for name, number in (("braintrust", 0), ("mlflow", 0), ("inspect", 0)):
        (tool,) = read(name, rows(name)[number])[0][0]["tools"]
        assert tool["function"]["name"] == "lookup"
        assert tool["function"]["parameters"]["properties"] == {"q": {"type": "string"}}


def test_answers_that_were_sampled_are_choices() -> None:
    made, _ = read("lm-eval", rows("lm-eval")[0])
    assert [one["messages"][-1]["content"] for one in made] == ["4", "5"]
    assert [one["metadata"]["choice"] for one in made] == [0, 1]
    assert made[0]["metadata"]["score"] == 1.0


def test_a_humans_answer_wins() -> None:
    _, repaired = read("argilla", rows("argilla")[0])
    assert repaired[EDITED] == 1


def test_files_that_an_export_lacks_are_counted() -> None:
    _, repaired = read("claude-ai", rows("claude-ai")[0])
    assert repaired[FILES] == 1


def test_steps_of_an_earlier_trajectory_are_not_trained_again() -> None:
    made, repaired = read("atif", rows("atif")[1])
    assert [turn.get("weight") for turn in made[0]["messages"]] == [None, 0, None, None]
    made, repaired = read("atif", rows("atif")[0])
    assert made[0]["messages"][2]["reasoning_content"] == "I look it up."
    assert repaired == {"turns of the harness left out": 1}


def test_a_history_of_pydantic_ai() -> None:
    for given in (rows("pydantic-ai"), [{"messages": rows("pydantic-ai")}]):
        (made,) = GatherSessions("pydantic-ai").work(given)
        assert isinstance(made, dict)
        assert told(made) == [S, U, *CALLS, A]
        assert made["metadata"]["finish_reason"] == "stop"
        assert made["tools"][0]["function"]["name"] == "lookup"


RESULTS: dict[str, tuple[str, Row]] = {
    "Anthropic": ("anthropic-batch", {"custom_id": "r-1", "result": {"type": "succeeded", "message": {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x", "stop_sequence": None,
        "content": [{"type": "text", "text": "The Volga."}], "stop_reason": "end_turn",
        "usage": {"input_tokens": 9, "output_tokens": 3}}}}),
    "Gemini": ("gemini-batch", {"key": "k-1", "response": {
        "candidates": [{"content": {"parts": [{"text": "The Volga."}], "role": "model"}, "finishReason": "STOP"}],
        "modelVersion": "gemini-x", "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 3}}}),
}  # fmt: skip


@pytest.mark.parametrize(("name", "result"), RESULTS.values(), ids=RESULTS.keys())
def test_a_batch_is_joined(name: str, result: Row) -> None:
    assert detect([result], FORMATS).format is FORMATS[name]
    data = ftdata.read([result]).join(ftdata.read(rows(name)))
    (made,) = list(data)
    assert told(made) == PLAIN
    assert made["metadata"]["custom_id"] == (result.get("custom_id") or result.get("key"))
    assert made["metadata"]["finish_reason"] == "stop"


@pytest.mark.parametrize(("name", "result"), RESULTS.values(), ids=RESULTS.keys())
def test_a_request_beside_its_result_is_whole(name: str, result: Row) -> None:
    """As whoever joined the files by hand has them."""
    whole = {
        **next(
            one
            for one in rows(name)
            if one.items() >= {key: result[key] for key in ("custom_id", "key") if key in result}.items()
        ),
        **result,
    }
    found = detect([whole], FORMATS).format
    assert found is not None
    assert [told(made) for made in ftdata.read([whole])] == [PLAIN]
    with pytest.raises(RowError, match="stands beside its answer already"):
        list(ftdata.read([result]).join(ftdata.read([whole])))
    failed = (
        {**whole, "result": {"type": "expired"}}
        if "result" in whole
        else {**whole, "response": None, "error": {"code": 1}}
    )
    assert not list(ftdata.read([failed]))


@pytest.mark.parametrize("end", ["expired", "canceled"])
def test_a_result_without_a_message_is_dropped(end: str) -> None:
    result = {"custom_id": "r-2", "result": {"type": end}}
    assert not list(ftdata.read([result]).join(ftdata.read(rows("anthropic-batch"))))


def test_a_request_alone_is_its_prompt() -> None:
    made, _ = read("anthropic-batch", rows("anthropic-batch")[0])
    assert told(made[0]) == PLAIN[:-1]
    with pytest.raises(RowError, match="in another file"):
        read("gemini-batch", RESULTS["Gemini"][1])


def test_telemetry_of_the_ai_sdk() -> None:
    attributes = {
        "operation.name": "ai.generateText.doGenerate", "ai.operationId": "ai.generateText.doGenerate",
        "ai.model.id": "gpt-4.1", "ai.prompt.messages": json.dumps([
            {"role": "system", "content": "Be brief."}, {"role": "user", "content": [{"type": "text", "text": "Name a river."}]}]),
        "ai.prompt.tools": ['{"type":"function","name":"lookup","inputSchema":{"type":"object","properties":{}}}'],
        "ai.response.finishReason": "tool-calls", "ai.response.model": "gpt-4.1-2025-04-14",
        "ai.response.toolCalls": '[{"toolCallId":"c1","toolName":"lookup","input":"{}"}]',
        "gen_ai.usage.input_tokens": 9,
    }  # fmt: skip
    row = {"trace_id": "t", "span_id": "s", "name": "ai.generateText.doGenerate", "attributes": attributes}
    assert detect([row], FORMATS).format is FORMATS["otel"]
    (made,), _ = read("otel", row)
    assert [role for role, _ in told(made)] == ["system", "user", "assistant"]
    assert told(made)[-1] == ("assistant", "lookup")
    assert made["metadata"]["finish_reason"] == "tool_calls"
    assert made["metadata"]["model"] == "gpt-4.1-2025-04-14"
    assert made["tools"][0]["function"]["name"] == "lookup"
    outer = {**row, "attributes": {"ai.operationId": "ai.generateText", "ai.prompt": "{}"}}
    assert read("otel", outer)[0] == [Drop('a span of the operation "ai.generateText" is not a model call')]
