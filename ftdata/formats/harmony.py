"""Harmony: a conversation as one text in the form that gpt-oss is shown, each message with its channel.

Source: docs/format.md of openai/harmony. What chats call the system prompt is harmony's developer message; harmony's
own system message (who the model is, dates, effort, channels) is written as it is documented, without a date of
today. One that says something else travels as the metadata ``harmony_system``.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ftdata.codec import decode, encode
from ftdata.errors import RowError, shown
from ftdata.example import typescript
from ftdata.formats.arguments import value_of
from ftdata.formats.definitions import bare
from ftdata.formats.dumping import accepted, carried, in_order, leave_out, losses, refuse_unasked, spread, text_of
from ftdata.formats.registry import Format
from ftdata.formats.turns import Turns
from ftdata.lazily import pattern

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

_KINDS: tuple[Kind, ...] = ("chat",)
_KNOWN = frozenset(("text",))
SYSTEM = "harmony_system"
"""The metadata key of a system message that says something of its own."""
_START, _MESSAGE = "<|start|>", "<|message|>"
_MARK = pattern(r"<\|(?:start|end|message|channel|constrain|return|call)\|>")
_ONE = pattern(r"\s*<\|start\|>(?>(.*?)<\|message\|>)(.*?)<\|(?:end|call|return)\|>", re.DOTALL)
_HEADER = pattern(
    r"(?P<author>[^\s<]++)(?: to=(?P<to>[^\s<]++))?"
    r"(?:<\|channel\|>(?P<channel>\w++)(?: to=(?P<late>[^\s<]++))?)?\s*+(?:(?:<\|constrain\|>)?\w++)?\s*+"
)
_IDENTITY = (
    "You are ChatGPT, a large language model trained by OpenAI.\nKnowledge cutoff: 2024-06\n\nReasoning: medium\n\n"
)
_CHANNELS = "# Valid channels: analysis, commentary, final. Channel must be included for every message."
_PLAIN = _IDENTITY + _CHANNELS
_CALLING = _PLAIN + "\nCalls to these tools must go to the commentary channel: 'functions'."
_GENERAL = pattern(r"You are ChatGPT\b|.*^(?:# Valid channels:|[Rr]easoning: )", re.DOTALL | re.MULTILINE)
_INSTRUCTIONS = "# Instructions\n\n"
_TOOLS = "# Tools\n\n## functions\n\n"
_DETAILS = "details of definitions"


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A chat example; analysis is the reasoning of the message behind it, commentary the text beside calls.

    Raises:
        RowError: If there is not text, or it is not made of messages and calls of functions; with the place in the
            text.
    """
    text = row.get("text")
    if type(text) is not str or _START not in text:
        raise RowError(f"expected text with {_START}; got {shown(text)}", json_path="$.text")
    reading = _Reading(repaired)
    at = 0
    while at < len(text):
        found = _ONE.match(text, at)
        if not found:
            if text[at:].strip() in ("", f"{_START}assistant"):
                break
            raise _wrong("a message", text[at : at + 60], at)
        header = _HEADER.fullmatch(found[1])
        if not header or _MARK.search(found[2]):
            raise _wrong("a message's header and text", text[at : at + 60], at)
        reading.add(header, found[2], at)
        at = found.end()
    reading.settle()
    if not reading.turns.messages:
        raise RowError("expected a message; got none", json_path="$.text")
    example: Example = {"messages": reading.turns.messages}
    if reading.tools:
        example["tools"] = reading.tools
    if reading.system not in ("", _PLAIN, _CALLING):
        example["metadata"] = {SYSTEM: reading.system}
    return carried(row, _KNOWN, example)


def _wrong(wanted: str, got: object, at: int) -> RowError:
    return RowError(f"expected {wanted} at character {at}; got {shown(got)}", json_path="$.text")


class _Reading:
    """The conversation so far, and what the assistant has thought and said before its next calls."""

    __slots__ = ("beside", "repaired", "system", "thoughts", "tools", "turns")

    def __init__(self, repaired: Counter[str]) -> None:
        self.turns, self.repaired = Turns(), repaired
        self.thoughts: list[str] = []
        self.beside: list[str] = []
        self.tools: list[dict[str, Any]] = []
        self.system = ""

    def add(self, header: re.Match[str], text: str, at: int) -> None:
        author = header["author"]
        if author == "assistant":
            self.answer(header["channel"] or "final", header["to"] or header["late"], text, at)
            return
        self.settle()
        if author == "system" and not self.turns.messages and not self.system and _GENERAL.match(text):
            self.system = text
        elif author == "developer":
            self.instruct(text, at)
        elif author in ("system", "user"):
            self.turns.say(author, text)
        elif author.startswith("functions."):
            self.turns.result(text, "$.text", name=author.removeprefix("functions."))
        else:
            raise _wrong("system, developer, user, assistant or functions.NAME", author, at)

    def answer(self, channel: str, to: str | None, text: str, at: int) -> None:
        if to:
            self.call(to, text, at)
        elif channel == "analysis":
            if self.beside:
                self.settle()
            self.thoughts.append(text)
        elif channel == "commentary":
            self.beside.append(text)
        elif channel == "final":
            if self.beside:
                self.settle()
            self.thought(self.turns.say("assistant", text))
        else:
            raise _wrong("the channel analysis, commentary or final", channel, at)

    def call(self, to: str, text: str, at: int) -> None:
        name = to.removeprefix("functions.")
        if name == to:
            raise _wrong("a call of functions.NAME", to, at)
        last = self.turns.messages[-1] if self.turns.messages else {}
        if last.get("tool_calls") and not self.thoughts and not self.beside:
            self.turns.call_too([(name, text)])
            return
        content = "\n\n".join(self.beside) or None
        self.beside = []
        self.thought(self.turns.call([(name, text)], content=content))

    def thought(self, message: dict[str, Any]) -> None:
        if self.thoughts:
            message["reasoning_content"] = "\n\n".join(self.thoughts)
            self.thoughts = []

    def settle(self) -> None:
        """Let what was said before calls that never came be a message of its own."""
        if self.beside or self.thoughts:
            self.thought(self.turns.say("assistant", "\n\n".join(self.beside)))
            self.beside = []

    def instruct(self, text: str, at: int) -> None:
        start = text.rfind(_TOOLS + typescript.BEGIN)
        if start >= 0:
            first = start + len(_TOOLS)
            close = text.find(typescript.END, first)
            end = close + len(typescript.END) if close >= 0 else len(text)
            try:
                self.tools += [{"type": "function", "function": one} for one in decode(_defined(text[first:end]))]
            except RowError as error:
                raise RowError(f"{error.message} (message at character {at})", json_path="$.text") from None
            behind = text[end:].strip()
            if not start and not behind:
                return
            text = text[:start].removesuffix("\n\n")
            if behind:
                self.repaired["text behind the definitions put before them"] += 1
                text = f"{text}\n\n{behind}" if text else behind
        self.turns.say("system", text.removeprefix(_INSTRUCTIONS))


@lru_cache(maxsize=256)
def _defined(namespace: str) -> bytes:
    """The definitions as JSON, so that no two examples share them."""
    return encode(typescript.definitions(namespace))


# -- writing ----------------------------------------------------------------------------------------------------------

_SAID = frozenset(("role", "content", "refusal", "reasoning_content", "tool_calls"))
_RESULT = frozenset(("role", "content", "tool_call_id"))
_NAME = pattern(r"[^\s<]+")


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row of one text; an answer at the end ends in the mark that stops the model.

    Raises:
        RowError: If it is not a chat of text, or a text holds a mark or a section of tools.
    """
    _, current, holder = accepted(example, "harmony", _KINDS, lost)
    messages = in_order(holder["messages"], "$.messages")
    refuse_unasked(messages)
    tools = _tools(holder.get("tools") or [], lost)
    metadata = current.get("metadata") or {}
    own = metadata.get(SYSTEM)
    if type(own) is str and own and not _MARK.search(own) and _GENERAL.match(own):
        current = {**current, "metadata": {key: value for key, value in metadata.items() if key != SYSTEM}}
    else:
        own = _CALLING if tools else _PLAIN
    texts = [_text("system", own)]
    if tools and messages[0]["role"] not in ("system", "developer"):
        texts.append(_text("developer", tools))
        tools = ""
    names: dict[str, str] = {}
    calling = False
    for index, message in enumerate(messages):
        path = f"$.messages[{index}]"
        if message["role"] == "assistant":
            made = _answer(message, path, names, lost)
            calls = bool(message.get("tool_calls"))
            if calling and calls and len(made) == len(message["tool_calls"]):
                lost["turn border"] += 1
            calling = calls
            texts += made
        else:
            calling = False
            texts.append(_spoken(message, path, tools, names, lost))
            tools = ""
    if messages[-1]["role"] == "assistant" and not calling:
        texts[-1] = texts[-1].removesuffix("<|end|>") + "<|return|>"
    return spread({"text": "".join(texts)}, current, _KNOWN, lost)


def _text(header: str, text: str, end: str = "end") -> str:
    return f"{_START}{header}{_MESSAGE}{text}<|{end}|>"


def _tools(tools: list[dict[str, Any]], lost: Counter[str]) -> str:
    if not tools:
        return ""
    if any("strict" in function for function in bare(tools)):
        lost["strict"] += 1
    written, whole = _written(encode(bare(tools)))
    if not whole:
        lost[_DETAILS] += 1
    return _TOOLS + _checked(written, "$.tools")


@lru_cache(maxsize=256)
def _written(tools: bytes) -> tuple[str, bool]:
    """The namespace of definitions, and whether it says all that they say."""
    given = decode(tools)
    for index, function in enumerate(given):
        _named(function["name"], f"$.tools[{index}].function.name")
    text = typescript.namespace(given, harmony=True)
    try:
        read = typescript.definitions(text)
    except RowError:
        raise RowError("expected definitions that TypeScript can hold; got others", json_path="$.tools") from None
    return text, list(map(_plainly, given)) == list(map(_plainly, read))


def _plainly(function: dict[str, Any]) -> dict[str, Any]:
    return {
        **{key: value for key, value in function.items() if key != "strict"},
        "description": function.get("description") or "",
        "parameters": function.get("parameters") or {"type": "object", "properties": {}},
    }


def _answer(message: dict[str, Any], path: str, names: dict[str, str], lost: Counter[str]) -> list[str]:
    leave_out(message, _SAID, lost)
    if type(message.get("refusal")) is str:
        lost["refusal"] += 1
    texts = []
    if message.get("reasoning_content"):
        thought = _checked(message["reasoning_content"], f"{path}.reasoning_content")
        texts.append(_text("assistant<|channel|>analysis", thought))
    said = _checked(text_of(message, lost, path), f"{path}.content")
    calls = message.get("tool_calls") or ()
    if said or not calls:
        texts.append(_text(f"assistant<|channel|>{'commentary' if calls else 'final'}", said))
    for number, call in enumerate(calls):
        function = call["function"]
        here = f"{path}.tool_calls[{number}].function"
        name = names[call.get("id", "")] = _named(function["name"], f"{here}.name")
        given = _checked(function["arguments"], f"{here}.arguments") or "{}"
        kind = " <|constrain|>json" if type(value_of(given)) is dict else ""
        texts.append(_text(f"assistant<|channel|>commentary to=functions.{name}{kind}", given, "call"))
    return texts


def _spoken(message: dict[str, Any], path: str, tools: str, names: dict[str, str], lost: Counter[str]) -> str:
    """A message that is not the assistant's; the first instructions are followed by the definitions."""
    role = message["role"]
    leave_out(message, _RESULT if role == "tool" else _SAID, lost)
    said = _checked(text_of(message, lost, path), f"{path}.content")
    if role == "tool":
        return _text(f"functions.{names[message['tool_call_id']]} to=assistant<|channel|>commentary", said)
    if role == "user":
        return _text("user", said)
    if role == "developer":
        lost["developer role"] += 1
    if _TOOLS + typescript.BEGIN in said:
        raise RowError("expected instructions without definitions; got some", json_path=f"{path}.content",
                       hint="Put them into tools: ftdata tools.")  # fmt: skip
    return _text("developer", f"{_INSTRUCTIONS}{said}" + (f"\n\n{tools}" if tools else ""))


def _checked(text: str, path: str) -> str:
    if found := _MARK.search(text):
        raise RowError(f"expected text without harmony's marks; got {found[0]} in it", json_path=path)
    return text


def _named(name: str, path: str) -> str:
    if not _NAME.fullmatch(name):
        raise RowError(f"expected a name without spaces; got {shown(name)}", json_path=path)
    return name


def _recognised(row: dict[str, Any]) -> bool:
    text = row.get("text")
    return type(text) is str and _START in text and _MESSAGE in text


HARMONY = Format(
    name="harmony",
    about="a chat as one text for gpt-oss, with channels and definitions in TypeScript",
    kinds=_KINDS,
    parse=parse,
    dump=dump,
    recognises=_recognised,
    sign="text with <|start|> and <|message|>",
    loses=losses(
        "metadata", "example weight", "deprecated functions", "message name", "message weight", "refusal",
        "developer role", "parallel_tool_calls", "parts", "empty tools", "strict", "call id",
        "other keys of messages",
        other_keys="rows have no place for them",
        details_of_definitions="TypeScript has no integers, limits and formats",
        turn_border="consecutive calls without a result between them become one message",
    ) | {"metadata": "a key that the row has itself", "developer role": "read again as system"},
    source="openai/harmony, docs/format.md",
)  # fmt: skip
