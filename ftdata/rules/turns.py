"""Messages in a row: who is trained, the order of turns, calls and their results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftdata.example.parts import trained
from ftdata.formats.targets import MAX_MESSAGES
from ftdata.rules.mending import conversations_of
from ftdata.rules.registry import CHAT, Problem, fixes, rule

if TYPE_CHECKING:
    from ftdata.rules.look import RowLook, Turns

_SCHEMA = "OpenAI's API description, July 2025"


def _role(turn: Any) -> Any:
    return turn.get("role") if type(turn) is dict else None


@rule(
    "no-assistant", "error", "An example without an assistant message",
    over="turns", kinds=("chat",),
    why="Supervised training learns what the assistant says; here it says nothing.",
    fix="Add the answer, or leave the example out.",
    source="OpenAI's cookbook, Chat_finetuning_data_prep: example_missing_assistant_message",
)  # fmt: skip
def no_assistant(turns: Turns, path: str, look: RowLook) -> Iterator[Problem]:
    """Nobody answers."""
    if turns and all(_role(turn) != "assistant" for turn in turns):
        yield Problem(path, "no assistant message: there is nothing to train on")


@rule(
    "nothing-trained", "warning", "All assistant messages have weight 0",
    over="turns", kinds=("chat",),
    why="The example costs tokens and teaches nothing.",
    fix="Give the answers that should be learned a weight of 1, or leave the example out.",
    source="OpenAI's guide: weight 0 leaves a message out of training; the server's answer is not verified",
)  # fmt: skip
def nothing_trained(turns: Turns, path: str, look: RowLook) -> Iterator[Problem]:
    """Weights of 0 on every answer."""
    spoken = [turn for turn in turns if _role(turn) == "assistant"]
    if spoken and not any(map(trained, spoken)):
        yield Problem(path, "all assistant messages have weight 0: there is nothing to train on")


@rule(
    "last-not-assistant", "warning", "The last message is not the assistant's",
    over="turns", kinds=("chat",),
    why="What follows the last answer is not trained; often the answer was lost on the way.",
    fix="Add the answer, or remove what follows the last one (--unsafe-fixes does).",
    source="OpenAI's guide shows conversations that end with the assistant; the server's answer is not verified",
)  # fmt: skip
def last_not_assistant(turns: Turns, path: str, look: RowLook) -> Iterator[Problem]:
    """Conversations that end with a question or a tool's result."""
    roles = [_role(turn) for turn in turns]
    if "assistant" in roles and roles[-1] != "assistant":
        yield Problem(f"{path}[{len(turns) - 1}].role", "expected the last message to be the assistant's", roles[-1])


@fixes("last-not-assistant", safe=False)
def cut_tail(row: dict[str, Any], kind: str) -> None:
    """Remove what follows the last answer."""
    turns = row.get("messages")
    if kind == "chat" and type(turns) is list and "assistant" in map(_role, turns):
        while _role(turns[-1]) != "assistant":
            turns.pop()


@rule(
    "no-user", "warning", "An example without a user message",
    over="turns", kinds=("chat", "reinforcement"),
    why="At inference somebody asks; an example without a question does not look like that.",
    fix="Add the question.",
    source="OpenAI's cookbook, Chat_finetuning_data_prep: counts examples without a user message",
)  # fmt: skip
def no_user(turns: Turns, path: str, look: RowLook) -> Iterator[Problem]:
    """Nobody asks."""
    if turns and all(_role(turn) != "user" for turn in turns):
        yield Problem(path, "no user message")


@rule(
    "system-position", "info", "A system message that is not the first",
    over="turns", kinds=CHAT,
    why="OpenAI takes it anywhere; most other services and trainers only as the first message.",
    fix="Put it first, unless your application changes instructions in mid-conversation.",
    source="Fireworks, Mistral and Cohere: system only first; OpenAI has no such rule",
)  # fmt: skip
def system_position(turns: Turns, path: str, look: RowLook) -> Iterator[Problem]:
    """Instructions in the middle."""
    for index, turn in enumerate(turns):
        if index and _role(turn) == "system":
            yield Problem(f"{path}[{index}].role", "a system message after the first message")
            return


@rule(
    "assistant-after-assistant", "info", "Two messages of the assistant behind each other",
    over="turns", kinds=CHAT, since="0.2.0",
    why="OpenAI takes them; Azure, Together and LLaMA-Factory refuse or drop the row. An answer may be logged twice.",
    fix="Join them into one message (ftdata turns --merge), or leave out the one that is not meant.",
    source="Azure: 'contains invalid schema (20)', seen; together-python's checker; LLaMA-Factory's converters",
)  # fmt: skip
def assistant_after_assistant(turns: Turns, path: str, look: RowLook) -> Iterator[Problem]:
    """Told once an example."""
    for index in range(1, len(turns)):
        if _role(turns[index]) == _role(turns[index - 1]) == "assistant":
            yield Problem(f"{path}[{index}].role", "the message before is the assistant's too")
            return


@rule(
    "many-messages", "warning", "More than 2,048 messages in an example",
    over="turns", kinds=CHAT,
    why="That is the limit of a conversation.",
    fix="Split the conversation.",
    source="Azure OpenAI's quotas: 2,048 chat messages; not verified for training",
)  # fmt: skip
def many_messages(turns: Turns, path: str, look: RowLook) -> Iterator[Problem]:
    """Very long conversations."""
    if len(turns) > MAX_MESSAGES:
        yield Problem(path, f"{len(turns):,} messages, and {MAX_MESSAGES:,} are allowed")


# -- calls and their results -----------------------------------------------------------------------------------


def _calls(turn: Any) -> list[Any]:
    calls = turn.get("tool_calls") if _role(turn) == "assistant" else None
    return calls if type(calls) is list else []


def _id(call: Any) -> str | None:
    found = call.get("id") if type(call) is dict else None
    return found if type(found) is str else None


@rule(
    "unknown-call-id", "error", "A tool's result for a call that was not made before it",
    over="turns", kinds=CHAT,
    why="The id says which call a result answers; a result without its call has no place.",
    fix="Put the call before its result, with the same id.",
    source="OpenAI: a tool message answers a preceding tool_calls, seen; FORMATS, severity table",
)  # fmt: skip
def unknown_call_id(turns: Turns, path: str, look: RowLook) -> Iterator[Problem]:
    """Results before their call, or with an id that no call has."""
    made: set[str] = set()
    every: set[str] | None = None
    for index, turn in enumerate(turns):
        made.update(filter(None, map(_id, _calls(turn))))
        if _role(turn) != "tool" or type(given := turn.get("tool_call_id")) is not str or given in made:
            continue
        if every is None:
            every = {one for turn in turns for one in map(_id, _calls(turn)) if one}
        what = "this result stands before its call" if given in every else "no call has this id"
        yield Problem(f"{path}[{index}].tool_call_id", what, given)


@rule(
    "missing-call-id", "error", "A tool's result without the id of its call",
    over="turns", kinds=CHAT,
    why="Without it nobody knows which call it answers.",
    fix="Write the call's id as tool_call_id.",
    source=f"{_SCHEMA}: tool_call_id is required in tool messages",
)  # fmt: skip
def missing_call_id(turns: Turns, path: str, look: RowLook) -> Iterator[Problem]:
    """Tool messages without tool_call_id, or with one that is not text."""
    for index, turn in enumerate(turns):
        if _role(turn) == "tool" and type(turn.get("tool_call_id")) is not str:
            got = f"; got {type(turn['tool_call_id']).__name__}" if "tool_call_id" in turn else ""
            yield Problem(f"{path}[{index}]", f"expected tool_call_id, the id of a call{got}")


@rule(
    "duplicate-call-id", "warning", "Two calls in an example have the same id",
    over="turns", kinds=CHAT,
    why="A result cannot be told from the other call's.",
    fix="Give each call an id of its own.",
    source="OpenAI's API: ids are unique; whether the fine-tuning check looks is not verified",
)  # fmt: skip
def duplicate_call_id(turns: Turns, path: str, look: RowLook) -> Iterator[Problem]:
    """Ids that stand twice."""
    seen: set[str] = set()
    for index, turn in enumerate(turns):
        for number, call in enumerate(_calls(turn)):
            known = _id(call)
            if known in seen:
                yield Problem(f"{path}[{index}].tool_calls[{number}].id", "this id stands twice", known)
            elif known:
                seen.add(known)


@rule(
    "duplicate-result", "warning", "Two results for one call",
    over="turns", kinds=CHAT,
    why="A call has one result; a second one is never read in an application.",
    fix="Keep one, or give each call its own id.",
    source="OpenAI's API: each tool_call_id is answered once; not verified for training",
)  # fmt: skip
def duplicate_result(turns: Turns, path: str, look: RowLook) -> Iterator[Problem]:
    """Ids that are answered twice."""
    open_calls: dict[str, int] = {}
    for index, turn in enumerate(turns):
        for known in filter(None, map(_id, _calls(turn))):
            open_calls[known] = 0  # a later call may use an id again: that is duplicate-call-id's business
        if _role(turn) == "tool" and type(given := turn.get("tool_call_id")) is str and given in open_calls:
            open_calls[given] += 1
            if open_calls[given] == 2:
                yield Problem(f"{path}[{index}].tool_call_id", "this call has a result already", given)


@rule(
    "unanswered-call", "warning", "A call without a result, though the conversation goes on",
    over="turns", kinds=CHAT,
    why="In an application the result of every call comes before the next message.",
    fix="Add a tool message with the result, or end the example with the call.",
    source="OpenAI's API: an assistant message with tool_calls must be followed by tool messages; not verified for "
    "training",
)  # fmt: skip
def unanswered_call(turns: Turns, path: str, look: RowLook) -> Iterator[Problem]:
    """Calls whose results are missing before somebody else speaks; a conversation may end with calls."""
    if not look.target.wants_results:
        yield from _unanswered(turns, path)


@rule(
    "call-without-result", "error", "A call without a result, for a service that refuses the file",
    over="turns", kinds=CHAT,
    why="The service's validator wants the result of every call before the next message.",
    fix="Add a tool message with the result, or end the example with the call.",
    source="microsoft-foundry/fine-tuning issue 23: a call and then an answer 'contains invalid schema', seen on Azure",
)  # fmt: skip
def call_without_result(turns: Turns, path: str, look: RowLook) -> Iterator[Problem]:
    """As unanswered-call, which only warns."""
    if look.target.wants_results:
        yield from _unanswered(turns, path)


def _unanswered(turns: Turns, path: str) -> Iterator[Problem]:
    for index, turn in enumerate(turns):
        if not (calls := _calls(turn)) and not (_role(turn) == "assistant" and turn.get("function_call")):
            continue
        answered: set[Any] = set()
        following = index + 1
        while following < len(turns) and _role(turns[following]) in ("tool", "function"):
            given = turns[following].get("tool_call_id") if calls else "function"
            if type(given) is str:
                answered.add(given)
            following += 1
        if following == len(turns) and following == index + 1:
            continue
        if not calls and not answered:
            yield Problem(f"{path}[{index}].function_call", "this call has no result before the next message")
        for number, call in enumerate(calls):
            if (known := _id(call)) and known not in answered:
                where = f"{path}[{index}].tool_calls[{number}].id"
                yield Problem(where, "this call has no result before the next message", known)


@rule(
    "function-result", "warning", "A function's result that does not follow a call of that function",
    over="turns", kinds=CHAT,
    why="In the deprecated style the name is all that pairs a result with its call.",
    fix="Put the result behind its call, with the same name.",
    source="OpenAI's guides of 2023; not verified",
)  # fmt: skip
def function_result(turns: Turns, path: str, look: RowLook) -> Iterator[Problem]:
    """Function messages without a call before them, or of another function."""
    called = None
    for index, turn in enumerate(turns):
        legacy = turn.get("function_call") if _role(turn) == "assistant" else None
        if type(legacy) is dict:
            called = legacy.get("name")
        elif _role(turn) == "function" and turn.get("name") != called:
            what = "no function was called before" if called is None else f"the call before was of {called}"
            yield Problem(f"{path}[{index}].name", what, turn.get("name"))


@rule(
    "long-call-id", "warning", "A call's id of more than 40 characters",
    over="turns", kinds=CHAT,
    why="The API takes at most 40; call_ and a UUID make 41.",
    fix="Shorten it, and its result's tool_call_id alike: --fix does.",
    source="OpenAI: 'string too long. Expected a string with maximum length 40', seen in the API; not verified for "
    "training",
)  # fmt: skip
def long_call_id(turns: Turns, path: str, look: RowLook) -> Iterator[Problem]:
    """Ids over the limit."""
    for index, turn in enumerate(turns):
        for number, call in enumerate(_calls(turn)):
            if len(known := _id(call) or "") > 40:
                yield Problem(f"{path}[{index}].tool_calls[{number}].id", f"{len(known)} characters", known)


@fixes("long-call-id", safe=True)
def shorten_ids(row: dict[str, Any], kind: str) -> None:
    """Ids made of a hash of the long ones, the same for calls and results."""
    from hashlib import blake2b

    def short(known: Any) -> Any:
        if type(known) is not str or len(known) <= 40:
            return known
        return f"call_{blake2b(known.encode(), digest_size=12).hexdigest()}"

    for turns in conversations_of(row):
        for turn in turns:
            for call in _calls(turn):
                if _id(call):
                    call["id"] = short(call["id"])
            if _role(turn) == "tool" and "tool_call_id" in turn:
                turn["tool_call_id"] = short(turn["tool_call_id"])
