"""Lines of the other kinds: preference, reinforcement and completion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftdata.codec import member
from ftdata.errors import shown
from ftdata.rules.registry import Problem, fixes, rule
from ftdata.rules.rows import looks_like

if TYPE_CHECKING:
    from ftdata.rules.look import RowLook

_SCHEMA = "OpenAI's API description, July 2025"
_OUTPUTS = ("preferred_output", "non_preferred_output")
_OLD = {"preferred_completion": "preferred_output", "non_preferred_completion": "non_preferred_output"}


@rule(
    "dpo-input", "error", "The input of a preference line is not an object with messages",
    over="row", kinds=("preference",),
    why="The server looks for input.messages.",
    fix='Wrap the list: {"input": {"messages": […]}}; --fix does.',
    source=f"{_SCHEMA}: input is an object with messages, tools and parallel_tool_calls",
)  # fmt: skip
def dpo_input(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """Bare lists, texts, and objects without messages."""
    if looks_like(row) != "preference":
        return
    given = row.get("input")
    if type(given) is not dict:
        yield Problem("$.input", "expected an object with messages", given)
    elif "messages" not in given:
        yield Problem("$.input", f"expected messages; got the keys {', '.join(map(shown, list(given)[:8])) or 'none'}")


@fixes("dpo-input", safe=True)
def wrap_input(row: dict[str, Any], kind: str) -> None:
    """A bare list of messages is wrapped."""
    if kind == "preference" and type(row.get("input")) is list:
        row["input"] = {"messages": row["input"]}


@rule(
    "dpo-old-keys", "error", "preferred_completion in place of preferred_output",
    over="row", kinds=("preference",),
    why="The names were changed in July 2025; every service takes the newer ones.",
    fix="Rename them to preferred_output and non_preferred_output: --fix does.",
    source=f"{_SCHEMA} (PR 465): preferred_output, non_preferred_output",
)  # fmt: skip
def dpo_old_keys(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """The older names."""
    for old, new in _OLD.items():
        if old in row:
            yield Problem(member("$", old), f"{old} is now called {new}")


@fixes("dpo-old-keys", safe=True)
def rename_keys(row: dict[str, Any], kind: str) -> None:
    """The newer names, in the same places."""
    if kind == "preference" and not any(new in row for old, new in _OLD.items() if old in row):
        renamed = {_OLD.get(key, key): value for key, value in row.items()}
        row.clear()
        row.update(renamed)


@rule(
    "dpo-output", "error", "An output of a preference line that is not one assistant message",
    over="row", kinds=("preference",),
    why="Each output is a list of one message, the assistant's.",
    fix='Write [{"role": "assistant", "content": "…"}].',
    source=f"{_SCHEMA}: arrays of assistant messages, at most one; Azure takes several, of assistant and tool",
)  # fmt: skip
def dpo_output(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """Texts, bare messages, empty lists, several messages, other roles."""
    for key in _OUTPUTS:
        value, path = row.get(key), f"$.{key}"
        if key not in row:
            continue
        if type(value) is not list or not value:
            yield Problem(path, "expected a list of one assistant message", value)
            continue
        most = look.target.outputs
        if most and len(value) > most:
            yield Problem(path, f"expected one message; got {len(value)}")
        roles = ("assistant",) if most else ("assistant", "tool")
        for index, turn in enumerate(value):
            if type(turn) is dict and turn.get("role") not in roles:
                yield Problem(f"{path}[{index}].role", f"expected {' or '.join(roles)}", turn.get("role"))


@fixes("dpo-output", safe=True)
def list_outputs(row: dict[str, Any], kind: str) -> None:
    """A bare message becomes a list of one."""
    for key in _OUTPUTS if kind == "preference" else ():
        if type(row.get(key)) is dict and row[key].get("role") == "assistant":
            row[key] = [row[key]]


@rule(
    "dpo-weight", "warning", "A weight in an output of a preference line",
    over="row", kinds=("preference",),
    why="Outputs are always what is compared; a weight means nothing there.",
    fix="Remove it: --fix does.",
    source=f"{_SCHEMA}: outputs are plain assistant messages, without weight; not verified",
)  # fmt: skip
def dpo_weight(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """Weights in outputs."""
    for key in _OUTPUTS:
        for index, turn in enumerate(row[key] if type(row.get(key)) is list else ()):
            if type(turn) is dict and turn.get("weight") is not None:
                yield Problem(f"$.{key}[{index}].weight", "an output has no weight")


@fixes("dpo-weight", safe=True)
def drop_output_weights(row: dict[str, Any], kind: str) -> None:
    """Remove them."""
    for key in _OUTPUTS if kind == "preference" else ():
        for turn in row[key] if type(row.get(key)) is list else ():
            if type(turn) is dict:
                turn.pop("weight", None)


@rule(
    "dpo-same", "warning", "Both outputs of a preference line say the same",
    over="row", kinds=("preference",),
    why="There is no preference to learn.",
    fix="Leave the line out, or find out where the other answer went.",
    source="what preference training is",
)  # fmt: skip
def dpo_same(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """Equal outputs."""
    first, second = row.get("preferred_output"), row.get("non_preferred_output")
    if type(first) is type(second) is list and first and first == second:
        yield Problem("$", "preferred_output and non_preferred_output are the same")


@rule(
    "dpo-images", "warning", "Images in a preference line",
    over="row", kinds=("preference",),
    why="Preference training takes text only.",
    fix="Leave the line out, or describe the image.",
    source="OpenAI's guide: direct preference optimisation is text only",
)  # fmt: skip
def dpo_images(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """Image parts."""
    if b'"image_url"' not in look.raw:
        return
    for turns, path in look.conversations():
        for index, turn in enumerate(turns):
            content = turn.get("content") if type(turn) is dict else None
            for number, part in enumerate(content if type(content) is list else ()):
                if type(part) is dict and part.get("type") == "image_url":
                    yield Problem(f"{path}[{index}].content[{number}]", "an image")


@rule(
    "rft-last-user", "warning", "A reinforcement line that does not end with the user",
    over="turns", kinds=("reinforcement",),
    why="The model's answer is what is graded; the line ends where it begins.",
    fix="Remove what follows the last user message, or carry it in a key for the grader.",
    source="all examples of OpenAI's guide end so; not verified as a rule",
)  # fmt: skip
def rft_last_user(turns: list[Any], path: str, look: RowLook) -> Iterator[Problem]:
    """Lines that end with another role."""
    last = turns[-1] if turns else None
    if type(last) is dict and last.get("role") != "user":
        yield Problem(f"{path}[{len(turns) - 1}].role", "expected the last message to be the user's", last.get("role"))


@rule(
    "completion-text", "error", "A prompt or completion that is not text",
    over="row", kinds=("completion",),
    why="Both are text.",
    fix="Write text, in a string.",
    source="OpenAI's API description, 2025: prompt and completion are strings",
)  # fmt: skip
def completion_text(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """Other values, null among them."""
    if looks_like(row) == "completion":
        for key in ("prompt", "completion"):
            if type(row[key]) is not str:
                yield Problem(f"$.{key}", "expected text", row[key])


@rule(
    "completion-case", "error", "The keys prompt and completion in another case",
    over="row", kinds=("completion",),
    why="The server looks for them in lower case.",
    fix="Rename them: --fix does.",
    source="the removed tool openai tools fine_tunes.prepare_data: necessary_column",
)  # fmt: skip
def completion_case(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """Prompt, COMPLETION and the like."""
    for key in row:
        if (lower := key.lower()) in ("prompt", "completion") and key != lower and lower not in row:
            yield Problem(member("$", key), f"expected the key {lower}")


@fixes("completion-case", safe=True)
def lower_keys(row: dict[str, Any], kind: str) -> None:
    """The keys in lower case, in the same places."""
    if kind != "completion":
        return
    renamed = {
        key.lower() if key.lower() in ("prompt", "completion") and key.lower() not in row else key: value
        for key, value in row.items()
    }
    row.clear()
    row.update(renamed)
