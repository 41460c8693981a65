"""What tools of curation keep: distilabel's generations, Argilla's records, the export of claude.ai.

Source: distilabel's and Argilla's documentation, exports of claude.ai of 2025 and 2026, which are not documented.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError, shown
from ftdata.findings import Drop
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.bodies import parts
from ftdata.formats.transcripts.bodies.shape import Message, Reading
from ftdata.formats.transcripts.envelopes.vendor import as_list, as_object, request_of, vendor
from ftdata.formats.transcripts.exchange import together
from ftdata.formats.transcripts.facts import first, iso, scored
from ftdata.formats.transcripts.failing import NO_ANSWER
from ftdata.formats.transcripts.sessions.conversation import exchange as session

if TYPE_CHECKING:
    from ftdata.formats.registry import Parsed

EDITED = "answers taken from a human's response"
FILES = "files that the export does not hold left out"

_INPUT, _OUTPUT, _STATISTICS = "raw_input_", "raw_output_", "statistics_"
_PROMPTS = ("prompt", "instruction", "question", "input", "chat", "messages", "conversation", "user", "text")
_ANSWERS = ("response", "completion", "output", "answer", "generation", "corrected", "edited", "improved")
_SYSTEMS = ("system_prompt", "system")


# -- distilabel -------------------------------------------------------------------------------------------------------


def _distilabel(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of what each step asked and was answered.

    Raises:
        RowError: If a step's input or output cannot be read; with the JSON path.
    """
    held = as_object(row.get("distilabel_metadata"))
    steps = [name.removeprefix(_INPUT) for name in held if name.startswith(_INPUT)]
    if not steps:
        raise RowError("expected a generation with its raw input; got none", json_path="$.distilabel_metadata")
    return together([_step(row, held, step, repaired) for step in steps])


def _step(row: dict[str, Any], held: dict[str, Any], step: str, repaired: Counter[str]) -> Parsed:
    said = held.get(_OUTPUT + step)
    if said is None:
        return Drop(NO_ANSWER)
    path = "$.distilabel_metadata"
    found = bodies.exchange(request_of(held[_INPUT + step]), said, repaired,
                            request_path=f"{path}.{_INPUT}{step}", answer_path=f"{path}.{_OUTPUT}{step}")  # fmt: skip
    used = as_object(held.get(_STATISTICS + step))
    found.know(
        model=row.get("model_name"),
        prompt_tokens=_one(used.get("input_tokens")),
        completion_tokens=_one(used.get("output_tokens")),
    )
    known = ("distilabel_metadata", "model_name", "generation", "instruction", "system_prompt", "conversation")
    found.own = {**{key: value for key, value in row.items() if key not in known}, "step": step}
    return found.examples(repaired)


def _one(count: Any) -> Any:
    return sum(count) if type(count) is list and all(type(one) is int for one in count) else count


DISTILABEL = vendor(
    "distilabel", "rows of distilabel with what their steps asked", _distilabel,
    lambda row: any(name.startswith(_INPUT) for name in as_object(row.get("distilabel_metadata"))),
    sign="distilabel's metadata with raw inputs", source="distilabel's documentation (2026)", dialect_of="alpaca",
)  # fmt: skip


# -- Argilla ----------------------------------------------------------------------------------------------------------


def _argilla(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of a record: a human's response stands for the answer in its fields.

    Raises:
        RowError: If there is no prompt, or it cannot be read; with the JSON path.
    """
    if row.get("status") == "discarded":
        return Drop("the record was discarded")
    fields = as_object(row.get("fields"))
    prompt = next((name for name in _PROMPTS if fields.get(name)), None)
    if prompt is None:
        raise RowError(f"expected a field with a prompt, such as prompt; got {', '.join(map(shown, fields))}",
                       hint="Columns of your own become a chat with --user and --assistant.",
                       json_path="$.fields")  # fmt: skip
    human = _texts(row.get("responses"))
    answer = human or next((fields[name] for name in _ANSWERS if fields.get(name)), None) or _suggested(row)
    if answer is None:
        return Drop(NO_ANSWER)
    if human:
        repaired[EDITED] += 1
    request = request_of(fields[prompt])
    if system := next((fields[name] for name in _SYSTEMS if type(fields.get(name)) is str and fields[name]), ""):
        request["messages"] = [{"role": "system", "content": system}, *request["messages"]]
    path = f"$.fields.{prompt}"
    found = bodies.exchange(request, answer, repaired, request_path=path, answer_path="$.responses", messages_path=path)
    found.know(id=row.get("id"), created=iso(row.get("inserted_at")), **scored(_ratings(row)))
    found.own = as_object(row.get("metadata"))
    return found.examples(repaired)


def _submitted(row: Any) -> list[tuple[str, Any]]:
    """The name and the value of each response that was submitted."""
    return [
        (name, one.get("value"))
        for name, given in as_object(row).items()
        for one in as_list(given)
        if type(one) is dict and one.get("status", "submitted") == "submitted"
    ]


def _texts(responses: Any) -> str | None:
    """The text that a human gave in place of an answer."""
    found = [value for name, value in _submitted(responses) if type(value) is str and _is_text(name, value)]
    return found[-1] if found else None


def _is_text(name: str, value: str) -> bool:
    return any(word in name.casefold() for word in _ANSWERS) or " " in value.strip()


def _suggested(row: dict[str, Any]) -> Any:
    given = as_object(row.get("suggestions"))
    values = {name: as_object(one).get("value") for name, one in given.items()}
    return next((value for name, value in values.items() if type(value) is str and _is_text(name, value)), None)


def _ratings(row: dict[str, Any]) -> dict[str, Any]:
    """The mean of each rating; of humans, or else what was suggested."""
    numbers: dict[str, list[float]] = {}
    for name, value in _submitted(row.get("responses")):
        if type(value) in (int, float):
            numbers.setdefault(name, []).append(value)
    for name, one in as_object(row.get("suggestions")).items():
        value = as_object(one).get("value")
        if isinstance(value, int | float) and name not in numbers:
            numbers[name] = [value]
    return {name: sum(values) / len(values) if len(values) > 1 else values[0] for name, values in numbers.items()}


ARGILLA = vendor(
    "argilla", "records of Argilla", _argilla,
    lambda row: type(row.get("fields")) is dict and ("responses" in row or "suggestions" in row),
    sign="fields and responses", source="Argilla's documentation (2026)",
)  # fmt: skip


# -- claude.ai --------------------------------------------------------------------------------------------------------


def _claude_ai(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of a conversation; a drop where nothing was answered.

    Raises:
        RowError: If a message cannot be read; with its JSON path.
    """
    given = row.get("chat_messages")
    if type(given) is not list:
        raise RowError(f"expected a conversation's messages; got {shown(given)}", json_path="$.chat_messages")
    reading = Reading()
    turns: list[Message] = []
    for index, one in enumerate(given):
        turns += _spoken(one, f"$.chat_messages[{index}]", reading)
    facts = {"id": row.get("uuid"), "session": row.get("uuid"), "created": iso(row.get("created_at")),
             "model": row.get("model")}  # fmt: skip
    found = session(turns, reading, facts=facts, own={"title": row.get("name") or None})
    reading.add_to(repaired)
    return found.examples(repaired) if found else Drop("the conversation has no answer")


def _spoken(one: Any, path: str, reading: Reading) -> list[Message]:
    sender = one.get("sender") if type(one) is dict else None
    if sender not in ("human", "assistant"):
        raise RowError(f"expected human or assistant; got {shown(sender)}", json_path=f"{path}.sender")
    content = one.get("content")
    blocks = content if type(content) is list and content else [{"type": "text", "text": one.get("text") or ""}]
    speech = parts.Speech("user" if sender == "human" else "assistant", reading)
    for attached in as_list(one.get("attachments")):
        if text := first(as_object(attached), "extracted_content"):
            speech.add({"type": "text", "text": f"{attached.get('file_name') or 'attachment'}:\n\n{text}"}, path)
    if files := as_list(one.get("files")):
        reading[FILES] += len(files)
    for index, block in enumerate(blocks):
        if as_object(block).get("type") in ("token_budget", "flag"):
            continue
        if as_object(block).get("type") != "text" or block.get("text"):
            speech.add(block, f"{path}.content[{index}]")
    return speech.closed()


CLAUDE_AI = vendor(
    "claude-ai", "claude.ai's export, conversations.json", _claude_ai,
    lambda row: type(row.get("chat_messages")) is list, sign="chat_messages",
    source="exports of claude.ai, 2025 and 2026; not documented by Anthropic",
)  # fmt: skip
