"""Messages one by one: roles, content and its parts, names, weights, keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftdata.codec import member
from ftdata.errors import did_you_mean, shown
from ftdata.example.words import ROLES
from ftdata.formats.targets import MESSAGE_KEYS, PART_KEYS, RESPONSE_KEYS
from ftdata.rules.mending import parts_of, turns_of
from ftdata.rules.registry import CHAT, Problem, fixes, rule
from ftdata.rules.rewording import reword
from ftdata.rules.toolbox import NAMED

if TYPE_CHECKING:
    from ftdata.rules.look import RowLook

_SCHEMA = "OpenAI's API description, July 2025"


@rule(
    "message-shape", "error", "A message is not an object, or has no role",
    over="message", kinds=CHAT,
    why="Without a role nobody speaks.",
    fix='Write {"role": "user", "content": "…"}.',
    source="OpenAI: 'Example 100, message 2 Discriminator 'role' is missing in value', seen",
)  # fmt: skip
def message_shape(turn: Any, path: str, look: RowLook) -> Iterator[Problem]:
    """What is no message at all."""
    if type(turn) is not dict:
        yield Problem(path, "expected a message, an object with a role", turn)
    elif "role" not in turn:
        yield Problem(path, f"expected a role; got the keys {', '.join(map(shown, list(turn)[:8])) or 'none'}")


@rule(
    "unknown-role", "error", "A role that the service does not know",
    over="message", kinds=CHAT,
    why="The role tells the schemas apart; a message with another one matches none.",
    fix="Rename it; rows of another format are converted first: ftdata convert --from.",
    source=f"{_SCHEMA}: messages are one of system, user, assistant, tool, function",
)  # fmt: skip
def unknown_role(turn: Any, path: str, look: RowLook) -> Iterator[Problem]:
    """Roles of other formats, misspelt ones, and what is no text."""
    if type(turn) is not dict or "role" not in turn:
        return
    role = turn["role"]
    if type(role) is not str or role not in ROLES:
        near = did_you_mean(role, ROLES) if type(role) is str and role.casefold() in ROLES else ""
        roles = ", ".join(one for one in ROLES if (one == "developer") <= (look.kind == "reinforcement"))
        yield Problem(f"{path}.role", f"expected one of {roles}", role, near)


@rule(
    "developer-role", "warning", "The role developer in supervised or preference data",
    over="message", kinds=("chat", "preference"),
    why="It is in the schema of reinforcement lines only; whether the server takes it elsewhere is not known.",
    fix="Write system.",
    source=f"{_SCHEMA}: the union of roles; not verified",
)  # fmt: skip
def developer_role(turn: Any, path: str, look: RowLook) -> Iterator[Problem]:
    """A developer where a system speaks."""
    if type(turn) is dict and turn.get("role") == "developer":
        yield Problem(f"{path}.role", 'the role "developer" is for reinforcement lines')


@rule(
    "system-in-rft", "error", "The role system in reinforcement data",
    over="message", kinds=("reinforcement",),
    why="The server rejects it there.",
    fix="Write developer.",
    source="Azure OpenAI: 'System messages are not supported in 'reinforcement' examples', seen 2026-07",
)  # fmt: skip
def system_in_rft(turn: Any, path: str, look: RowLook) -> Iterator[Problem]:
    """A system where a developer speaks."""
    if type(turn) is dict and turn.get("role") == "system":
        yield Problem(f"{path}.role", "system messages are not supported in reinforcement lines")


def _renamed(row: dict[str, Any], old: str, new: str) -> None:
    for turn in turns_of(row):
        if turn.get("role") == old:
            turn["role"] = new


@fixes("developer-role", safe=False)
def developer_to_system(row: dict[str, Any], kind: str) -> None:
    """The role that the schema has."""
    _renamed(row, "developer", "system")


@fixes("system-in-rft", safe=False)
def system_to_developer(row: dict[str, Any], kind: str) -> None:
    """The role that the schema has."""
    _renamed(row, "system", "developer")


@rule(
    "unknown-message-key", "warning", "A key in a message that its role does not have",
    over="message", kinds=CHAT,
    why="It is not trained, and the server may reject it.",
    fix="Remove it (--unsafe-fixes does), or move what it says into content.",
    source=f"{_SCHEMA}: the keys of each role; the server's answer is not verified",
)  # fmt: skip
def unknown_message_key(turn: Any, path: str, look: RowLook) -> Iterator[Problem]:
    """Keys beside those of the schema; a weight has a rule of its own, and so have keys that responses carry."""
    for key in _unknown(turn):
        yield Problem(member(path, key), f"{turn['role']} messages have no {shown(key)}")


def _unknown(turn: Any) -> list[str]:
    known = MESSAGE_KEYS.get(turn["role"]) if type(turn) is dict and type(turn.get("role")) is str else None
    if known is None:
        return []
    return [
        key
        for key, value in turn.items()
        if key not in known and key not in RESPONSE_KEYS and key != "weight" and value is not None
    ]


@fixes("unknown-message-key", safe=False)
def drop_message_keys(row: dict[str, Any], kind: str) -> None:
    """Read masks and thoughts for what they are, and leave the other keys out."""
    reword(row, kind)
    for turn in turns_of(row):
        for key in _unknown(turn):
            del turn[key]


@rule(
    "response-key", "warning", "A key that only responses have",
    over="message", kinds=CHAT,
    why="Messages copied from responses carry keys that a training line does not have.",
    fix="Remove it: --fix does.",
    source="OpenAI's API description, August 2026: annotations and audio are in responses; not for fine-tuning",
)  # fmt: skip
def response_key(turn: Any, path: str, look: RowLook) -> Iterator[Problem]:
    """Annotations and audio."""
    if type(turn) is dict:
        for key in RESPONSE_KEYS:
            if turn.get(key) is not None:
                yield Problem(f"{path}.{key}", f'"{key}" is a key of responses')


@fixes("response-key", safe=True)
def drop_response_keys(row: dict[str, Any], kind: str) -> None:
    """Remove them."""
    for turn in turns_of(row):
        for key in RESPONSE_KEYS:
            turn.pop(key, None)


@rule(
    "missing-content", "error", "A message without content",
    over="message", kinds=CHAT,
    why="System, user and tool messages must say something.",
    fix="Write the text, or leave the message out.",
    source=f"{_SCHEMA}: content is required; OpenAI: 'key \"content\": Input should be a valid string', seen",
)  # fmt: skip
def missing_content(turn: Any, path: str, look: RowLook) -> Iterator[Problem]:
    """Null or absent content where it is required."""
    if type(turn) is not dict or turn.get("content") is not None:
        return
    role = turn.get("role")
    if role in ("system", "developer", "user", "tool") or (role == "function" and "content" not in turn):
        yield Problem(f"{path}.content", "expected text; got " + ("null" if "content" in turn else "no content"))


@rule(
    "empty-assistant", "error", "An assistant message with neither content nor calls",
    over="message", kinds=CHAT,
    why="There is nothing to learn or to continue from.",
    fix="Write the answer, or leave the message out.",
    source="OpenAI: 'At least one of content or function_call must be set', seen",
)  # fmt: skip
def empty_assistant(turn: Any, path: str, look: RowLook) -> Iterator[Problem]:
    """An assistant that says nothing, calls nothing and refuses nothing."""
    if type(turn) is not dict or turn.get("role") != "assistant" or turn.get("content") is not None:
        return
    refusal = turn.get("refusal")
    refused = type(refusal) is str and refusal
    if not (turn.get("tool_calls") or turn.get("function_call") or refused):
        yield Problem(path, "expected content, tool_calls or a refusal; got none")


@rule(
    "content-type", "error", "Content that is neither text nor a list of parts",
    over="message", kinds=CHAT,
    why="Content is text; JSON answers are written as the text of the JSON.",
    fix="Write the JSON as text, in a string.",
    source="OpenAI: 'key \"content\": Input should be a valid string', seen",
)  # fmt: skip
def content_type(turn: Any, path: str, look: RowLook) -> Iterator[Problem]:
    """Numbers, objects and other values."""
    if type(turn) is dict and type(turn.get("content")) not in (str, list, type(None)):
        yield Problem(f"{path}.content", "expected text, or a list of parts", turn["content"])


@rule(
    "tool-content-parts", "error", "A tool's result as a list of parts",
    over="message", kinds=CHAT,
    why="The server takes only text there, though its own playground exports parts.",
    fix="Join the parts into text: --fix does.",
    source="OpenAI: 'Line 1, message 3, key \"content\": Input should be a valid string', seen 2024-10",
)  # fmt: skip
def tool_content_parts(turn: Any, path: str, look: RowLook) -> Iterator[Problem]:
    """Parts in tool and function messages."""
    if type(turn) is dict and turn.get("role") in ("tool", "function") and type(turn.get("content")) is list:
        yield Problem(f"{path}.content", "expected text, not a list of parts", turn["content"])


@fixes("tool-content-parts", safe=True)
def join_parts(row: dict[str, Any], kind: str) -> None:
    """Join them, where all are text."""
    for turn in turns_of(row):
        content = turn.get("content")
        if turn.get("role") not in ("tool", "function") or type(content) is not list:
            continue
        if all(type(part) is dict and type(part.get("text")) is str for part in content):
            turn["content"] = "".join(part["text"] for part in content)


@rule(
    "message-name", "error", "A name with other characters than letters, digits, _ and -, or over 64",
    over="message", kinds=CHAT,
    why="The server takes no other names, for speakers as for functions.",
    fix="Rename it: letters a to z, digits, underscores and dashes, at most 64.",
    source="OpenAI: ''X Y' does not match '^[a-zA-Z0-9_-]{1,64}$' - 'messages.2.name'', seen",
)  # fmt: skip
def message_name(turn: Any, path: str, look: RowLook) -> Iterator[Problem]:
    """Names of speakers, and the function's name that its result must have."""
    if type(turn) is not dict:
        return
    name = turn.get("name")
    if turn.get("role") == "function" and name is None:
        yield Problem(path, "expected the function's name")
    elif name is not None and not (type(name) is str and NAMED.fullmatch(name)):
        yield Problem(f"{path}.name", "expected a name of letters, digits, _ and -, at most 64", name)


@rule(
    "weight", "error", "A weight that is neither 0 nor 1",
    over="message", kinds=CHAT,
    why="A message is trained or it is not; there is nothing between.",
    fix="Write 0 to leave the message out of training, 1 to train on it.",
    source=f"{_SCHEMA}: weight is an integer, 0 or 1",
)  # fmt: skip
def weight(turn: Any, path: str, look: RowLook) -> Iterator[Problem]:
    """Other numbers, and texts."""
    if _weight(turn) is not None and turn["weight"] not in (0, 1):
        yield Problem(f"{path}.weight", "expected 0 or 1", turn["weight"])


def _weight(turn: Any) -> Any:
    """The weight of an assistant's message."""
    return turn.get("weight") if type(turn) is dict and turn.get("role") == "assistant" else None


@rule(
    "weight-type", "warning", "A weight of true, false or 1.0",
    over="message", kinds=CHAT,
    why="The schema has the integers 0 and 1; what the server makes of others is not known.",
    fix="Write 0 or 1: --fix does.",
    source=f"{_SCHEMA}: weight is an integer; the server's answer to true is not verified",
)  # fmt: skip
def weight_type(turn: Any, path: str, look: RowLook) -> Iterator[Problem]:
    """What equals 0 or 1 and is no integer."""
    if type(_weight(turn)) in (bool, float) and turn["weight"] in (0, 1):
        yield Problem(f"{path}.weight", "expected the integer 0 or 1", turn["weight"])


@fixes("weight-type", safe=True)
def whole_weights(row: dict[str, Any], kind: str) -> None:
    """The integer that it equals."""
    for turn in turns_of(row):
        if type(_weight(turn)) in (bool, float) and turn["weight"] in (0, 1):
            turn["weight"] = int(turn["weight"])


@rule(
    "weight-role", "warning", "A weight on a message that is not the assistant's",
    over="message", kinds=CHAT,
    why="Only the assistant's messages are trained; Together reads weights of any role, OpenAI has them on assistants.",
    fix="Remove it: --fix does.",
    source=f"{_SCHEMA}: weight is a key of assistant messages; the server's answer elsewhere is not verified",
)  # fmt: skip
def weight_role(turn: Any, path: str, look: RowLook) -> Iterator[Problem]:
    """Weights of users, systems and tools."""
    role = turn.get("role") if type(turn) is dict else None
    if role in ROLES and role != "assistant" and turn.get("weight") is not None:
        yield Problem(f"{path}.weight", f"{role} messages are never trained")


@fixes("weight-role", safe=True)
def drop_weights(row: dict[str, Any], kind: str) -> None:
    """Remove them."""
    for turn in turns_of(row):
        if turn.get("role") in ROLES and turn["role"] != "assistant":
            turn.pop("weight", None)


@rule(
    "content-parts", "error", "A part of content that its role cannot have",
    over="message", kinds=CHAT,
    why="Systems and tools speak text, users text and images, assistants text or one refusal.",
    fix="Write parts such as {\"type\": \"text\", \"text\": \"…\"}; images go into user messages.",
    source=f"{_SCHEMA}: parts by role, at least one; audio and files are not for fine-tuning",
)  # fmt: skip
def content_parts(turn: Any, path: str, look: RowLook) -> Iterator[Problem]:
    """Parts of the wrong type, of a type that the role cannot have, and lists of none."""
    if type(turn) is not dict or type(content := turn.get("content")) is not list or turn.get("role") not in ROLES:
        return
    if not content:
        yield Problem(f"{path}.content", "expected at least one part", content)
    for index, part in enumerate(content):
        here = f"{path}.content[{index}]"
        if type(part) is not dict or type(part.get("type")) is not str:
            yield Problem(here, 'expected a part such as {"type": "text", "text": "…"}', part)
        elif part["type"] == "text" or (part["type"] == "refusal" and turn["role"] == "assistant"):
            if type(part.get(part["type"])) is not str:
                yield Problem(f"{here}.{part['type']}", "expected text", part.get(part["type"]))
        elif part["type"] == "image_url" and turn["role"] == "assistant":
            yield Problem(here, "assistant messages cannot hold images")
        elif part["type"] != "image_url" or turn["role"] != "user":
            yield Problem(f"{here}.type", f"{turn['role']} messages cannot hold such a part", part["type"])


@rule(
    "refusal-parts", "warning", "A refusal beside other parts",
    over="message", kinds=CHAT,
    why="An answer is text or one refusal, not both; how refusals are trained is not known.",
    fix="Write the refusal as the text of the answer.",
    source=f"{_SCHEMA}: exactly one refusal part; not verified",
)  # fmt: skip
def refusal_parts(turn: Any, path: str, look: RowLook) -> Iterator[Problem]:
    """Refusals that are not the only part."""
    content = turn.get("content") if type(turn) is dict else None
    parts = content if type(content) is list else []
    if len(parts) > 1 and any(type(part) is dict and part.get("type") == "refusal" for part in parts):
        yield Problem(f"{path}.content", "expected text parts, or exactly one refusal")


_REQUEST_KEY = "prompt_cache_breakpoint"


@rule(
    "cache-breakpoint", "warning", "A mark for the cache of requests in a part",
    over="message", kinds=CHAT,
    why="It is for requests; a training line does not have it.",
    fix="Remove it: --fix does.",
    source="OpenAI's API description, August 2026: prompt_cache_breakpoint; not verified for training",
)  # fmt: skip
def cache_breakpoint(turn: Any, path: str, look: RowLook) -> Iterator[Problem]:
    """prompt_cache_breakpoint beside a part's own keys."""
    content = turn.get("content") if type(turn) is dict else None
    for index, part in enumerate(content if type(content) is list else ()):
        if type(part) is dict and _REQUEST_KEY in part:
            yield Problem(f"{path}.content[{index}].{_REQUEST_KEY}", "a mark for the cache of requests")


@fixes("cache-breakpoint", safe=True)
def drop_breakpoints(row: dict[str, Any], kind: str) -> None:
    """Remove them."""
    for part in parts_of(row):
        part.pop(_REQUEST_KEY, None)


@rule(
    "unknown-part-key", "warning", "A key in a part that it does not have",
    over="message", kinds=CHAT,
    why="It is not trained, and the server may reject it.",
    fix="Remove it (--unsafe-fixes does, where the part has its own), or move what it says to where it belongs.",
    source="OpenAI's API description, July 2025: the keys of each part; not verified",
)  # fmt: skip
def unknown_part_key(turn: Any, path: str, look: RowLook) -> Iterator[Problem]:
    """Keys beside those of the part's type."""
    content = turn.get("content") if type(turn) is dict else None
    for index, part in enumerate(content if type(content) is list else ()):
        for key in _part_keys(part):
            yield Problem(member(f"{path}.content[{index}]", key), f"a {part['type']} part has no {shown(key)}")


def _part_keys(part: Any) -> list[str]:
    known = PART_KEYS.get(str(part.get("type"))) if type(part) is dict else None
    return [] if known is None else [key for key in part if key not in known and key != _REQUEST_KEY]


@fixes("unknown-part-key", safe=False)
def drop_part_keys(row: dict[str, Any], kind: str) -> None:
    """Leave them out, unless they may hold what the part lacks."""
    for part in parts_of(row):
        unknown = _part_keys(part)
        if unknown and part["type"] in part:  # a known type, so a string
            for key in unknown:
                del part[key]
