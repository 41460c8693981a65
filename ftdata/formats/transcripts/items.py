"""Items of the Responses API folded into the turns of a chat.

Source: OpenAI's API reference, "Responses: input items" and "the response object" (2026).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from ftdata.errors import RowError, shown
from ftdata.example.shapes import ROLES
from ftdata.formats.transcripts.repair import ROLE_NAMES

Message = dict[str, Any]

ORIGINAL = 'the detail "original" of images left out'
ENCRYPTED = "encrypted reasoning left out"
WORDLESS = "reasoning without text left out"
JOINED = "texts of one answer joined"
NAMESPACES = "namespaces of calls left out"

_ABOUT_ITEM = frozenset(("type", "id", "status", "phase", "object", "created_by"))
_TEXT = frozenset(("input_text", "output_text", "text", "summary_text", "reasoning_text"))
_FILE = ("file_id", "filename", "file_data")
_LEFT_OUT = frozenset(("compaction", "compaction_summary", "mcp_list_tools", "mcp_approval_request",
                       "mcp_approval_response", "tool_search_output"))  # fmt: skip
"""What a vendor's own tools leave behind, beside `…_call` and `…_call_output`: nothing that a chat has a place for."""


def folded(items: Iterable[tuple[int, Any]], path: str, repaired: Counter[str]) -> list[Message]:
    """The turns of the items in chat shape; what OpenAI's own tools did is left out, and counted.

    Calls one after another, and an assistant's text just before or after them, are one turn.

    Args:
        items: Each with its number where it stands.
        path: Where they stand, for errors.
        repaired: Counts what is left out or changed.

    Raises:
        RowError: One is no item, or stands for one that is not here; with its JSON path.
    """
    fold = _Fold(repaired)
    for number, item in items:
        fold.add(item, f"{path}[{number}]")
    return fold.closed()


def answer(items: list[Any], path: str, repaired: Counter[str]) -> Message | None:
    """The one turn that a response's output is; None where it holds no word and no call.

    Raises:
        RowError: As `folded` does; or the output holds somebody else's turn.
    """
    turns = folded(enumerate(items), path, repaired)
    if not turns:
        return None
    whole, *more = turns
    for turn in turns:
        if turn["role"] != "assistant":
            raise RowError(f"expected the assistant's items; got {shown(turn['role'])}", json_path=path)
    for turn in more:
        _append(whole, turn, repaired)
    return whole


class _Fold:
    """The turns so far, while the items are gone through in order."""

    def __init__(self, repaired: Counter[str]) -> None:
        self.repaired = repaired
        self.turns: list[Message] = []
        self.thoughts: list[str] = []  # of the turn that comes

    def add(self, item: Any, path: str) -> None:
        if type(item) is not dict:
            raise RowError(f"expected an item of the Responses API; got {shown(item)}", json_path=path)
        kind = item.get("type", "message" if "role" in item else None)
        if kind == "message":
            self._message(item, path)
        elif kind in ("function_call", "custom_tool_call"):
            self._call(item, kind, path)
        elif kind in ("function_call_output", "custom_tool_call_output"):
            self._result(item, path)
        elif kind == "reasoning":
            self._reasoning(item)
        elif kind == "item_reference" or (kind is None and "id" in item):
            raise RowError(
                f"an item is only named here, {shown(item.get('id'))}; what it says is not in the row",
                hint="Log the items themselves, or fetch the response's input items and put them in its place.",
                json_path=path,
            )
        elif type(kind) is str and (kind in _LEFT_OUT or kind.endswith(("_call", "_call_output"))):
            self.repaired[f'items left out: "{shown(kind)[1:-1]}"'] += 1
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
        if type(turn.get("content")) is list:
            turn["content"] = parts(turn["content"], f"{path}.content", self.repaired)
            _lift_refusal(turn)
        if role != "assistant":
            self.turns.append(turn)
            return
        last = self._last()
        # Behind a call that waits for its result no turn can stand: the text is the calling turn's.
        if last is not None and "tool_calls" in last:
            _append(last, turn, self.repaired)
        else:
            last = turn
            self.turns.append(turn)
        self._think(last)

    def _call(self, item: Message, kind: str, path: str) -> None:
        if type(item.get("name")) is not str:
            raise RowError(f"expected a call with its name; got {shown(item.get('name'))}", json_path=f"{path}.name")
        if item.get("namespace"):
            self.repaired[NAMESPACES] += 1
        id = item.get("call_id") or item.get("id")
        call: Message = {"id": id} if type(id) is str else {}
        if kind == "custom_tool_call":
            call |= {"type": "custom", "custom": {"name": item["name"], "input": item.get("input", "")}}
        else:
            call |= {"type": "function", "function": {"name": item["name"], "arguments": item.get("arguments")}}
        turn = self._last()
        if turn is None:
            turn = {"role": "assistant"}
            self.turns.append(turn)
        turn["tool_calls"] = [*turn.get("tool_calls", ()), call]
        self._think(turn)

    def _result(self, item: Message, path: str) -> None:
        given = item.get("output")
        content = parts(given, f"{path}.output", self.repaired) if type(given) is list else given
        id = item.get("call_id")
        self.turns.append({"role": "tool", **({"tool_call_id": id} if type(id) is str else {}), "content": content})

    def _reasoning(self, item: Message) -> None:
        if item.get("encrypted_content"):
            self.repaired[ENCRYPTED] += 1
        said = [
            part["text"]
            for part in item.get("content") or item.get("summary") or ()
            if type(part) is dict and type(part.get("text")) is str and part["text"]
        ]
        if said:
            self.thoughts += said
        elif not item.get("encrypted_content"):
            self.repaired[WORDLESS] += 1

    def _last(self) -> Message | None:
        """The assistant's turn that is under way."""
        return self.turns[-1] if self.turns and self.turns[-1]["role"] == "assistant" else None

    def _think(self, turn: Message) -> None:
        if self.thoughts:
            before = turn.get("reasoning_content")
            turn["reasoning_content"] = "\n\n".join([*([before] if type(before) is str else []), *self.thoughts])
            self.thoughts = []


def _append(whole: Message, turn: Message, repaired: Counter[str]) -> None:
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
            repaired[JOINED] += 1
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


def _lift_refusal(turn: Message) -> None:
    """A refusal alone stands in the message, as in a chat completion."""
    content = turn["content"]
    if turn["role"] == "assistant" and type(content) is list and [part["type"] for part in content] == ["refusal"]:
        del turn["content"]
        turn["refusal"] = content[0]["refusal"]


def parts(given: list[Any], path: str, repaired: Counter[str]) -> str | list[Message]:
    """Parts in chat shape; text of a part that is the only one.

    Raises:
        RowError: One is no part, or its content is not in the row; with its JSON path.
    """
    made = [_part(one, f"{path}[{index}]", repaired) for index, one in enumerate(given)]
    if len(made) == 1 and made[0]["type"] == "text":
        text: str = made[0]["text"]
        return text
    return made or ""


def _part(given: Any, path: str, repaired: Counter[str]) -> Message:
    kind = given.get("type") if type(given) is dict else None
    if kind in _TEXT:
        if type(given.get("text")) is not str:
            raise RowError(f"expected text; got {shown(given.get('text'))}", json_path=f"{path}.text")
        return {"type": "text", "text": given["text"]}
    if kind == "refusal" and type(given.get("refusal")) is str:
        return {"type": "refusal", "refusal": given["refusal"]}
    if kind == "input_image":
        return _image(given, path, repaired)
    if kind == "input_file":
        file = {key: given[key] for key in _FILE if given.get(key) is not None}
        if "file_id" not in file and "file_data" not in file:
            raise _elsewhere("file", given.get("file_url"), path)
        return {"type": "file", "file": file}
    if kind in ("image_url", "input_audio", "file"):
        return dict(given)  # a chat's own
    raise RowError(f"expected a part of text, image or file; got {shown(given)}", json_path=path)


def _image(given: Message, path: str, repaired: Counter[str]) -> Message:
    url = given.get("image_url")
    if type(url) is dict:
        return {"type": "image_url", "image_url": url}
    if type(url) is not str or not url:
        raise _elsewhere("image", given.get("file_id"), path)
    image = {"url": url}
    if given.get("detail") == "original":
        repaired[ORIGINAL] += 1
    elif given.get("detail") is not None:
        image["detail"] = given["detail"]
    return {"type": "image_url", "image_url": image}


def _elsewhere(what: str, name: Any, path: str) -> RowError:
    hint = "Put its address or its data in the part (image_url, file_data), or leave such rows out."
    return RowError(f"the {what} is not in the row; got {shown(name)}", hint=hint, json_path=path)
