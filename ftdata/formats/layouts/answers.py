"""Layouts of a question and its answer: in two columns, with thoughts, behind turns, or several answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError, shown
from ftdata.example.thoughts import FIELD
from ftdata.expressions import as_text
from ftdata.facts.columns import THOUGHTS, WORDS, For, plain
from ftdata.formats.alpaca import lines
from ftdata.formats.layouts import marks
from ftdata.formats.layouts.conversations import Message, is_conversation, messages_of, past, rows_of
from ftdata.formats.layouts.record import Options, Row, RowColumns, beside, once
from ftdata.formats.layouts.thoughts import split_off

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.formats.registry import Parsed

NUMBERS = "numbers written as text"
REPEATED = "answers that say the same as one before left out"
_ITEM_TEXTS = ("response", "answer", "text", "content", "completion", "output", "generated_text", "value", "solution")
_ATTEMPTS = ("attempt", "content", "final", "final_answer", "answer", "response", "solution", "output", "completion")
_LISTS = (
    "responses",
    "completions",
    "answers",
    "generations",
    "outputs",
    "candidates",
    "solutions",
    "replies",
    "summaries",
)


# -- what all have in common ------------------------------------------------------------------------------------------


@once
def asked_of(at: RowColumns) -> tuple[str, str | None] | None:
    """The columns with what is asked, and with what it is asked about; None where several may be it."""
    found = at.all("asked")
    if not found:
        alone = at.all("context")
        return (alone[0], None) if len(alone) == 1 else None
    asked = found[0]
    context = next((name for name in at.all("context") if name != asked), None)
    rivals = [name for name in found if name not in (asked, context)]
    return None if rivals else (asked, context)


def answered_of(at: RowColumns, taken: Iterable[str] = ()) -> str | None:
    """The column with the answer; None where several may be it."""
    found = [name for name in at.all("answered") if name not in taken]
    return found[0] if found and not beside(found[0], found) else None


@once
def answer_of(at: RowColumns) -> str | None:
    """The same, beside the column with what is asked."""
    asked = asked_of(at)
    return answered_of(at, asked[:1] if asked else ())


def text_in(row: Row, key: str, repaired: Counter[str]) -> str:
    """The text of a column; a number is written as one.

    Raises:
        RowError: If it is something else.
    """
    value = row.get(key)
    if type(value) is str:
        return value
    if type(value) in (int, float):
        repaired[NUMBERS] += 1
        return as_text(value)
    raise RowError(f"expected text; got {shown(value)}", json_path=f"$.{key}")


def is_text(value: object) -> bool:
    """Whether a value may be what somebody wrote."""
    return type(value) in (str, int, float)


def before(row: Row, at: RowColumns, used: set[str]) -> list[Message]:
    """The system prompt and the turns that stand in columns of their own."""
    messages: list[Message] = []
    system = at.first("system")
    if system is not None and type(row.get(system)) is str:
        used.add(system)
        if row[system].strip():
            messages.append({"role": "system", "content": row[system]})
    history = at.first("history")
    if history is not None and type(row.get(history)) is list:
        used.add(history)
        if row[history]:
            messages += past(row[history], f"$.{history}")
    return messages


def question(row: Row, at: RowColumns, used: set[str], repaired: Counter[str]) -> list[Message]:
    """What stands before an answer: system prompt, turns, and what is asked with its context.

    Raises:
        RowError: If nothing is asked, or it is not text.
    """
    messages = before(row, at, used)
    found = asked_of(at)
    if found is None:
        raise RowError(f"expected a question; got the keys {', '.join(map(shown, row))}", json_path="$")
    asked, context = found
    text = text_in(row, asked, repaired)
    used.add(asked)
    if context is not None and type(row.get(context)) is str:
        used.add(context)
        text = lines(text, row[context])
    if not text.strip():
        raise RowError("expected a question; got none", json_path=f"$.{asked}")
    if marks.is_open(text):
        return [*messages, *marks.turns_of(text, f"$.{asked}", repaired)]
    return [*messages, {"role": "user", "content": text}]


def with_rest(row: Row, used: Iterable[str], example: Example, **more: Any) -> Example:
    """The example with what else the row has as its metadata."""
    taken = frozenset(used)
    rest = {key: value for key, value in row.items() if key not in taken and value is not None}
    if type(rest.get("metadata")) is dict and "metadata" not in taken:
        rest = {**rest.pop("metadata"), **rest}
    metadata = {**rest, **more, **example.get("metadata", {})}
    if metadata:
        example["metadata"] = metadata
    return example


def _labelled(row: Row, example: Example, used: set[str]) -> Example:
    """The example with what says whether its answer is wanted."""
    for key in ("label", "kto_tag"):
        if type(row.get(key)) is bool:
            used.add(key)
            example["metadata"] = {"kto_tag": row[key]}
    return example


# -- a question and an answer -----------------------------------------------------------------------------------------


def has_two(at: RowColumns) -> bool:
    """Whether there is one column with what is asked, and one with what is answered."""
    asked = asked_of(at)
    return asked is not None and answer_of(at) is not None and not at.one("choices", "options")


def are_texts(row: Row, at: RowColumns) -> bool:
    """Whether both are texts."""
    asked = asked_of(at)
    return asked is not None and is_text(row[asked[0]]) and is_text(row.get(answer_of(at) or ""))


def one_turn(row: Row, at: RowColumns, options: Options, repaired: Counter[str]) -> Parsed:
    """A chat of a question and its answer."""
    used: set[str] = set()
    messages = question(row, at, used, repaired)
    answered = answer_of(at) or ""
    used.add(answered)
    text = text_in(row, answered, repaired)
    if not text.strip():
        raise RowError("expected an answer; got none", json_path=f"$.{answered}")
    messages.append(split_off({"role": "assistant", "content": text}))
    return with_rest(row, used, _labelled(row, {"messages": messages}, used))


def is_open_dialogue(row: Row, at: RowColumns) -> bool:
    """Whether what is asked is a dialogue up to who answers next."""
    asked = asked_of(at)
    return are_texts(row, at) and asked is not None and type(row[asked[0]]) is str and marks.is_open(row[asked[0]])


# -- a question, thoughts and an answer -------------------------------------------------------------------------------


@once
def _thoughts(at: RowColumns) -> list[tuple[str, str, str]]:
    """For each column of thoughts: who thought, the column, and the column with the answer that they led to."""
    found: list[tuple[str, str, str]] = []
    for name, own in at.names.items():
        for word in THOUGHTS:
            if name == word or name.endswith(f"_{word}"):
                teacher = name[: -len(word)].rstrip("_")
                wanted = [f"{teacher}_{attempt}" for attempt in _ATTEMPTS] if teacher else _ATTEMPTS
                answered = at.one(*wanted) or (None if teacher else answered_of(at))
                asked = asked_of(at)
                if answered and own not in [thought for _, thought, _ in found] and asked and answered not in asked:
                    found.append((teacher, own, answered))
                break
    return found


def has_thoughts(at: RowColumns) -> bool:
    """Whether thoughts have columns of their own."""
    return asked_of(at) is not None and bool(_thoughts(at))


def are_thoughts(row: Row, at: RowColumns) -> bool:
    """Whether these columns hold thoughts, and not a word that switches them on."""
    asked = asked_of(at)
    return asked is not None and is_text(row[asked[0]]) and any(
        _thought(row[thought]) and is_text(row[answered]) for _, thought, answered in _thoughts(at)
    )  # fmt: skip


def _thought(value: object) -> str:
    if type(value) is list and value and all(type(one) is str for one in value):
        value = "\n\n".join(value)
    return "" if type(value) is not str or value.strip().lower() in WORDS else value.strip()


def thought_through(row: Row, at: RowColumns, options: Options, repaired: Counter[str]) -> Parsed:
    """A chat of a question and an answer with its thoughts; one for each who thought."""
    used: set[str] = set()
    asked = question(row, at, used, repaired)
    kept = [one for one in _thoughts(at) if _thought(row[one[1]]) and is_text(row[one[2]])]
    for _, thought, answered in kept:
        used |= {thought, answered}
    made: list[Example] = []
    for teacher, thought, answered in kept:
        text = text_in(row, answered, repaired)
        if not text.strip():
            raise RowError("expected an answer; got none", json_path=f"$.{answered}")
        answer = {"role": "assistant", "content": text, FIELD: _thought(row[thought])}
        more = {"teacher": teacher} if len(kept) > 1 else {}
        made.append(with_rest(row, used, {"messages": [*asked, answer]}, **more))
    if not made:
        raise RowError("expected thoughts and an answer; got none", json_path="$")
    return made[0] if len(made) == 1 else [*made]


# -- turns and an answer ----------------------------------------------------------------------------------------------


_BEFORE: tuple[For, ...] = ("asked", "context", "turns", "history")


def _turns_before(row: Row, at: RowColumns) -> str | None:
    asked = at.all("asked")
    names = (*asked, *at.all("context"), *at.all("turns"), *(() if asked else at.all("history")))
    return next((name for name in names if type(row[name]) is list and _are_unanswered(row[name])), None)


def _are_unanswered(value: list[Any]) -> bool:
    """Whether a list is of turns, and the assistant's is not the last."""
    last = value[-1] if value else None
    said = last.get("role", last.get("from")) if type(last) is dict else ""
    return is_conversation(value) and said not in ("assistant", "gpt", "model")


def has_turns_and_answer(at: RowColumns) -> bool:
    """Whether there may be turns in one column and the answer to them in another."""
    return answered_of(at) is not None and any(at.all(purpose) for purpose in _BEFORE)


def has_system_turns_and_answer(at: RowColumns) -> bool:
    """The same, with a system prompt."""
    return at.first("system") is not None and has_turns_and_answer(at)


def are_turns_and_answer(row: Row, at: RowColumns) -> bool:
    """Whether there are: a list of turns and a text."""
    return _turns_before(row, at) is not None and is_text(row[answered_of(at) or ""])


def turns_and_answer(row: Row, at: RowColumns, options: Options, repaired: Counter[str]) -> Parsed:
    """A chat of the turns and the answer behind them."""
    used: set[str] = set()
    key = _turns_before(row, at)
    answered = answered_of(at)
    if key is None or answered is None:
        raise RowError("expected turns and an answer; got none", json_path="$")
    used |= {key, answered}
    system = at.first("system")
    said = messages_of(row[key], f"$.{key}", repaired)
    opening = before(row, at, used) if system is not None and said[0]["role"] != "system" else []
    if said[0]["role"] == "system" and system is not None and row.get(system) == said[0]["content"]:
        used.add(system)
    text = text_in(row, answered, repaired)
    if not text.strip():
        raise RowError("expected an answer; got none", json_path=f"$.{answered}")
    answer = split_off({"role": "assistant", "content": text})
    return with_rest(row, used, {"messages": [*opening, *said, answer]})


# -- several answers --------------------------------------------------------------------------------------------------


def list_of(at: RowColumns, row: Row) -> str | None:
    """The column with a list of answers."""
    return next(
        (at.names[name] for name in _LISTS if name in at.names and items_of(row[at.names[name]]) is not None), None
    )


def items_of(value: Any) -> list[Any] | None:
    """The items of a list, or of an object of lists; None of anything else."""
    if type(value) is list:
        return value
    found = rows_of(value)
    return found if found is None or any(name in value for name in _ITEM_TEXTS) else None


def text_of_item(item: Any, path: str) -> str:
    """The text of an answer in a list.

    Raises:
        RowError: If it has none.
    """
    if type(item) is str:
        return item
    key = next((key for key in _ITEM_TEXTS if type(item) is dict and type(item.get(key)) is str), None)
    if key is None:
        raise RowError(f"expected an answer with its text; got {shown(item)}", json_path=path)
    text: str = item[key]
    return text


def has_several(at: RowColumns) -> bool:
    """Whether there is a question, and a column that may hold several answers."""
    return asked_of(at) is not None and any(name in at.names for name in _LISTS)


def are_several(row: Row, at: RowColumns) -> bool:
    """Whether a question has a list of answers."""
    asked, key = asked_of(at), list_of(at, row)
    items = items_of(row[key]) if key else None
    if asked is None or items is None or type(row[asked[0]]) is not str:
        return False
    if not items:
        return type(row[key or ""]) is dict  # a question that has no answer, as SQuAD 2.0 has them
    first = items[0]
    return type(first) is str or (type(first) is dict and any(type(first.get(name)) is str for name in _ITEM_TEXTS))


def each_answer(row: Row, at: RowColumns, options: Options, repaired: Counter[str]) -> Parsed:
    """A chat for each answer to a question."""
    used: set[str] = set()
    asked = question(row, at, used, repaired)
    key = list_of(at, row) or ""
    used.add(key)
    made: list[Any] = []
    texts: set[str] = set()
    for index, item in enumerate(items_of(row.get(key)) or ()):
        text = text_of_item(item, f"$.{key}[{index}]")
        if text in texts:
            repaired[REPEATED] += 1
            continue
        texts.add(text)
        said = split_off({"role": "assistant", "content": text})
        about = (
            {name: value for name, value in item.items() if plain(name) not in _ITEM_TEXTS}
            if type(item) is dict
            else {}
        )
        made.append(with_rest(row, used, {"messages": [*asked, said]}, **about))
    if not made:
        raise RowError("expected answers; got none", json_path=f"$.{key}" if key else "$")
    return made[0] if len(made) == 1 else made


def has_system_and_completion(at: RowColumns) -> bool:
    """Whether prompt and completion have a system prompt beside them."""
    return "completion" in at and at.first("system") is not None and has_two(at)
