"""What was asked and answered, written as each API has it and as each vendor logs it: the sides of the cross product."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]

TOOL: Row = {
    "name": "get_weather",
    "description": "The weather in a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
PICTURE = "iVBORw0KGgo="
USAGE = (11, 7)


def call(id: str, city: str) -> Row:
    return {"id": id, "type": "function", "function": {"name": "get_weather", "arguments": json.dumps({"city": city})}}


def user(text: Any) -> Row:
    return {"role": "user", "content": text}


def said(text: str | None = None, **more: Any) -> Row:
    return {"role": "assistant", **({"content": text} if text is not None else {}), **more}


@dataclass(frozen=True)
class Case:
    """One exchange, as chat examples hold it; `ends` are the reasons why its answers end."""

    asked: tuple[Row, ...]
    answers: tuple[Row, ...]
    ends: tuple[str, ...] = ("stop",)
    tools: bool = False
    system: str = ""
    nulls: bool = False
    held: bool = False

    def prompt(self) -> list[Row]:
        """The messages without instructions; with the answer where the log holds it among them."""
        return [*self.asked, *(self.answers if self.held else ())]


ASKED = (user("Is it raining in Paris?"),)
CALLED = said(tool_calls=[call("call_abc123456", "Paris")])
CASES = {
    "text": Case(ASKED, (said("It is."),)),
    "one call": Case(ASKED, (CALLED,), ("tool_calls",), tools=True),
    "two calls": Case(
        ASKED, (said("I look.", tool_calls=[call("call_abc123456", "Paris"), call("call_def123456", "Lyon")]),),
        ("tool_calls",), tools=True,
    ),
    "n = 2": Case(ASKED, (said("It is."), said("It is not.")), ("stop", "stop")),
    "refusal": Case(ASKED, (said(refusal="I can't say."),)),
    "cut off": Case(ASKED, (said("It is ra"),), ("length",)),
    "filtered": Case(ASKED, (said("It"),), ("content_filter",)),
    "instructions": Case(ASKED, (said("It is."),), system="Be brief."),
    "reasoning": Case(ASKED, (said("It is.", reasoning_content="Clouds were seen."),)),
    "images": Case(
        (user([{"type": "text", "text": "What is it?"},
               {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PICTURE}"}}]),),
        (said("A dot."),),
    ),
    "chain": Case(
        (*ASKED, CALLED, {"role": "tool", "tool_call_id": "call_abc123456", "content": "rain"}),
        (said("It is."),), tools=True, system="Be brief.",
    ),
    "held already": Case(ASKED, (said("It is."),), held=True),
    "nulls": Case(ASKED, (said("It is."),), nulls=True),
}  # fmt: skip


def arguments(one: Row) -> Any:
    return json.loads(one["function"]["arguments"])


def nulled(case: Case, row: Row, *names: str) -> Row:
    return {**row, **(dict.fromkeys(names) if case.nulls else {})}


# -- bodies -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Body:
    """An API: how it writes a request and its answer, and the cases that it has no place for."""

    request: Callable[[Case], Row]
    answer: Callable[[Case], Any]
    without: frozenset[str] = frozenset()
    ids: bool = True


def chat_request(case: Case) -> Row:
    system = [{"role": "system", "content": case.system}] if case.system else []
    messages = [nulled(case, turn, "name", "tool_calls") for turn in (*system, *case.prompt())]
    tools = {"tools": [{"type": "function", "function": TOOL}]} if case.tools else {}
    return {"model": "gpt-4.1", "messages": messages, **tools}


def chat_answer(case: Case) -> Row:
    choices = [
        {"index": index, "finish_reason": end, "message": nulled(case, {"content": None, **turn}, "refusal", "tool_calls")}
        for index, (turn, end) in enumerate(zip(case.answers, case.ends, strict=True))
    ]  # fmt: skip
    return {"id": "c-1", "object": "chat.completion", "created": 1770000000, "model": "gpt-4.1", "choices": choices,
            "usage": {"prompt_tokens": USAGE[0], "completion_tokens": USAGE[1]}}  # fmt: skip


def items(case: Case, turns: tuple[Row, ...] | list[Row], kind: str) -> list[Row]:
    made: list[Row] = []
    for turn in turns:
        if turn["role"] == "tool":
            made.append({"type": "function_call_output", "call_id": turn["tool_call_id"], "output": turn["content"]})
            continue
        if thought := turn.get("reasoning_content"):
            made.append(
                {
                    "type": "reasoning",
                    "id": "rs",
                    "summary": [],
                    "content": [{"type": "reasoning_text", "text": thought}],
                }
            )
        content = turn.get("content")
        parts = content if isinstance(content, list) else [{"type": "text", "text": content}] if content else []
        shaped = [
            {"type": "input_image", "image_url": part["image_url"]["url"]} if part["type"] == "image_url"
            else {"type": "output_text" if turn["role"] == "assistant" else "input_text", "text": part["text"]}
            for part in parts
        ]  # fmt: skip
        if turn.get("refusal"):
            shaped.append({"type": "refusal", "refusal": turn["refusal"]})
        if shaped:
            made.append(nulled(case, {"type": kind, "role": turn["role"], "content": shaped}, "id"))
        made += [
            {"type": "function_call", "call_id": one["id"], **one["function"], "status": "completed"}
            for one in turn.get("tool_calls", ())
        ]
    return made


def responses_request(case: Case) -> Row:
    tools = {"tools": [{"type": "function", **TOOL}]} if case.tools else {}
    made = {"model": "gpt-4.1", "input": items(case, case.prompt(), "message"), **tools}
    return nulled(case, {**made, **({"instructions": case.system} if case.system else {})}, "previous_response_id")


def responses_answer(case: Case) -> Row:
    reasons = {"length": "max_output_tokens", "content_filter": "content_filter"}
    details = {"reason": reasons[case.ends[0]]} if case.ends[0] in reasons else None
    return {"id": "resp_1", "object": "response", "created_at": 1770000000, "model": "gpt-4.1", "error": None,
            "status": "incomplete" if details else "completed", "incomplete_details": details, "tools": [],
            "output": items(case, case.answers, "message"),
            "usage": {"input_tokens": USAGE[0], "output_tokens": USAGE[1]}}  # fmt: skip


def blocks(turn: Row) -> Any:
    content = turn.get("content")
    made: list[Row] = []
    if thought := turn.get("reasoning_content"):
        made.append({"type": "thinking", "thinking": thought, "signature": "s"})
    for part in content if isinstance(content, list) else [{"type": "text", "text": content}] if content else []:
        source = {"type": "base64", "media_type": "image/png", "data": PICTURE}
        made.append({"type": "image", "source": source} if part["type"] == "image_url" else part)
    made += [
        {"type": "tool_use", "id": one["id"], "name": one["function"]["name"], "input": arguments(one)}
        for one in turn.get("tool_calls", ())
    ]
    return made


def anthropic_request(case: Case) -> Row:
    messages = [
        user([{"type": "tool_result", "tool_use_id": turn["tool_call_id"], "content": turn["content"]}])
        if turn["role"] == "tool" else {"role": turn["role"], "content": blocks(turn)}
        for turn in case.prompt()
    ]  # fmt: skip
    tool = {"name": TOOL["name"], "description": TOOL["description"], "input_schema": TOOL["parameters"]}
    return {"model": "claude-x", "max_tokens": 900, "messages": messages, "system": case.system,
            **({"tools": [tool]} if case.tools else {})}  # fmt: skip


def anthropic_answer(case: Case) -> Row:
    ends = {"stop": "end_turn", "tool_calls": "tool_use", "length": "max_tokens", "content_filter": "refusal"}
    return {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x", "stop_sequence": None,
            "content": blocks(case.answers[0]), "stop_reason": ends[case.ends[0]],
            "usage": {"input_tokens": USAGE[0], "output_tokens": USAGE[1]}}  # fmt: skip


def content(turn: Row) -> Row:
    if turn["role"] == "tool":
        response = {"name": TOOL["name"], "response": {"output": turn["content"]}}
        return {"role": "user", "parts": [{"functionResponse": response}]}
    made: list[Row] = [{"text": turn["reasoning_content"], "thought": True}] if "reasoning_content" in turn else []
    held = turn.get("content")
    for part in held if isinstance(held, list) else [{"type": "text", "text": held}] if held else []:
        picture = {"inlineData": {"mimeType": "image/png", "data": PICTURE}}
        made.append(picture if part["type"] == "image_url" else {"text": part["text"]})
    for one in turn.get("tool_calls", ()):
        made.append({"functionCall": {"name": one["function"]["name"], "args": arguments(one)}})
    return {"role": "model" if turn["role"] == "assistant" else turn["role"], "parts": made}


def gemini_request(case: Case) -> Row:
    system = {"systemInstruction": {"parts": [{"text": case.system}]}} if case.system else {}
    tools = {"tools": [{"functionDeclarations": [TOOL]}]} if case.tools else {}
    return {"model": "gemini-x", "contents": [content(turn) for turn in case.prompt()], **system, **tools}


def gemini_answer(case: Case) -> Row:
    ends = {"stop": "STOP", "tool_calls": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}
    return {
        "candidates": [
            {"content": content(turn), "finishReason": ends[end], "index": index}
            for index, (turn, end) in enumerate(zip(case.answers, case.ends, strict=True))
        ],
        "modelVersion": "gemini-x", "responseId": "g-1",
        "usageMetadata": {"promptTokenCount": USAGE[0], "candidatesTokenCount": USAGE[1]},
    }  # fmt: skip


def otel_message(turn: Row) -> Row:
    if turn["role"] == "tool":
        part = {"type": "tool_call_response", "id": turn["tool_call_id"], "response": turn["content"]}
        return {"role": "tool", "parts": [part]}
    made: list[Row] = (
        [{"type": "reasoning", "content": turn["reasoning_content"]}] if "reasoning_content" in turn else []
    )
    held = turn.get("content")
    for part in held if isinstance(held, list) else [{"type": "text", "text": held}] if held else []:
        picture = {"type": "blob", "modality": "image", "mime_type": "image/png", "content": PICTURE}
        made.append(picture if part["type"] == "image_url" else {"type": "text", "content": part["text"]})
    for one in turn.get("tool_calls", ()):
        made.append(
            {"type": "tool_call", "id": one["id"], "name": one["function"]["name"], "arguments": arguments(one)}
        )
    return {"role": turn["role"], "parts": made}


def otel_request(case: Case) -> Row:
    system = [{"role": "system", "content": case.system}] if case.system else []
    made: Row = {"messages": [otel_message(turn) for turn in (*system, *case.prompt())]}
    return {**made, **({"tools": [{"type": "function", **TOOL}]} if case.tools else {})}


def otel_answer(case: Case) -> list[Row]:
    ends = {"tool_calls": "tool_call"}
    return [
        {**otel_message(turn), "finish_reason": ends.get(end, end)}
        for turn, end in zip(case.answers, case.ends, strict=True)
    ]


def sdk_parts(turn: Row) -> list[Row]:
    made: list[Row] = [{"type": "reasoning", "text": turn["reasoning_content"]}] if "reasoning_content" in turn else []
    held = turn.get("content")
    for part in held if isinstance(held, list) else [{"type": "text", "text": held}] if held else []:
        picture = {"type": "image", "image": PICTURE, "mediaType": "image/png"}
        made.append(picture if part["type"] == "image_url" else part)
    for one in turn.get("tool_calls", ()):
        function = one["function"]
        made.append(
            {"type": "tool-call", "toolCallId": one["id"], "toolName": function["name"], "input": arguments(one)}
        )
    return made


def sdk_request(case: Case) -> Row:
    system = [{"role": "system", "content": case.system}] if case.system else []
    messages = [
        {"role": "tool", "content": [{"type": "tool-result", "toolCallId": turn["tool_call_id"], "toolName": "get_weather",
                                      "output": {"type": "text", "value": turn["content"]}}]}
        if turn["role"] == "tool" else {"role": turn["role"], "content": sdk_parts(turn)}
        for turn in case.prompt()
    ]  # fmt: skip
    tool = {
        "type": "function",
        "name": TOOL["name"],
        "description": TOOL["description"],
        "inputSchema": TOOL["parameters"],
    }
    return {"messages": [*system, *messages], **({"tools": [tool]} if case.tools else {})}


def sdk_answer(case: Case) -> Row:
    ends = {"tool_calls": "tool-calls", "content_filter": "content-filter"}
    turn = case.answers[0]
    calls = [
        {"toolCallId": one["id"], "toolName": one["function"]["name"], "input": arguments(one)}
        for one in turn.get("tool_calls", ())
    ]
    return {"text": turn.get("content") or "", "toolCalls": calls, "reasoningText": turn.get("reasoning_content"),
            "finishReason": ends.get(case.ends[0], case.ends[0])}  # fmt: skip


def langchain_message(turn: Row, case: Case, end: str = "") -> Row:
    if turn["role"] == "tool":
        return {"type": "tool", "content": turn["content"], "tool_call_id": turn["tool_call_id"]}
    names = {"user": "human", "assistant": "ai", "system": "system"}
    calls = [
        {"type": "tool_call", "id": one["id"], "name": one["function"]["name"], "args": arguments(one)}
        for one in turn.get("tool_calls", ())
    ]
    more = {key: turn[key] for key in ("refusal", "reasoning_content") if key in turn}
    made = {"type": names[turn["role"]], "content": turn.get("content") or "", "additional_kwargs": more}
    if turn["role"] == "assistant":
        made |= {"tool_calls": calls, "response_metadata": {"finish_reason": end} if end else {}}
    return nulled(case, made, "name", "id")


def langchain_request(case: Case) -> Row:
    system = [{"role": "system", "content": case.system}] if case.system else []
    made: Row = {"messages": [langchain_message(turn, case) for turn in (*system, *case.prompt())]}
    return {**made, **({"tools": [{"type": "function", "function": TOOL}]} if case.tools else {})}


def langchain_answer(case: Case) -> Row:
    made = [
        {"text": turn.get("content") or "", "message": langchain_message(turn, case, end)}
        for turn, end in zip(case.answers, case.ends, strict=True)
    ]
    return {"generations": [made], "llm_output": {"model_name": "gpt-4.1"}}


def pydantic_message(turn: Row) -> Row:
    if turn["role"] == "assistant":
        parts: list[Row] = []
        if "reasoning_content" in turn:
            parts.append({"part_kind": "thinking", "content": turn["reasoning_content"]})
        if turn.get("content"):
            parts.append({"part_kind": "text", "content": turn["content"]})
        for one in turn.get("tool_calls", ()):
            function = one["function"]
            parts.append({"part_kind": "tool-call", "tool_name": function["name"], "args": function["arguments"],
                          "tool_call_id": one["id"]})  # fmt: skip
        return {"kind": "response", "parts": parts, "model_name": "gpt-4.1"}
    if turn["role"] == "tool":
        part = {"part_kind": "tool-return", "tool_name": "get_weather", "content": turn["content"],
                "tool_call_id": turn["tool_call_id"]}  # fmt: skip
        return {"kind": "request", "parts": [part]}
    held = turn["content"]
    if isinstance(held, list):
        held = [held[0]["text"], {"kind": "binary", "data": PICTURE, "media_type": "image/png"}]
    kind = "system-prompt" if turn["role"] == "system" else "user-prompt"
    return {"kind": "request", "parts": [{"part_kind": kind, "content": held}]}


def pydantic_request(case: Case) -> Row:
    system = [{"role": "system", "content": case.system}] if case.system else []
    made: Row = {"messages": [pydantic_message(turn) for turn in (*system, *case.prompt())]}
    tool = {"name": TOOL["name"], "description": TOOL["description"], "parameters_json_schema": TOOL["parameters"]}
    return {**made, **({"tools": [tool]} if case.tools else {})}


def pydantic_answer(case: Case) -> Row:
    ends = {"tool_calls": "tool_call"}
    return {**pydantic_message(case.answers[0]), "finish_reason": ends.get(case.ends[0], case.ends[0])}


def converse_blocks(turn: Row) -> list[Row]:
    made: list[Row] = []
    if thought := turn.get("reasoning_content"):
        made.append({"reasoningContent": {"reasoningText": {"text": thought, "signature": "s"}}})
    held = turn.get("content")
    for part in held if isinstance(held, list) else [{"type": "text", "text": held}] if held else []:
        picture = {"image": {"format": "png", "source": {"bytes": PICTURE}}}
        made.append(picture if part["type"] == "image_url" else {"text": part["text"]})
    for one in turn.get("tool_calls", ()):
        function = one["function"]
        made.append({"toolUse": {"toolUseId": one["id"], "name": function["name"], "input": arguments(one)}})
    return made


def converse_request(case: Case) -> Row:
    messages = [
        user([{"toolResult": {"toolUseId": turn["tool_call_id"], "content": [{"text": turn["content"]}]}}])
        if turn["role"] == "tool" else {"role": turn["role"], "content": converse_blocks(turn)}
        for turn in case.prompt()
    ]  # fmt: skip
    spec = {"name": TOOL["name"], "description": TOOL["description"], "inputSchema": {"json": TOOL["parameters"]}}
    tools = {"toolConfig": {"tools": [{"toolSpec": spec}]}} if case.tools else {}
    return {"modelId": "claude-x", "messages": messages, "inferenceConfig": {"maxTokens": 900}, **tools,
            **({"system": [{"text": case.system}]} if case.system else {})}  # fmt: skip


def converse_answer(case: Case) -> Row:
    ends = {"stop": "end_turn", "tool_calls": "tool_use", "length": "max_tokens", "content_filter": "content_filtered"}
    return {"output": {"message": {"role": "assistant", "content": converse_blocks(case.answers[0])}},
            "stopReason": ends[case.ends[0]], "usage": {"inputTokens": USAGE[0], "outputTokens": USAGE[1]}}  # fmt: skip


ALONE = frozenset(("n = 2",))
MUTE = frozenset(("refusal",))
BODIES = {
    "chat": Body(chat_request, chat_answer),
    "responses": Body(responses_request, responses_answer, ALONE),
    "anthropic": Body(anthropic_request, anthropic_answer, ALONE | MUTE),
    "gemini": Body(gemini_request, gemini_answer, MUTE, ids=False),
    "otel": Body(otel_request, otel_answer, MUTE),
    "ai-sdk": Body(sdk_request, sdk_answer, ALONE | MUTE),
    "langchain": Body(langchain_request, langchain_answer),
    "pydantic-ai": Body(pydantic_request, pydantic_answer, ALONE | MUTE),
    "converse": Body(converse_request, converse_answer, ALONE | MUTE),
}


# -- envelopes --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Envelope:
    """A vendor: how it logs a request and its answer, and the bodies that it never logs."""

    row: Callable[[Row, Any], Row]
    without: frozenset[str] = field(default_factory=frozenset)


def text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def langfuse(request: Row, answer: Any) -> Row:
    return {"id": "o", "traceId": "t", "type": "GENERATION", "startTime": "2026-01-01T00:00:00Z", "input": request,
            "output": answer, "level": "DEFAULT"}  # fmt: skip


def langsmith(request: Row, answer: Any) -> Row:
    outputs = answer if isinstance(answer, dict) else {"messages": answer}
    return {"id": "r", "trace_id": "t", "name": "llm", "run_type": "llm", "inputs": request, "outputs": outputs,
            "extra": {"invocation_params": {"_type": "x"}}}  # fmt: skip


def blob(request: Row, answer: Any) -> Row:
    return {**langfuse(request, answer), "input": text(request), "output": text(answer)}


ENVELOPES = {
    "openai-pairs": Envelope(lambda request, answer: {"request": request, "response": answer}),
    "openai-pairs, text": Envelope(lambda request, answer: {"request": text(request), "response": text(answer)}),
    "helicone": Envelope(lambda request, answer: {
        "request_id": "h", "request_created_at": "2026-01-01T00:00:00Z", "response_status": 200,
        "request_body": request, "response_body": answer}),
    "weave": Envelope(lambda request, answer: {
        "op_name": "weave:///e/p/op/openai.chat.completions.create:abc", "id": "w", "inputs": request, "output": answer}),
    "litellm": Envelope(lambda request, answer: {
        "id": "l", "call_type": "acompletion", "model_parameters": {}, "messages": request, "response": answer}),
    "langfuse": Envelope(langfuse),
    "langfuse, text": Envelope(blob),
    "langsmith": Envelope(langsmith),
    "curator": Envelope(lambda request, answer: {
        "generic_request": request, "raw_request": request, "raw_response": answer, "response_message": None}),
    "phoenix": Envelope(lambda request, answer: {
        "context": {"trace_id": "t", "span_id": "s"}, "name": "llm", "span_kind": "LLM",
        "attributes": {"openinference.span.kind": "LLM", "llm.model_name": "m", "input.value": text(request),
                       "output.value": text(answer)}}),
}  # fmt: skip
