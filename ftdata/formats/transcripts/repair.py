"""Logged messages and definitions put right: what vendors and clients are known to damage, each kind counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from ftdata.codec import decode, encode
from ftdata.errors import RowError, shown
from ftdata.example.words import ROLES
from ftdata.formats import arguments
from ftdata.formats.definitions import read_tools
from ftdata.formats.gate import check_messages
from ftdata.formats.ids import call_id

ROLE_NAMES = {
    "human": "user", "ai": "assistant", "model": "assistant", "bot": "assistant", "chatbot": "assistant",
    "gpt": "assistant", "agent": "assistant", "instruction": "system", "instructions": "system",
}  # fmt: skip
"""What roles are called elsewhere, in small letters."""

NULLS = "nulls left out that stood for absent keys"
DOUBLED = "arguments that were JSON text of JSON text"
OBJECTS = "arguments that were objects written as JSON text"
NOTHING = "empty arguments written as {}"
MADE = "ids made for calls that had none"
SHORTENED = "ids of calls shortened to 40 characters or fewer"
TOLD_APART = "ids that several calls had told apart"
UNWRAPPED = "JSON text read in place of its value"
PARTS = "content_parts moved to content"
BESIDE = "functions beside tools merged into tools"

MAX_ID = 40
"""Characters of a call's id that OpenAI takes."""

_ROLES = frozenset(ROLES)
_KEPT = frozenset(("role", "content", "name", "tool_calls", "tool_call_id", "function_call", "refusal", "weight",
                   "reasoning_content"))  # fmt: skip
_REASONING = ("reasoning", "thinking")  # what some gateways call reasoning_content, as text

Message = dict[str, Any]


def unwrapped(value: Any, repaired: Counter[str]) -> Any:
    """The value; of text that holds a JSON object or list, what it holds."""
    if type(value) is str and value.lstrip()[:1] in ("{", "["):
        try:
            found = decode(value.encode())
        except RowError:
            return value
        repaired[UNWRAPPED] += 1
        return found
    return value


def conversation(given: Any, path: str, repaired: Counter[str]) -> list[Message]:
    """Messages as chat examples hold them; their calls are linked by `linked`.

    Args:
        given: A list of messages, or the JSON text of one.
        path: Where they stand, for errors.
        repaired: Counts what is put right.

    Raises:
        RowError: If it is not a list of messages, or one of them is malformed.
    """
    given = unwrapped(given, repaired)
    if type(given) is not list:
        raise RowError(f"expected a list of messages; got {shown(given)}", json_path=path)
    return [
        one if is_plain(one) else _checked(message(one, f"{path}[{index}]", repaired), path, index)
        for index, one in enumerate(given)
    ]


def _checked(one: Message, path: str, index: int) -> Message:
    """The message, if it can be worked with.

    Raises:
        RowError: If it cannot.
    """
    check_messages([one], path, index)
    return one


def is_plain(one: Any) -> bool:
    """Whether nothing has to be done for a message."""
    return (
        type(one) is dict
        and type(one.get("content")) is str
        and type(role := one.get("role")) is str
        and role in _ROLES
        and (len(one) == 2 or (len(one) == 3 and type(one.get("tool_call_id")) is str))
    )


def message(given: Any, path: str, repaired: Counter[str]) -> Message:
    """One message, without nulls, with its calls and content as chat examples hold them.

    Raises:
        RowError: If it is none.
    """
    if type(given) is not dict:
        raise RowError(f"expected a message, an object with a role; got {shown(given)}", json_path=path)
    made = {"role": _role(given.get("role"))}
    for key, value in given.items():
        if value is None:
            _add_null(made, "" if key == "content" and given.get("content_parts") else key, repaired)
        elif key in _KEPT:
            if key != "role":
                made[key] = value
        elif key in _REASONING and type(value) is str:
            made["reasoning_content"] = value
        elif key == "content_parts":
            made["content"] = value
            repaired[PARTS] += 1
        elif value not in ("", [], {}):
            repaired[f"{key} of messages left out"] += 1
    if "tool_calls" in made:
        made["tool_calls"] = calls(made["tool_calls"], f"{path}.tool_calls", repaired)
        if not made["tool_calls"]:
            del made["tool_calls"]
    if "function_call" in made:
        name, text = function(made["function_call"], f"{path}.function_call", repaired)
        made["function_call"] = {"name": name, "arguments": text}
    if type(made.get("content")) is dict:
        made["content"] = encode(made["content"]).decode()
        repaired["content that was an object written as JSON text"] += 1
    return made


def _add_null(made: Message, key: str, repaired: Counter[str]) -> None:
    """A null is an absent key, but for the result of a function, which may be null, or of a tool, which is text."""
    if key == "content" and made["role"] == "function":
        made[key] = None
    elif key == "content" and made["role"] == "tool":
        made[key] = ""
        repaired["results that were null written as empty text"] += 1
    else:
        repaired[NULLS] += 1


def _role(role: Any) -> Any:
    return role if type(role) is not str or role in _ROLES else ROLE_NAMES.get(role.casefold(), role.casefold())


def calls(given: Any, path: str, repaired: Counter[str]) -> list[dict[str, Any]]:
    """Calls as chat examples hold them, however they are wrapped; without an id where none was logged.

    Raises:
        RowError: If it is not a list of calls.
    """
    given = unwrapped(given, repaired)
    if type(given) is not list:
        raise RowError(f"expected a list of calls; got {shown(given)}", json_path=path)
    made = []
    for index, one in enumerate(given):
        one = unwrapped(one, repaired)
        if type(one) is dict and one.get("type") == "custom" and type(one.get("custom")) is dict:
            made.append(one)  # its input is free text: what a format cannot carry of it is for the format to say
            continue
        name, text = function(one, f"{path}[{index}]", repaired)
        id = next((one[key] for key in _CALL_IDS if one.get(key)), None)
        call = {"id": id} if type(id) is str else {}
        made.append({**call, "type": "function", "function": {"name": name, "arguments": text}})
    return made


_CALL_IDS = ("id", "call_id", "tool_call_id", "toolCallId")


def function(call: Any, path: str, repaired: Counter[str]) -> tuple[str, str]:
    """The name and the arguments' JSON text of a call: nested under `function`, or flat.

    Raises:
        RowError: If it has no name.
    """
    inner = call.get("function") if type(call) is dict and type(call.get("function")) is dict else call
    if type(inner) is not dict or type(name := _called(inner)) is not str:
        raise RowError(f"expected a call of a function with its name; got {shown(call)}", json_path=path)
    given = next((inner[key] for key in ("arguments", "args", "input", "parameters") if key in inner), None)
    return name, arguments_text(given, repaired)


def _called(inner: Message) -> Any:
    return next((inner[key] for key in ("name", "toolName", "tool_name", "function") if key in inner), None)


def arguments_text(given: Any, repaired: Counter[str]) -> str:
    """JSON text of a call's arguments; text that cannot be read as an object stays as it is, for rules to find."""
    if type(given) is not str:
        repaired[NOTHING if given is None else OBJECTS] += 1
        return arguments.as_text(given)
    if not given.strip():
        repaired[NOTHING] += 1
        return "{}"
    try:
        value = decode(given.encode())
    except RowError:
        try:
            return encode(arguments.read(given, "$", repaired)).decode()
        except RowError:
            return given
    if type(value) is str and type(arguments.value_of(value)) is dict:
        repaired[DOUBLED] += 1
        return value
    return given


def linked(messages: Sequence[Message], repaired: Counter[str]) -> list[Message]:
    """The messages with an id of its own for every call, which its result names too.

    Missing and empty ids are made, over-long ones hashed, and those that several calls have are told apart. A result
    without an id answers the first call of its name that waits for one, or else the first that waits.
    """
    for message in messages:
        if "tool_calls" in message:
            break
    else:
        return messages if type(messages) is list else list(messages)
    return _Links(repaired).all(messages)


class _Links:
    """The ids that calls were given, while the messages are gone through in order."""

    def __init__(self, repaired: Counter[str]) -> None:
        self.repaired = repaired
        self.taken: set[str] = set()
        self.renamed: dict[str, list[str]] = defaultdict(list)  # by the id as logged: calls that wait, in order
        self.last: dict[str, str] = {}
        self.waiting: dict[str, str] = {}  # names by the ids of the calls without a result, in order
        self.number = 0

    def all(self, messages: Sequence[Message]) -> list[Message]:
        """Every message, with its ids."""
        made = []
        for message in messages:
            if "tool_calls" in message:
                message = {**message, "tool_calls": [self._call(call) for call in message["tool_calls"]]}
            elif message.get("role") == "tool":
                message = self._result(message)
            made.append(message)
        return made

    def _call(self, call: dict[str, Any]) -> dict[str, Any]:
        logged = call.get("id") or ""
        function = call.get("function") or {}
        name, text = function.get("name", ""), function.get("arguments", "")
        id = self._new(logged, name, text)
        self.number += 1
        self.taken.add(id)
        self.renamed[logged].append(id)
        self.last[logged] = id
        self.waiting[id] = name
        return call if id == logged else {"id": id, **{key: call[key] for key in call if key != "id"}}

    def _new(self, logged: str, name: str, text: str) -> str:
        if logged and len(logged) <= MAX_ID and logged not in self.taken:
            return logged
        what = MADE if not logged else SHORTENED if len(logged) > MAX_ID else TOLD_APART
        self.repaired[what] += 1
        number = self.number
        while (id := call_id(number, f"{logged}\0{name}" if logged else name, text)) in self.taken:
            number += 1 << 20
        return id

    def _result(self, message: Message) -> Message:
        logged = message.get("tool_call_id") or ""
        if not logged:
            if not self.waiting:
                return message
            said = message.get("name")
            named = (id for id, name in self.waiting.items() if name == said) if said else iter(())
            id = next(named, None) or next(iter(self.waiting))
        else:
            mine = self.renamed.get(logged)
            id = mine.pop(0) if mine else self.last.get(logged, logged)
        self.waiting.pop(id, None)
        if id == logged:
            return message
        # The name told which call it answers; now its id does.
        kept = message if logged else {key: value for key, value in message.items() if key != "name"}
        return {**kept, "tool_call_id": id}


def tools(
    given: Any, functions: Any, path: str, repaired: Counter[str], *, functions_path: str = ""
) -> list[dict[str, Any]]:
    """Definitions wrapped as chat examples hold them: of a list, an object by name or JSON text; with the functions.

    Tools that are no functions (a vendor's own, such as web search) are left out and counted.

    Raises:
        RowError: If it holds no definitions.
    """
    found = _definitions(given, path, repaired)
    more = _definitions(functions, functions_path or path, repaired)
    if found and more:
        repaired[BESIDE] += 1
        names = {tool["function"]["name"] for tool in found}
        return found + [tool for tool in more if tool["function"]["name"] not in names]
    return found or more


def _definitions(given: Any, path: str, repaired: Counter[str]) -> list[dict[str, Any]]:
    given = unwrapped(given, repaired)
    if not given:
        return []
    if isinstance(given, Mapping) and "name" not in given and "function" not in given:
        # An object by name, as Langfuse writes them: its values are definitions, or JSON text of them.
        given = [_named(name, unwrapped(one, repaired)) for name, one in given.items()]
    listed = given if type(given) is list else [given]
    kept = []
    for one in listed:
        one = _with_parameters(unwrapped(one, repaired))
        if type(one) is dict and one.get("type", "function") != "function" and "function" not in one:
            repaired[f'tools that are not functions left out: "{shown(one["type"])[1:-1]}"'] += 1
        else:
            kept.append(_without_nulls(one, repaired))
    return read_tools(kept, path, repaired) if kept else []


def _with_parameters(one: Any) -> Any:
    """The definition with its schema under OpenAI's name, which others call otherwise."""
    if type(one) is not dict or "parameters" in one or "function" in one:
        return one
    schema = next((key for key in _SCHEMAS if key in one), None)
    if schema is None:
        return one
    given = one[schema]
    if type(given) is dict and type(given.get("jsonSchema")) is dict:
        given = given["jsonSchema"]  # the AI SDK's schema as an object
    kept = {key: value for key, value in one.items() if key in ("name", "description")}
    return {**kept, "parameters": given}


_SCHEMAS = ("input_schema", "inputSchema", "parameters_json_schema", "parametersJsonSchema", "jsonSchema")
_DEFINING = frozenset(("parameters", "description", *_SCHEMAS))


def _named(name: str, one: Any) -> Any:
    if type(one) is dict and "name" not in one and "function" not in one:
        return {"name": name, **one} if _DEFINING & one.keys() else {"name": name, "parameters": one}
    return one


def _without_nulls(tool: Any, repaired: Counter[str]) -> Any:
    """The definition without its null keys and its function's; a schema's own nulls are data."""
    if type(tool) is not dict:
        return tool
    inner = tool.get("function")
    if None not in tool.values() and not (type(inner) is dict and None in inner.values()):
        return tool
    repaired[NULLS] += 1
    made = {key: value for key, value in tool.items() if value is not None}
    if type(inner) is dict:
        made["function"] = {key: value for key, value in inner.items() if value is not None}
    return made
