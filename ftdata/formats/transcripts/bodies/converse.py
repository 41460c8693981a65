"""Bedrock's Converse: content in blocks without a type, a system prompt of blocks, and `output.message`.

Source: AWS's reference of Converse, "Model invocation logging" (2026).
"""

from __future__ import annotations

from typing import Any

from ftdata.formats.transcripts.bodies import parts
from ftdata.formats.transcripts.bodies.shape import BodyShape, LoggedAnswer, LoggedPrompt, LoggedTurn, Message, Reading
from ftdata.formats.transcripts.facts import asked

_MARKS = ("inferenceConfig", "toolConfig", "additionalModelRequestFields", "schemaVersion", "modelId")


def _recognises(value: Any) -> bool:
    if type(value) is not dict:
        return False
    output = value.get("output")
    if type(output) is dict and type(output.get("message")) is dict:
        return True
    if type(given := value.get("messages")) is list and given:
        return any(mark in value for mark in _MARKS) or _is_message(given[0])
    return _is_message(value)


def _is_message(one: Any) -> bool:
    content = one.get("content") if type(one) is dict and "role" in one else None
    return type(content) is list and bool(content) and type(content[0]) is dict and "type" not in content[0]


def _turns(given: Any, path: str, reading: Reading) -> list[Message]:
    return parts.turns(given["content"], given.get("role"), f"{path}.content", reading)


def _prompt(request: Message, path: str, reading: Reading) -> LoggedPrompt:
    config, tools = request.get("inferenceConfig"), request.get("toolConfig")
    settings: Message = config if type(config) is dict else {}
    names: dict[str, str] = {"maxTokens": "max_tokens", "topP": "top_p", "stopSequences": "stop"}
    listed = tools.get("tools") if type(tools) is dict else request.get("tools")
    return LoggedPrompt(
        messages=request.get("messages"),
        path=f"{path}.messages",
        system=request.get("system"),
        system_path=f"{path}.system",
        tools=[_defined(one) for one in listed or ()],
        tools_path=f"{path}.toolConfig.tools",
        facts=asked(
            {"model": request.get("modelId"), **{names.get(key, key): value for key, value in settings.items()}}
        ),
        prefills=True,
    )


def _defined(tool: Any) -> Any:
    spec = tool.get("toolSpec") if type(tool) is dict else None
    if type(spec) is not dict:
        return tool
    schema = spec.get("inputSchema")
    made = {key: spec[key] for key in ("name", "description") if key in spec}
    return {**made, "parameters": schema.get("json", schema)} if type(schema) is dict else made


def _choices(body: Any, path: str, reading: Reading) -> LoggedTurn:
    if "output" not in body:
        return LoggedTurn([LoggedAnswer(body, body.get("stopReason"), path)])
    usage = body.get("usage")
    usage = usage if type(usage) is dict else {}
    facts = {"prompt_tokens": usage.get("inputTokens"), "completion_tokens": usage.get("outputTokens")}
    said = body["output"]["message"]
    answer = LoggedAnswer(said if said.get("content") else None, body.get("stopReason"), f"{path}.output.message")
    return LoggedTurn([answer],
                {key: value for key, value in facts.items() if value is not None})  # fmt: skip


CONVERSE = BodyShape("Bedrock's Converse", _recognises, _turns, _prompt, _choices)
