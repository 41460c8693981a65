"""mistral-common's validator for fine-tuning, given the messages that mistral-finetune makes of a row.

mistral-finetune itself is no distribution. Its reader takes these keys of a row and looks at no other; it wants them
where they are subscripted here, and refuses the row where one is missing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mistral_common.protocol.instruct import messages as kinds
from mistral_common.protocol.instruct.tool_calls import (
    Function,
    FunctionCall,
    Tool,
    ToolCall,
)
from mistral_common.protocol.instruct.validator import (
    MistralRequestValidatorV3,
    ValidationMode,
)

from tests.differential.peers import RefusedError, Row, rows_of, serve

_VALIDATOR = MistralRequestValidatorV3(mode=ValidationMode.finetuning)


def one_of(row: Row, first: str, second: str) -> Any:
    """The value under one of two names, not both."""
    if first in row and second in row:
        raise RefusedError(f"both {first} and {second}")
    return row.get(first, row.get(second))


def tool(given: Row) -> Any:
    """A definition."""
    function = given["function"]
    if type(function["parameters"]) is not dict:
        raise RefusedError("parameters are no object")
    return Tool(function=Function(**{key: function[key] for key in ("name", "description", "parameters")}))


def call(given: Row) -> Any:
    """A call."""
    function = given["function"]
    if type(function["arguments"]) is not str:
        raise RefusedError("arguments are no text")
    return ToolCall(id=given["id"], function=FunctionCall(name=function["name"], arguments=function["arguments"]))


def message(turn: Row) -> Any:
    """A message; None for the system's, which is a field of the sample."""
    content, calls = one_of(turn, "content", "text"), turn.get("tool_calls")
    if content is None and (calls is None or turn["role"] != "assistant"):
        raise RefusedError("no content")
    if turn["role"] == "user":
        return kinds.UserMessage(content=content)
    if turn["role"] == "assistant":
        made = None if calls is None else [call(one) for one in calls]
        return kinds.FinetuningAssistantMessage(content=content, tool_calls=made, weight=turn.get("weight"))
    if turn["role"] == "tool":
        return kinds.ToolMessage(content=content, tool_call_id=turn["tool_call_id"], name=turn.get("name"))
    if turn["role"] != "system":
        raise RefusedError(f"the role {turn['role']}")
    if type(content) is not str:
        raise RefusedError("a system prompt that is not text")
    return None


def read_row(row: Row) -> None:
    turns = one_of(row, "messages", "interactions")
    made = [message(turn) for turn in turns]
    if made.count(None) + (row.get("system_prompt") is not None) > 1:
        raise RefusedError("more than one system prompt")
    _VALIDATOR.validate_messages([one for one in made if one is not None])
    _VALIDATOR._validate_tools([tool(one) for one in one_of(row, "tools", "available_tools") or ()])


def read(path: Path) -> None:
    for row in rows_of(path):
        read_row(row)


if __name__ == "__main__":
    serve("mistral-common", read)
