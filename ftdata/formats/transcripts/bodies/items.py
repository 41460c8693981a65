"""Items of the Responses API folded into the turns of a chat.

Source: OpenAI's API reference, "Responses: input items" and "the response object" (2026).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ftdata.codec import encode
from ftdata.errors import RowError, shown
from ftdata.example.words import ROLES
from ftdata.formats.arguments import as_text
from ftdata.formats.transcripts.bodies import parts
from ftdata.formats.transcripts.bodies.parts import ENCRYPTED
from ftdata.formats.transcripts.repair import ROLE_NAMES

if TYPE_CHECKING:
    from ftdata.formats.transcripts.bodies.shape import Message, Reading

WORDLESS = "reasoning without text left out"
JOINED = "texts of one answer joined"
NAMESPACES = "namespaces of calls left out"

_ABOUT_ITEM = frozenset(("type", "id", "status", "phase", "object", "created_by", "annotations", "logprobs"))
_CALLS = frozenset(("function_call", "custom_tool_call"))
_RAN = {"local_shell_call": "local_shell", "shell_call": "shell", "apply_patch_call": "apply_patch",
        "computer_call": "computer", "file_search_call": "file_search", "code_interpreter_call": "code_interpreter",
        "web_search_call": "web_search", "image_generation_call": "image_generation", "tool_search_call": "tool_search",
        "mcp_call": ""}  # fmt: skip
"""Items of tools that are no functions, and the function that each is written as."""
_HERE = frozenset(("local_shell_call", "shell_call", "apply_patch_call", "computer_call"))
"""Those that run at the caller's, who gives their results as items of their own."""
_COMPACTED = frozenset(("compaction", "compaction_summary", "context_compaction"))
_ASIDE = frozenset(("mcp_approval_request", "mcp_approval_response", "ghost_snapshot", "other"))

KINDS = _CALLS | _RAN.keys() | _COMPACTED | _ASIDE | {"reasoning", "item_reference", "mcp_list_tools"}
"""The types of items that are no messages; results of calls end with `_output`."""


def is_item(value: Any) -> bool:
    """Whether it is an item that is no message."""
    kind = value.get("type") if type(value) is dict else None
    if type(kind) is not str or "role" in value:
        return False
    if kind == "reasoning":
        return "summary" in value or "encrypted_content" in value or type(value.get("content")) is list
    if kind == "function_call":
        return "call_id" in value or "arguments" in value
    return kind in KINDS or kind.endswith(("_call", "_call_output"))


def folded(items: Iterable[tuple[int, Any]], path: str, reading: Reading) -> list[Message]:
    """The turns of the items in chat shape.

    Calls one after another, and an assistant's text just before or after them, are one turn. What OpenAI's own tools
    did becomes a call and its result, where both are there; a result that is not there is remembered as missing.

    Args:
        items: Each with its number where it stands.
        path: Where they stand, for errors.
        reading: Counts what is left out or changed.

    Raises:
        RowError: If one is not an item, or stands for one that is not here; with its JSON path.
    """
    fold = _Fold(reading)
    for number, item in items:
        fold.add(item, f"{path}[{number}]")
    return fold.closed()


class _Fold:
    """The turns so far, while the items are gone through in order."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.turns: list[Message] = []
        self.thoughts: list[str] = []  # of the turn that comes

    def add(self, item: Any, path: str) -> None:
        if type(item) is not dict:
            raise RowError(f"expected an item of the Responses API; got {shown(item)}", json_path=path)
        kind = item.get("type", "message" if "role" in item else None)
        if kind == "message" or (type(kind) is str and "role" in item):
            self._message(item, path)
        elif kind in _CALLS:
            self._call(item, str(kind), path)
        elif kind == "reasoning":
            self._reasoning(item)
        elif kind in _RAN:
            self._ran(item, str(kind), path)
        elif type(kind) is str and kind.endswith("_output"):
            self._result(item, path)
        elif kind == "mcp_list_tools":
            self._define(item)
        elif kind in _COMPACTED:
            raise RowError("what was said before was compacted, and is not in the row",
                           hint="Log the turns before they are compacted.", json_path=path)  # fmt: skip
        elif kind == "item_reference" or (kind is None and "id" in item):
            raise RowError(
                f"an item is only named here, {shown(item.get('id'))}; what it says is not in the row",
                hint="Log the items themselves, or fetch the response's input items and put them in its place.",
                json_path=path,
            )
        elif type(kind) is str and (kind in _ASIDE or kind.endswith("_call")):
            self.reading[f'items left out: "{shown(kind)[1:-1]}"'] += 1
            if kind.endswith("_call"):
                self.reading.missing[str(item.get("id"))] = kind.removesuffix("_call")
        else:
            raise RowError(f"expected an item of the Responses API; got {shown(kind)}", json_path=f"{path}.type")

    def closed(self) -> list[Message]:
        """All turns."""
        if self.thoughts and self.turns and self.turns[-1]["role"] == "assistant":
            self._think(self.turns[-1])
        return self.turns

    def _message(self, item: Message, path: str) -> None:
        role = item.get("role")
        if type(role) is not str or (role not in ROLES and role.casefold() not in ROLE_NAMES):
            raise RowError(f"expected one of {', '.join(ROLES)}; got {shown(role)}", json_path=f"{path}.role")
        turn = {"role": role, **{key: item[key] for key in item if key not in _ABOUT_ITEM}}
        further: list[Message] = []
        if type(turn.get("content")) is list:
            turn, *further = self._parts_of(turn, f"{path}.content")
        if role != "assistant" or further:
            self.turns += [turn, *further]
            return
        last = self._last()
        # Behind a call that waits for its result no turn can stand: the text is the calling turn's.
        if last is not None and "tool_calls" in last:
            appended(last, turn, self.reading)
        else:
            last = turn
            self.turns.append(turn)
        self._think(last)

    def _parts_of(self, turn: Message, path: str) -> list[Message]:
        rest = {key: value for key, value in turn.items() if key != "content"}
        made = parts.turns(turn["content"], turn["role"], path, self.reading) or [{**rest, "content": ""}]
        return [{**rest, **one} if one["role"] == turn["role"] else one for one in made]

    def _call(self, item: Message, kind: str, path: str) -> None:
        if type(item.get("name")) is not str:
            raise RowError(f"expected a call with its name; got {shown(item.get('name'))}", json_path=f"{path}.name")
        if item.get("namespace"):
            self.reading[NAMESPACES] += 1
        id = item.get("call_id") or item.get("id")
        call: Message = {"id": id} if type(id) is str else {}
        if kind == "custom_tool_call":
            call |= {"type": "custom", "custom": {"name": item["name"], "input": item.get("input", "")}}
        else:
            call |= {"type": "function", "function": {"name": item["name"], "arguments": item.get("arguments")}}
        self._add(call)

    def _add(self, call: Message) -> None:
        turn = self._last()
        if turn is None:
            turn = {"role": "assistant"}
            self.turns.append(turn)
        turn["tool_calls"] = [*turn.get("tool_calls", ()), call]
        self._think(turn)

    def _ran(self, item: Message, kind: str, path: str) -> None:
        """What a tool did that is no function: a call, and its result where that was logged."""
        id = str(item.get("call_id") or item.get("id") or "")
        given, result = _did(item, kind)
        name = _RAN[kind] or str(item.get("name"))
        self.reading.hosted.add(name)
        self._add({**({"id": id} if id else {}), "type": "function", "function": {"name": name, "arguments": given}})
        if kind in _HERE:
            return
        if result is None:
            self.reading.missing[id] = name
            return
        self.turns.append({"role": "tool", **({"tool_call_id": id} if id else {}), "content": result})

    def _define(self, item: Message) -> None:
        for tool in item.get("tools") or ():
            if type(tool) is dict and type(tool.get("name")) is str:
                made = {key: tool[key] for key in ("name", "description") if tool.get(key) is not None}
                if type(schema := tool.get("input_schema")) is dict:
                    made["parameters"] = schema
                self.reading.defined[tool["name"]] = made

    def _result(self, item: Message, path: str) -> None:
        content = parts.written(_plain(item.get("output")), f"{path}.output", self.reading)
        id = item.get("call_id")
        self.turns.append({"role": "tool", **({"tool_call_id": id} if type(id) is str else {}), "content": content})

    def _reasoning(self, item: Message) -> None:
        if item.get("encrypted_content"):
            self.reading[ENCRYPTED] += 1
        full = _texts(item.get("content"))
        if said := full or _texts(item.get("summary")):
            self.thoughts += said
            self.reading.summarised = not full
        elif not item.get("encrypted_content"):
            self.reading[WORDLESS] += 1

    def _last(self) -> Message | None:
        """The assistant's turn that is under way."""
        return self.turns[-1] if self.turns and self.turns[-1]["role"] == "assistant" else None

    def _think(self, turn: Message) -> None:
        if self.thoughts:
            before = turn.get("reasoning_content")
            turn["reasoning_content"] = "\n\n".join([*([before] if type(before) is str else []), *self.thoughts])
            self.thoughts = []


def _texts(listed: Any) -> list[str]:
    if type(listed) is str and listed:
        return [listed]
    given = listed if type(listed) is list else []
    return [one["text"] for one in given if type(one) is dict and type(one.get("text")) is str and one["text"]]


def _did(item: Message, kind: str) -> tuple[str, Any]:
    """The arguments of what a tool did, as JSON text, and what it gave; None where that is not there."""
    if kind == "mcp_call":
        given = item.get("output") if item.get("output") is not None else item.get("error")
        return as_text(item.get("arguments")), None if given is None else as_text(given)
    if kind == "file_search_call":
        found = item.get("results")
        return _json({"queries": item.get("queries") or []}), None if found is None else as_text(found)
    if kind == "code_interpreter_call":
        printed = item.get("outputs")
        return _json({"code": item.get("code") or ""}), None if printed is None else _printed(printed)
    if kind == "web_search_call":
        action = item.get("action")
        action = action if type(action) is dict else {}
        return _json({key: value for key, value in action.items() if key not in ("type", "sources")}), None
    for key in ("action", "operation", "actions", "arguments"):
        if item.get(key) is not None:
            return as_text(item[key]) if type(item[key]) in (dict, str) else _json({key: item[key]}), None
    return "{}", None


def _json(value: Message) -> str:
    return encode(value).decode()


def _printed(outputs: Any) -> Any:
    """What a program printed; None where it drew a picture, which is not there."""
    given = outputs if type(outputs) is list else []
    texts = [one.get("logs") for one in given if type(one) is dict]
    return "\n".join(map(str, texts)) if all(type(text) is str for text in texts) else None


def _plain(output: Any) -> Any:
    """A result's content; a shell's output becomes what its commands printed."""
    if type(output) is list and output and all(type(one) is dict and "stdout" in one for one in output):
        return "\n".join(f"{one['stdout']}{one.get('stderr') or ''}" for one in output)
    if type(output) is dict and output.get("type") == "computer_screenshot":
        return [{**output, "type": "input_image"}]
    return output


def appended(whole: Message, turn: Message, reading: Reading) -> None:
    """Add what a turn says to the one before it."""
    for key, value in turn.items():
        if key == "role" or value in (None, "", []):
            continue
        before = whole.get(key)
        if before in (None, "", []):
            whole[key] = value
        elif key == "tool_calls":
            whole[key] = before + value
        elif key == "content":
            whole[key] = _joined(before, value)
            reading[JOINED] += 1
        elif type(before) is str and type(value) is str:
            whole[key] = f"{before}\n\n{value}"


def _joined(before: Any, more: Any) -> Any:
    if type(before) is str and type(more) is str:
        return f"{before}\n\n{more}"
    return [
        part
        for content in (before, more)
        for part in (content if type(content) is list else [{"type": "text", "text": content}])
    ]
