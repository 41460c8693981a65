"""Find what a chat template leaves out of an example."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ftdata.errors import RowError
from ftdata.example.thoughts import parted
from ftdata.lazily import pattern

if TYPE_CHECKING:
    from ftdata.tokens.templates import ChatTemplate

WHAT = {
    "calls": "calls",
    "tools": "the definitions of functions",
    "results": "results of calls",
    "system": "the system prompt",
    "reasoning": "reasoning",
    "text": "a message's text",
    "beside": "the text beside calls",
    "images": "images",
}
"""Parts of an example, and what they are called."""

_KEPT = 10_000  # shapes that are remembered
_SPACES = pattern(r"\s+")


class Piece(NamedTuple):
    """A part of an example: what it is, where it stands, and the texts of which a rendering must have all."""

    what: str
    path: str
    texts: tuple[str, ...]


class Looked(NamedTuple):
    """A part that is lacking: what it is, where it stands, and what is lacking of it."""

    what: str
    path: str
    text: str


class Drops:
    """Finds what a template leaves out; it remembers the shapes of conversations."""

    def __init__(self, template: ChatTemplate) -> None:
        self._template = template
        self._shapes: dict[Any, frozenset[tuple[str, str]]] = {}

    def of(self, messages: list[Any], tools: list[Any] | None, ends: bool, text: str) -> Iterator[Looked]:
        """What a rendering lacks, each part once.

        Args:
            messages: As they were rendered.
            tools: The definitions that were rendered.
            ends: Whether no reply was to follow.
            text: The rendering.
        """
        by_shape = self._of_shape(messages, tools, ends)
        squeezed = ""
        for what, path, texts in pieces(messages, tools):
            lacking = (texts or (what,))[:1] if (what, path) in by_shape else ()
            for one in texts if not lacking else ():
                if _stands(one, text):
                    continue
                squeezed = squeezed or _SPACES.sub("", text)
                if _SPACES.sub("", one) not in squeezed:
                    lacking = (one,)
                    break
            if lacking:
                yield Looked(what, path, lacking[0])

    def _of_shape(self, messages: list[Any], tools: list[Any] | None, ends: bool) -> frozenset[tuple[str, str]]:
        key = (tuple(map(_shape, messages)), len(tools or ()), ends)
        found = self._shapes.get(key)
        if found is None:
            if len(self._shapes) >= _KEPT:
                self._shapes.clear()
            found = self._shapes[key] = frozenset(self._probed(messages, tools, ends))
        return found

    def _probed(self, messages: list[Any], tools: list[Any] | None, ends: bool) -> Iterator[tuple[str, str]]:
        """What is lacking where each text is a word of its own; nothing where the template wants other texts."""
        probe, defined = [_renamed(turn, number) for number, turn in enumerate(messages)], _defined(tools)
        try:
            text = self._template(probe, defined, not ends)
            bare = self._template([_without_images(turn) for turn in probe], defined, not ends)
        except RowError:
            return
        for what, path, texts in pieces(probe, defined):
            if not all(one in text for one in texts):
                yield what, path
        if bare == text:
            yield from (("images", path) for what, path, _ in pieces(probe, defined) if what == "images")


def pieces(messages: Sequence[Mapping[str, Any]], tools: Sequence[Any] | None) -> Iterator[Piece]:
    """The parts of a conversation that a rendering should have."""
    for number, turn in enumerate(messages):
        path = f"$.messages[{number}]"
        yield from _said(turn, path)
        calls = turn.get("tool_calls")
        for index, call in enumerate(calls if type(calls) is list else ()):
            function = call.get("function", {})
            texts = (str(function.get("name", "")), *_leaves(function.get("arguments")))
            yield Piece("calls", f"{path}.tool_calls[{index}]", texts)
    for index, tool in enumerate(tools or ()):
        function = tool.get("function", {}) if type(tool) is dict else {}
        yield Piece("tools", f"$.tools[{index}]", (str(function.get("name", "")),))


def _said(turn: Mapping[str, Any], path: str) -> Iterator[Piece]:
    content, role = turn.get("content"), turn.get("role")
    what = {"system": "system", "developer": "system", "tool": "results"}.get(str(role), "text")
    what = "beside" if turn.get("tool_calls") else what
    thought = turn.get("reasoning_content")
    if type(thought) is str and thought.strip():
        yield Piece("reasoning", f"{path}.reasoning_content", (thought.strip(),))
    if type(content) is str:
        thought, said = parted(content) if role == "assistant" else ("", content)
        if thought:
            yield Piece("reasoning", f"{path}.content", (thought,))
        if said.strip():
            yield Piece(what, f"{path}.content", (said.strip(),))
    for index, part in enumerate(content if type(content) is list else ()):
        text = part.get("text") if type(part) is dict else None
        if type(text) is str and text.strip():
            yield Piece(what, f"{path}.content[{index}]", (text.strip(),))
        elif type(part) is dict and "image" in str(part.get("type", "")):
            yield Piece("images", f"{path}.content[{index}]", ())


def _leaves(value: Any) -> Iterator[str]:
    """The texts in a call's arguments, its keys too."""
    if type(value) is dict:
        for key, inner in value.items():
            yield str(key)
            yield from _leaves(inner)
    elif type(value) is list:
        for inner in value:
            yield from _leaves(inner)
    elif type(value) is str and value.strip():
        yield value.strip()


def _stands(one: str, text: str) -> bool:
    """Whether a text stands in a rendering, as it is or as JSON has it."""
    if one in text:
        return True
    return json.dumps(one, ensure_ascii=False)[1:-1] in text or json.dumps(one)[1:-1] in text


def _shape(turn: Mapping[str, Any]) -> Any:
    content = turn.get("content")
    kind: Any = type(content).__name__ + str(bool(content))
    if type(content) is str and "</think>" in content:
        kind = "thought" + str(bool(parted(content)[1]))
    if type(content) is list:
        kind = tuple((part.get("type"), bool(part.get("text"))) if type(part) is dict else 0 for part in content)
    calls = turn.get("tool_calls")
    shapes = tuple(map(_call_shape, calls)) if type(calls) is list else calls is not None
    return turn.get("role"), kind, shapes, tuple(sorted(turn))


def _call_shape(call: Any) -> Any:
    function = call.get("function", {})
    return type(function.get("arguments")).__name__, bool(function.get("arguments")), len(str(call.get("id", "")))


def _renamed(turn: Mapping[str, Any], number: int) -> dict[str, Any]:
    """A message with words in place of its texts."""
    word, made = f"Zq{number}x", dict(turn)
    for key in ("reasoning_content", "thinking", "reasoning"):
        if key in made:
            made[key] = f"{word}thought"
    content = turn.get("content")
    if type(content) is str and content.strip():
        thought, said = parted(content) if turn.get("role") == "assistant" else ("", content)
        made["content"] = (f"<think>\n{word}inner\n</think>\n\n" if thought else "") + (f"{word}said" if said else "")
    elif type(content) is list:
        made["content"] = [_part(part, f"{word}part{index}") for index, part in enumerate(content)]
    calls = turn.get("tool_calls")
    if type(calls) is list:
        made["tool_calls"] = [_called(call, f"{word}call{index}") for index, call in enumerate(calls)]
    return made


def _part(part: Any, word: str) -> Any:
    return {**part, "text": word} if type(part) is dict and part.get("text") else part


def _called(call: dict[str, Any], word: str) -> dict[str, Any]:
    function = call.get("function", {})
    arguments: Any = {f"{word}key": f"{word}value"} if function.get("arguments") else {}
    if type(function.get("arguments")) is str:
        arguments = json.dumps(arguments)
    return {**call, "function": {**function, "name": f"{word}name", "arguments": arguments}}


def _defined(tools: Sequence[Any] | None) -> list[Any] | None:
    """Definitions with words for names."""
    if not tools:
        return None
    return [
        {**tool, "function": {**tool.get("function", {}), "name": f"Zqtool{index}x"}} if type(tool) is dict else tool
        for index, tool in enumerate(tools)
    ]


def _without_images(turn: Mapping[str, Any]) -> dict[str, Any]:
    content = turn.get("content")
    if type(content) is not list:
        return dict(turn)
    texts = [part for part in content if not (type(part) is dict and "image" in str(part.get("type", "")))]
    return {**turn, "content": texts}
