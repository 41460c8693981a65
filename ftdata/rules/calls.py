"""Calls of functions: their shape, their names, and their arguments against the declared schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftdata.codec import decode, encode
from ftdata.errors import RowError, did_you_mean, shown
from ftdata.formats.ids import with_ids
from ftdata.formats.mismatches import mismatch
from ftdata.rules.mending import calls_of, conversations_of, turns_of
from ftdata.rules.registry import CHAT, Problem, fixes, rule
from ftdata.rules.rewording import reword
from ftdata.rules.toolbox import NAMED, Toolbox

if TYPE_CHECKING:
    from ftdata.rules.look import RowLook

_SCHEMA = "OpenAI's API description, July 2025"


def functions_of(turn: Any, path: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Each called function of a message, in either style, with its path; only those that are objects."""
    calls = turn.get("tool_calls")
    for number, call in enumerate(calls if type(calls) is list else ()):
        if type(call) is dict and type(call.get("function")) is dict:
            yield call["function"], f"{path}.tool_calls[{number}].function"
    if type(turn.get("function_call")) is dict:
        yield turn["function_call"], f"{path}.function_call"


@rule(
    "call-shape", "error", "A call without its parts",
    over="call", kinds=CHAT,
    why="A call that the server cannot read fails the file.",
    fix='Write {"id": "…", "type": "function", "function": {"name": "…", "arguments": "{…}"}}.',
    source=f"{_SCHEMA}: id, type and function (name, arguments) are required; Azure and Fireworks document calls "
    "without an id",
)  # fmt: skip
def call_shape(turn: dict[str, Any], path: str, box: Toolbox, look: RowLook) -> Iterator[Problem]:
    """Calls that are no list, no object, or lack id, type or function."""
    calls = turn.get("tool_calls")
    if calls is not None and type(calls) is not list:
        yield Problem(f"{path}.tool_calls", "expected a list of calls", calls)
    if calls == [] and turn.get("content") is not None:
        yield Problem(f"{path}.tool_calls", "expected at least one call", calls)
    for number, call in enumerate(calls if type(calls) is list else ()):
        yield from _call(call, f"{path}.tool_calls[{number}]", look.target.wants_ids)
    legacy = turn.get("function_call")
    if legacy is not None and type(legacy) is not dict:
        yield Problem(f"{path}.function_call", "expected a function's name and arguments", legacy)


def _call(call: Any, here: str, wants_ids: bool) -> Iterator[Problem]:
    if type(call) is not dict:
        yield Problem(here, "expected a call", call)
        return
    if (wants_ids or "id" in call) and (type(call.get("id")) is not str or not call["id"]):
        yield Problem(f"{here}.id", "expected the call's id", call.get("id"))
    if call.get("type") == "custom":
        return
    if call.get("type") != "function":
        yield Problem(f"{here}.type", 'expected "function"', call.get("type"))
    if type(call.get("function")) is not dict:
        yield Problem(f"{here}.function", "expected a function's name and arguments", call.get("function"))


@fixes("call-shape", safe=True)
def add_types(row: dict[str, Any], kind: str) -> None:
    """The type of calls that lack it, ids where there are none, as text, and empty lists of calls left out."""
    reword(row, kind)
    for turns in conversations_of(row):
        if all(map(_has_calls, turns)):
            turns[:] = with_ids(turns)
    for turn in turns_of(row):
        calls = turn.get("tool_calls")
        if calls == [] and turn.get("content") is not None:
            del turn["tool_calls"]
        for call in calls if type(calls) is list else ():
            if type(call) is dict and type(call.get("function")) is dict and call.get("type") is None:
                call["type"] = "function"


def _has_calls(turn: Any) -> bool:
    """Whether a message has calls that ids can be made for, or none."""
    calls = turn.get("tool_calls") if type(turn) is dict else ""
    return calls is None or (type(calls) is list and all(map(_is_call, calls)))


def _is_call(call: Any) -> bool:
    return type(call) is dict and type(call.get("function")) is dict


@rule(
    "custom-call", "warning", "A call of a custom tool",
    over="call", kinds=CHAT,
    why="Newer API versions have them; training is only described for functions.",
    fix="Make it a function with one text parameter.",
    source="OpenAI's API description, August 2026: custom calls; not verified for training",
)  # fmt: skip
def custom_call(turn: dict[str, Any], path: str, box: Toolbox, look: RowLook) -> Iterator[Problem]:
    """Calls of the type custom."""
    calls = turn.get("tool_calls")
    for number, call in enumerate(calls if type(calls) is list else ()):
        if type(call) is dict and call.get("type") == "custom":
            yield Problem(f"{path}.tool_calls[{number}].type", "custom tools are not known for training")


@rule(
    "call-name", "error", "A called function's name with other characters than letters, digits, _ and -, or over 64",
    over="call", kinds=CHAT,
    why="The server takes no other names; dots and slashes fail, such as multi_tool_use.parallel.",
    fix="Rename the function, in its definition and in its calls.",
    source="OpenAI: 'does not match '^[a-zA-Z0-9_-]{1,64}$' - ...tool_calls.0.function.name', seen",
)  # fmt: skip
def call_name(turn: dict[str, Any], path: str, box: Toolbox, look: RowLook) -> Iterator[Problem]:
    """Names that the pattern refuses, absent ones too."""
    for function, here in functions_of(turn, path):
        name = function.get("name")
        if type(name) is not str or not NAMED.fullmatch(name):
            yield Problem(f"{here}.name", "expected a name of letters, digits, _ and -, at most 64", name)


@rule(
    "undeclared-function", "warning", "A call of a function that the example does not declare",
    over="call", kinds=CHAT,
    why="The model learns to call what it was not offered, or the name is misspelt.",
    fix="Declare it in tools, or correct the name.",
    source="OpenAI's guide: use identical definitions in training and inference; not verified as a check",
)  # fmt: skip
def undeclared_function(turn: dict[str, Any], path: str, box: Toolbox, look: RowLook) -> Iterator[Problem]:
    """Names that are not among the definitions, where there are any."""
    if box.functions:
        for function, here in functions_of(turn, path):
            name = function.get("name")
            if type(name) is str and name not in box.functions:
                hint = did_you_mean(name, box.functions)
                yield Problem(f"{here}.name", "this function is not declared", name, hint)


@rule(
    "no-definitions", "info", "Calls in examples that declare no functions at all",
    over="call", kinds=CHAT, once=True,
    why="Leaving definitions out saves tokens and is legitimate; arguments cannot be checked then.",
    fix="If it is not meant, add the definitions as tools.",
    source="OpenAI's guide: functions may be omitted to save tokens",
)  # fmt: skip
def no_definitions(turn: dict[str, Any], path: str, box: Toolbox, look: RowLook) -> Iterator[Problem]:
    """Calls without tools and functions."""
    if not box.functions:
        for _, here in functions_of(turn, path):
            yield Problem(here, "the rows call functions and declare none")
            return


@rule(
    "arguments-type", "error", "Arguments that are not text",
    over="call", kinds=CHAT,
    why="Arguments are JSON written as text, in a string.",
    fix="Write the JSON as a string: --fix does.",
    source=f"{_SCHEMA}: arguments is a JSON-encoded string, required",
)  # fmt: skip
def arguments_type(turn: dict[str, Any], path: str, box: Toolbox, look: RowLook) -> Iterator[Problem]:
    """Objects, other values, and absent arguments."""
    for function, here in functions_of(turn, path):
        if type(function.get("arguments")) is not str:
            yield Problem(f"{here}.arguments", "expected JSON text in a string", function.get("arguments"))


@fixes("arguments-type", safe=True)
def encode_arguments(row: dict[str, Any], kind: str) -> None:
    """Objects as their JSON text."""
    for function in calls_of(row):
        if type(function.get("arguments")) is dict:
            function["arguments"] = encode(function["arguments"]).decode()


@rule(
    "arguments-json", "warning", "Arguments that are not JSON objects",
    over="call", kinds=CHAT,
    why="An application that parses them fails, and the model learns to write them so.",
    fix="Write a JSON object; a Python repr such as {'city': 'Paris'} is none.",
    source=f"{_SCHEMA}: arguments are JSON; the server's answer to other text is not verified",
)  # fmt: skip
def arguments_json(turn: dict[str, Any], path: str, box: Toolbox, look: RowLook) -> Iterator[Problem]:
    """Text that does not parse, or to another value than an object."""
    for function, here in functions_of(turn, path):
        text = function.get("arguments")
        if type(text) is not str:
            continue
        try:
            value = decode(text.encode())
        except RowError as error:
            yield Problem(f"{here}.arguments", error.message, text)
        except UnicodeEncodeError:
            yield Problem(f"{here}.arguments", "not valid Unicode", text)
        else:
            if type(value) is not dict and not (type(value) is str and _object(value) is not None):
                yield Problem(f"{here}.arguments", "expected the text of a JSON object", text)


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = decode(text.encode())
    except (RowError, UnicodeEncodeError):
        return None
    return value if type(value) is dict else None


@rule(
    "double-encoded-arguments", "warning", "Arguments that were written as JSON twice",
    over="call", kinds=CHAT,
    why="The text is the JSON of a string that is JSON: an application gets a string where it expects an object.",
    fix="Encode them once: --unsafe-fixes does.",
    source="seen in exports; the server's answer is not verified",
)  # fmt: skip
def double_encoded_arguments(turn: dict[str, Any], path: str, box: Toolbox, look: RowLook) -> Iterator[Problem]:
    """JSON of a string that holds the JSON of an object."""
    for function, here in functions_of(turn, path):
        if type(function.get("arguments")) is str and _twice(function["arguments"]) is not None:
            yield Problem(f"{here}.arguments", "the JSON was encoded twice", function["arguments"])


def _twice(text: str) -> str | None:
    """The text that was encoded once more."""
    try:
        value = decode(text.encode()) if text.lstrip().startswith('"') else None
    except (RowError, UnicodeEncodeError):
        return None
    return value if type(value) is str and _object(value) is not None else None


@fixes("double-encoded-arguments", safe=False)
def encode_once(row: dict[str, Any], kind: str) -> None:
    """The inner text."""
    for function in calls_of(row):
        if type(function.get("arguments")) is str and (once := _twice(function["arguments"])) is not None:
            function["arguments"] = once


@rule(
    "arguments-schema", "warning", "Arguments that the function's parameters do not allow",
    over="call", kinds=CHAT,
    why="The model learns to call the function wrongly; an application that validates refuses the call.",
    fix="Correct the arguments, or the definition.",
    source="JSON Schema 2020-12, the definition in the example itself; not verified as a server's check",
)  # fmt: skip
def arguments_schema(turn: dict[str, Any], path: str, box: Toolbox, look: RowLook) -> Iterator[Problem]:
    """Each error that the compiled schema reports."""
    for function, here in functions_of(turn, path):
        text, name = function.get("arguments"), function.get("name")
        known = box.functions.get(name) if type(name) is str else None
        if known is None or known.validator is None or type(text) is not str:
            continue
        value = _object(text)
        for error in known.validator.iter_errors(value) if value is not None else ():
            found = mismatch(error)
            where = found.place.removeprefix(".")
            yield Problem(f"{here}.arguments", f"{where}: {found.text}" if where else found.text)


@rule(
    "undeclared-argument", "warning", "An argument that the function does not declare",
    over="call", kinds=CHAT,
    why="The model learns to pass what the function does not take. Tables that merge the arguments of all functions "
    "fill in such keys with null.",
    fix="Remove it, or declare it. --fix removes those that are null.",
    source="axolotl PR 2909 and TRL PR 5307: Arrow merges the arguments of all functions; seen",
)  # fmt: skip
def undeclared_argument(turn: dict[str, Any], path: str, box: Toolbox, look: RowLook) -> Iterator[Problem]:
    """Keys of arguments beside a function's properties, where its parameters allow no others."""
    for function, here in functions_of(turn, path):
        text, name = function.get("arguments"), function.get("name")
        known = box.functions.get(name) if type(name) is str else None
        value = _object(text) if known is not None and known.names is not None and type(text) is str else None
        if known is None or known.names is None or value is None:
            continue
        for key in value:
            if key not in known.names:
                what = ", and its value is null" if value[key] is None else ""
                yield Problem(f"{here}.arguments", f"the argument {shown(key)} is not declared{what}")
