"""Messages of a mapping, compiled: each is a function that adds to a draft what a row makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ftdata.authoring.columns import Row, empty_turn
from ftdata.authoring.mapping.images import image_url
from ftdata.authoring.mapping.models import Call, ImageTemplate, Part, RepeatedTurns, TextTemplate, Turn
from ftdata.authoring.mapping.reading import Read, Scope, structured
from ftdata.classes import dataclass, field
from ftdata.codec import encode
from ftdata.errors import RowError, shown


@dataclass
class Draft:
    """A conversation in the making.

    Attributes:
        path: The JSON path of its messages.
        waiting: The ids of the calls that have no result yet.
        ids: All ids of calls.
        parts: Of the message that is being made.
        calls: Of the message that is being made.
    """

    path: str = "$.messages"
    messages: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    parts: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)

    def after(self, path: str) -> Draft:
        """A draft of what follows these messages."""
        return Draft(path, [], [*self.waiting], {*self.ids})

    def new_id(self) -> str:
        """The next default id of a call."""
        number = len(self.ids) + 1
        while f"call_{number}" in self.ids:
            number += 1
        return f"call_{number}"


Add = Callable[[Row, Any], None]


def governed(scope: Scope, said: Any, place: str, compiled: Callable[[Scope], Add]) -> Add:
    """What is compiled, under its ``for`` and ``if``."""
    inner = scope
    if said.for_ is not None:
        items, name = scope.loop(said.for_, f"{place}.for")
        inner = scope.within(name)
    add = compiled(inner)
    if said.if_ is not None:
        add = _under(inner.condition(said.if_, f"{place}.if"), add)
    return add if said.for_ is None else _over(items, name, add)


def _under(condition: Callable[[Row], bool], add: Add) -> Add:
    def add_if(row: Row, to: Any) -> None:
        if condition(row):
            add(row, to)

    return add_if


def _over(items: Callable[[Row], list[Any]], name: str, add: Add) -> Add:
    def add_each(row: Row, to: Any) -> None:
        found = items(row)
        for index, item in enumerate(found):
            loop = {"index": index + 1, "index0": index, "first": not index, "last": index + 1 == len(found)}
            add({"row": row, **row, name: item, "loop": {**loop, "length": len(found)}}, to)

    return add_each


def messages(scope: Scope, said: Iterable[Turn | RepeatedTurns], place: str) -> Add:
    """All messages of a list."""
    adds = [message(scope, one, f"{place}[{index}]") for index, one in enumerate(said)]

    def add(row: Row, draft: Draft) -> None:
        for one in adds:
            one(row, draft)

    return add


def message(scope: Scope, said: Turn | RepeatedTurns, place: str) -> Add:
    """A message, or a group of them."""
    if isinstance(said, RepeatedTurns):
        return governed(scope, said, place, lambda inner: messages(inner, said.messages, f"{place}.messages"))
    return governed(scope, said, place, lambda inner: _turn(inner, said, place))


def _turn(scope: Scope, said: Turn, place: str) -> Add:
    role, content = scope.role(said.role, f"{place}.role"), _content(scope, said, place)
    calls = _calls(scope, said.tool_calls, f"{place}.tool_calls")
    name = None if said.name is None else scope.word(said.name, f"{place}.name")
    weight = None if said.weight is None else scope.expression(said.weight, f"{place}.weight")
    result_of = None if said.tool_call_id is None else scope.word(said.tool_call_id, f"{place}.tool_call_id")
    source = said.content if isinstance(said.content, str) and said.content in scope.known else None

    def add(row: Row, draft: Draft) -> None:
        where = f"{draft.path}[{len(draft.messages)}]"
        try:
            who = role(row)
            turn: dict[str, Any] = {"role": who}
            if who == "tool":
                turn["tool_call_id"] = result_of(row) if result_of else _waiting(draft)
                if turn["tool_call_id"] in draft.waiting:
                    draft.waiting.remove(turn["tool_call_id"])
            held = content(row, draft) if content else ""
            called = calls(row, draft) if calls else []
            if not _empty(held) or who in ("tool", "function"):
                turn["content"] = held
            elif who in ("system", "developer"):
                return
            elif content and scope.allow_empty:
                turn["content"] = held or ""
            elif not called:
                raise empty_turn(who, source)
            if name and (speaker := name(row)):
                turn["name"] = speaker
            if called:
                _attach(called, turn, draft)
            if weight and who == "assistant":
                turn["weight"] = _weight(weight(row))
        except RowError as error:
            error.json_path = error.json_path or where
            raise
        draft.messages.append(turn)

    return add


def _empty(content: str | list[Any]) -> bool:
    return not (content.strip() if isinstance(content, str) else content)


def _weight(value: Any) -> int:
    if isinstance(value, str):
        value = {"0": 0, "1": 1}.get(value.strip(), value)
    if value in (0, 1) and not isinstance(value, str):
        return int(value)
    raise RowError(f"a weight is 0 or 1; got {shown(value)}")


def _waiting(draft: Draft) -> str:
    """The call that a result without an id belongs to."""
    if len(draft.waiting) == 1:
        return draft.waiting[0]
    if not draft.waiting:
        raise RowError(
            "a tool's result without a call before it", hint="Set tool_call_id to say which call it answers."
        )
    calls = ", ".join(map(shown, draft.waiting))
    raise RowError(
        f"several calls wait for their results: {calls}", hint="Set tool_call_id to say which call it answers."
    )


def _attach(called: list[dict[str, Any]], turn: dict[str, Any], draft: Draft) -> None:
    if turn["role"] != "assistant":
        raise RowError(f"only an assistant calls functions; this turn is {turn['role']}")
    turn["tool_calls"] = called
    draft.waiting += [call["id"] for call in called]


# -- content ---------------------------------------------------------------------------------------------------------


def _content(scope: Scope, said: Turn, place: str) -> Callable[[Row, Draft], str | list[Any]] | None:
    if said.content is None:
        return None
    place = f"{place}.content"
    if isinstance(said.content, str):
        read = scope.text(said.content, place)
        return lambda row, draft: read(row)
    adds = [_part(scope, part, f"{place}[{index}]") for index, part in enumerate(said.content)]

    def parts(row: Row, draft: Draft) -> list[Any]:
        draft.parts = []
        for add in adds:
            add(row, draft.parts)
        return draft.parts

    return parts


def _part(scope: Scope, said: Part, place: str) -> Add:
    if isinstance(said, TextTemplate):
        return governed(scope, said, place, lambda inner: _text(inner, said, place))
    return governed(scope, said, place, lambda inner: _image(inner, said, place))


def _text(scope: Scope, said: TextTemplate, place: str) -> Add:
    read, allow_empty = scope.text(said.text, f"{place}.text"), scope.allow_empty

    def add(row: Row, parts: list[Any]) -> None:
        text = read(row)
        if allow_empty or text.strip():
            parts.append({"type": "text", "text": text})

    return add


def _image(scope: Scope, said: ImageTemplate, place: str) -> Add:
    # What is no column and looks like a path or URL is the same image for every row.
    fixed = said.image not in scope.known and "{" not in said.image and ("." in said.image or ":" in said.image)
    read: Read = scope.word(said.image, f"{place}.image") if fixed else scope.typed(said.image, f"{place}.image")
    folder, detail = scope.images, {"detail": said.detail} if said.detail else {}

    def add(row: Row, parts: list[Any]) -> None:
        parts.append({"type": "image_url", "image_url": {"url": image_url(read(row), folder), **detail}})

    return add


# -- calls -----------------------------------------------------------------------------------------------------------


def _calls(scope: Scope, said: str | list[Call] | None, place: str) -> Callable[[Row, Draft], list[Any]] | None:
    if said is None:
        return None
    if isinstance(said, str):
        return _held_calls(scope.typed(said, place))
    adds = [
        governed(scope, call, f"{place}[{index}]", _compiled_call(call, f"{place}[{index}]"))
        for index, call in enumerate(said)
    ]

    def calls(row: Row, draft: Draft) -> list[Any]:
        draft.calls = []
        for add in adds:
            add(row, draft)
        return draft.calls

    return calls


def _compiled_call(said: Call, place: str) -> Callable[[Scope], Add]:
    return lambda scope: _call(scope, said, place)


def _call(scope: Scope, said: Call, place: str) -> Add:
    name, own_id = scope.word(said.name, f"{place}.name"), said.id and scope.word(said.id, f"{place}.id")
    at = f"{place}.arguments"
    read = scope.typed(said.arguments, at) if isinstance(said.arguments, str) else scope.leaf(said.arguments, at)

    def add(row: Row, draft: Draft) -> None:
        called = name(row)
        if not called:
            raise RowError("the name of the function is empty", hint="Skip such calls with if.")
        draft.calls.append(_made_call(called, read(row), own_id(row) if own_id else "", draft))

    return add


def _made_call(name: str, arguments: Any, own_id: str, draft: Draft) -> dict[str, Any]:
    made = own_id or draft.new_id()
    draft.ids.add(made)
    return {"id": made, "type": "function", "function": {"name": name, "arguments": _arguments(arguments)}}


def _arguments(value: Any) -> str:
    """An object as JSON text; JSON text of an object as it is."""
    if not isinstance(structured(value, "the arguments"), dict):
        raise RowError(f"arguments are an object or its JSON text; got {shown(value)}")
    return value if isinstance(value, str) else encode(value).decode()


def _held_calls(read: Read) -> Callable[[Row, Draft], list[Any]]:
    """Calls as a column holds them: OpenAI's objects, or name and arguments alone."""

    def calls(row: Row, draft: Draft) -> list[Any]:
        held = structured(read(row), "the calls") or []
        made = []
        for call in [held] if isinstance(held, dict) else held if isinstance(held, list) else [held]:
            function = call.get("function", call) if isinstance(call, dict) else None
            if not isinstance(function, dict) or not isinstance(function.get("name"), str):
                raise RowError(f"expected a call, an object with name and arguments; got {shown(call)}")
            own_id = call.get("id")
            if own_id is not None and not isinstance(own_id, str):
                raise RowError(f"the id of a call is text; got {shown(own_id)}")
            made.append(_made_call(function["name"], function.get("arguments", {}), own_id or "", draft))
        return made

    return calls
