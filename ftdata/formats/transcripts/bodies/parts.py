"""Content in parts, whoever's they are: text, pictures, files, calls, results and thoughts in one list.

Most APIs name their parts by a `type`, and hardly two mean different things by one. So every part is read in this one
place, whichever body it stands in: logs mix them. Those of Gemini and of Bedrock's Converse have no type, and are told
by their keys.

Source: the types of anthropic-sdk-python, openai-python, google-genai and the AI SDK, langchain-core's content blocks
(v0 and v1), OpenTelemetry's schemas of messages, AWS's reference of Converse, pydantic-ai's parts (2026).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError, shown
from ftdata.formats.arguments import as_text
from ftdata.formats.transcripts.bodies import hosted, media

if TYPE_CHECKING:
    from ftdata.formats.transcripts.bodies.shape import Message, Reading

TEXTS = frozenset(("text", "input_text", "output_text", "text-plain", "summary_text", "reasoning_text"))
CALLS = frozenset(("tool_use", "tool_call", "function_call", "tool-call", "toolCall", "custom_tool_call"))
RESULTS = frozenset(("tool_result", "tool-result", "tool_call_response", "tool_response", "function_call_output"))
THOUGHTS = frozenset(("thinking", "reasoning", "think"))
HIDDEN = frozenset(("redacted_thinking", "redacted-reasoning"))
ASIDES = frozenset(("source", "source-url", "source-document", "step-finish", "citation", "container_upload",
                    "non_standard", "guardContent", "cachePoint", "fallback"))  # fmt: skip
"""What stands beside an answer without being said."""
STEP = "step-start"

REDACTED = "redacted thoughts left out"
SIGNATURES = "signatures of thoughts left out"
ERRORS = "is_error of results left out"
ENCRYPTED = "encrypted reasoning left out"

FAMILIES = TEXTS | CALLS | RESULTS | THOUGHTS | HIDDEN | ASIDES | media.KINDS | {"refusal", STEP}
"""Types of parts; an object with one of them never becomes text."""

_UNTYPED = frozenset(("text", "functionCall", "function_call", "functionResponse", "function_response", "inlineData",
                      "inline_data", "fileData", "file_data", "executableCode", "executable_code", "toolUse",
                      "codeExecutionResult", "code_execution_result", "toolResult", "reasoningContent", "image",
                      "document", "json", "guardContent", "cachePoint"))  # fmt: skip


def is_part(value: Any) -> bool:
    """Whether this is a part of some API's: by its type, or by its keys where it has none."""
    if type(value) is not dict:
        return False
    kind = value.get("type")
    if type(kind) is str:
        return kind in FAMILIES or kind.startswith(("tool-", "data-")) or hosted.is_part(kind)
    return kind is None and "role" not in value and not _UNTYPED.isdisjoint(value)


def is_typed(value: Any) -> bool:
    """Whether this is of a known family by its type alone, or a list of such."""
    one = value[0] if type(value) is list and value else value
    return type(one) is dict and type(one.get("type")) is str and is_part(one)


def turns(given: list[Any], role: Any, path: str, reading: Reading, *, whole: bool = False) -> list[Message]:
    """The turns that the parts of a message come to.

    An assistant's calls with results among its parts are turns of their own, in order; in anybody else's message the
    results stand first.

    Args:
        given: The parts.
        role: Who speaks.
        path: Where they stand.
        reading: Counts what is put right.
        whole: Whether a text alone stays a list of one part.

    Raises:
        RowError: If there is a part that cannot be read; with its path.
    """
    speech = Speech(role, reading, whole=whole)
    for index, part in enumerate(given):
        speech.add(part, f"{path}[{index}]")
    return speech.closed()


class Speech:
    """The turns of one message, while its parts are gone through in order."""

    def __init__(self, role: Any, reading: Reading, *, whole: bool = False) -> None:
        self.role = "assistant" if role in ("assistant", "ai", "model") else role
        self.reading = reading
        self.whole = whole
        self.turns: list[Message] = []
        self.said: list[Message] = []
        self.calls: list[Message] = []
        self.thoughts: list[str] = []
        self.refusals: list[str] = []
        self.waiting: list[Message] = []  # results of calls that belong together
        self.plain = True

    def add(self, part: Any, path: str) -> None:
        """Take in the next part.

        Raises:
            RowError: If it cannot be read.
        """
        if type(part) is str:
            self._text(part)
            self.plain = False
            return
        if type(part) is not dict:
            raise RowError(f"expected a part with its type; got {shown(part)}", json_path=path)
        kind = part.get("type")
        if type(kind) is not str:
            kind, part = _typed(part, path)
        if kind in TEXTS:
            self._text(_text(part, path))
        elif kind in CALLS:
            self._call(part, path)
        elif kind in RESULTS:
            self._result(part, path)
        elif kind in THOUGHTS:
            self._think(part)
        elif kind in HIDDEN:
            self.reading[REDACTED] += 1
            self.plain = False
        elif kind == "refusal" and type(part.get("refusal")) is str:
            self.said.append({"type": "refusal", "refusal": part["refusal"]})
        elif kind in media.KINDS:
            self.said.append(media.part(part, path, self.reading))
        else:
            self._other(kind, part, path)

    def _text(self, text: str) -> None:
        if self.waiting or (self.role == "assistant" and self.turns and not (self.said or self.calls)):
            self._settle()
        self.said.append({"type": "text", "text": text})

    def _call(self, part: Message, path: str) -> None:
        if part.get("providerExecuted") is True:
            hosted.add(self, part, path)
            return
        if type(name := name_of(part)) is not str or not name:
            raise RowError(f"expected a call with its name; got {shown(name)}", json_path=path)
        self.calls.append(call(part))
        self.plain = False

    def _result(self, part: Message, path: str) -> None:
        if part.get("providerExecuted") is True:
            hosted.add(self, part, path)
            return
        self.plain = False
        self.answered(part, result_text(part, path, self.reading))

    def answered(self, part: Message, content: Any) -> None:
        """Take in the result of a call."""
        if part.get("is_error") or part.get("isError"):
            self.reading[ERRORS] += 1
        made: Message = {"role": "tool", "content": content}
        if (id := id_of_result(part)) is not None:
            made["tool_call_id"] = id
        elif type(name := name_of(part)) is str:
            made["name"] = name
        if self.role == "assistant":
            self._flush()
        self.turns.append(made)

    def _think(self, part: Message) -> None:
        self.plain = False
        if part.get("signature") or part.get("thoughtSignature"):
            self.reading[SIGNATURES] += 1
        if part.get("redacted") is True:
            self.reading[REDACTED] += 1
        elif text := thought(part):
            if self.waiting:
                self._settle()
            self.thoughts.append(text)
        elif part.get("encrypted_content") or part.get("data"):
            self.reading[ENCRYPTED] += 1

    def _other(self, kind: str, part: Message, path: str) -> None:
        if kind == STEP:
            self._settle()
        elif hosted.is_part(kind):
            hosted.add(self, part, path)
        elif kind.startswith("tool-") or kind == "dynamic-tool":
            self._invocation(part, path)
        elif kind in ASIDES or kind.startswith("data-"):
            self.reading[f'parts left out that nobody said: "{shown(kind)[1:-1]}"'] += 1
            self.plain = False
        else:
            raise RowError(f"expected a part of text, image, file, call or result; got {shown(part)}", json_path=path)

    def _invocation(self, part: Message, path: str) -> None:
        """A call of the AI SDK's UI messages, which holds its result too."""
        self.plain = False
        name = part.get("toolName") or part["type"].removeprefix("tool-")
        self.calls.append(call({**part, "toolName": name, "type": "tool-call"}))
        if "output" in part or "result" in part or "errorText" in part:
            content = result_text(part, path, self.reading)
            self.waiting.append({"role": "tool", "tool_call_id": part.get("toolCallId"), "content": content})

    def _settle(self) -> None:
        """Let the results that wait follow their calls."""
        self._flush()
        self.turns += self.waiting
        self.waiting = []

    def _flush(self) -> None:
        """End the turn that is under way."""
        if not (self.said or self.calls or self.thoughts):
            return
        turn: Message = {"role": self.role}
        if content := self._content():
            turn["content"] = content
        if self.calls:
            turn["tool_calls"] = self.calls
        if self.thoughts:
            turn["reasoning_content"] = "\n\n".join(self.thoughts)
        if not (self.whole and self.plain):
            lift_refusal(turn)
        self.turns.append(turn)
        self.said, self.calls, self.thoughts = [], [], []

    def _content(self) -> Any:
        alone = len(self.said) == 1 and self.said[0]["type"] == "text"
        if alone and not (self.whole and self.plain):
            return self.said[0]["text"]
        return self.said

    def closed(self) -> list[Message]:
        """All turns."""
        self._settle()
        return self.turns


def _typed(part: Message, path: str) -> tuple[str, Message]:
    """The type and the fields of a part that has no type of its own: Gemini's, or Bedrock's."""
    text = part.get("text")
    if type(text) is str:
        return ("thinking", {"thinking": text}) if part.get("thought") is True else ("text", part)
    for key in ("functionCall", "function_call", "toolUse"):
        if type(part.get(key)) is dict:
            return "tool-call", part[key]
    for key in ("functionResponse", "function_response", "toolResult"):
        if type(part.get(key)) is dict:
            return "tool-result", part[key]
    if type(thinking := part.get("reasoningContent")) is dict:
        inner = thinking.get("reasoningText")
        return ("thinking", {"thinking": inner.get("text")}) if type(inner) is dict else ("redacted_thinking", part)
    if found := hosted.typed(part):
        return found
    if found := media.typed(part):
        return found
    for aside in ("guardContent", "cachePoint"):
        if aside in part:
            return aside, part
    raise RowError(f"expected text, a file, a call or a response; got {shown(part)}", json_path=path)


def _text(part: Message, path: str) -> str:
    text = part.get("text", part.get("content"))
    if type(text) is dict and type(text.get("value")) is str:
        text = text["value"]  # as the Assistants API has it
    if type(text) is not str:
        raise RowError(f"expected a part with text; got {shown(part)}", json_path=path)
    return text


def name_of(part: Message) -> Any:
    """The function's name, under whatever name it stands."""
    return next((part[key] for key in ("name", "toolName", "tool_name") if part.get(key) is not None), None)


_CALL_IDS = ("call_id", "toolCallId", "tool_call_id", "toolUseId", "id")
_RESULT_IDS = ("tool_use_id", "toolCallId", "tool_call_id", "toolUseId", "call_id", "id")


def id_of_result(part: Message) -> str | None:
    """The id of the call that a result is of."""
    return next((part[key] for key in _RESULT_IDS if type(part.get(key)) is str and part[key]), None)


def call(part: Message) -> Message:
    """A call of its name and arguments, under whatever name these stand; an object of them becomes JSON text."""
    given = next((part[key] for key in ("args", "arguments", "input", "parameters") if part.get(key) is not None), None)
    id = next((part[key] for key in _CALL_IDS if part.get(key)), None)
    made = {"id": id} if type(id) is str and id else {}
    if part.get("type") == "custom_tool_call":
        return {**made, "type": "custom", "custom": {"name": name_of(part), "input": as_text(given)}}
    return {**made, "type": "function", "function": {"name": name_of(part), "arguments": as_text(given)}}


def thought(part: Message) -> str:
    """The text of a thought; of a summary, its texts."""
    for key in ("thinking", "reasoning", "text", "content"):
        if type(part.get(key)) is str:
            return str(part[key])
    listed = part.get("summary") or part.get("content")
    given = listed if type(listed) is list else []
    return "\n\n".join(one["text"] for one in given if type(one) is dict and type(one.get("text")) is str)


_VALUES = ("output", "result", "response", "content", "value", "errorText")
_OUTPUTS = frozenset(("text", "json", "error-text", "error-json", "content", "execution-denied"))


def result_text(part: Message, path: str, reading: Reading) -> Any:
    """What a call gave: text; or its parts, where a picture is among them."""
    given = next((part[key] for key in _VALUES if part.get(key) is not None), None)
    if type(given) is dict and given.get("type") in _OUTPUTS and ("value" in given or "reason" in given):
        given = given.get("value", given.get("reason"))  # the AI SDK's
    return written(given, path, reading)


def written(given: Any, path: str, reading: Reading) -> Any:
    """A result as a tool's message has it: text as it is, parts of text joined, other values as JSON text."""
    if given is None:
        return ""
    if type(given) is dict:
        if given.keys() == {"output"} and type(given["output"]) is str:
            return given["output"]  # Gemini's, of a result that was text
        inner = given.get("content")
        if type(inner) is list and inner and given.keys() <= _MCP and all(map(is_part, inner)):
            given = inner  # an MCP server's
    if type(given) is not list or not given or not all(map(_is_result_part, given)):
        return as_text(given)
    found = [_result_part(one, f"{path}[{index}]", reading) for index, one in enumerate(given)]
    if all(part["type"] == "text" for part in found):
        return "\n\n".join(part["text"] for part in found)
    return found


_MCP = frozenset(("content", "isError", "structuredContent", "_meta"))
_RESULT_KINDS = TEXTS | media.KINDS


def _is_result_part(one: Any) -> bool:
    if type(one) is not dict:
        return False
    kind = one.get("type")
    if type(kind) is str:
        return kind in _RESULT_KINDS
    return one.keys() in ({"text"}, {"json"}) or bool(media.typed(one))  # Bedrock's


def _result_part(one: Message, path: str, reading: Reading) -> Message:
    if type(one.get("type")) is not str:
        if "json" in one:
            return {"type": "text", "text": as_text(one["json"])}
        if found := media.typed(one):
            return media.part(found[1], path, reading)
        return {"type": "text", "text": _text(one, path)}
    return {"type": "text", "text": _text(one, path)} if one["type"] in TEXTS else media.part(one, path, reading)


def lift_refusal(turn: Message) -> None:
    """A refusal alone stands in the message, as in a chat completion."""
    content = turn.get("content")
    if turn["role"] == "assistant" and type(content) is list and [part["type"] for part in content] == ["refusal"]:
        del turn["content"]
        turn["refusal"] = content[0]["refusal"]
