"""What the chat template of an open model makes of an example (with --tokenizer or --template)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError
from ftdata.rules.registry import CHAT, Problem, rule

if TYPE_CHECKING:
    from ftdata.rules.look import RowLook
    from ftdata.tokens.rendering import Rendering

_RENDERED = "the chat template itself, rendered as transformers does"


@rule(
    "template-refuses", "error", "The chat template refuses an example",
    over="unrendered",
    why="The trainer renders each example with the model's chat template and stops where that raises an error.",
    fix="Change the example as the template's message says, or remove it.",
    source=f"{_RENDERED}; its message is quoted",
    since="0.2.0",
)  # fmt: skip
def template_refuses(error: RowError, look: RowLook) -> Iterator[Problem]:
    """Whatever the template raises."""
    hint = error.hint
    if "content" in error.message and any(
        type(turn) is dict and turn.get("tool_calls") and turn.get("content") is None
        for turns, _ in look.conversations()
        for turn in turns
    ):
        hint = "Write an empty text beside calls, as convert --to trl and --to axolotl do."
    yield Problem(error.json_path or "$", error.message, hint=hint)


def _dropped(what: str, made: Rendering) -> Iterator[Problem]:
    from ftdata.tokens.dropping import WHAT

    for one in made.dropped:
        if one.what == what:
            yield Problem(one.path, f"the rendered text lacks {WHAT[what]}", one.text)


@rule(
    "template-drops-calls", "error", "The chat template drops calls",
    over="rendered", kinds=CHAT,
    why="The model is trained on the conversation without them and does not learn to call.",
    fix="Take a template that writes calls. Some do so only where the message has no content.",
    source=_RENDERED,
    since="0.2.0",
)  # fmt: skip
def template_drops_calls(made: Rendering, look: RowLook) -> Iterator[Problem]:
    """A call whose name or arguments the text lacks."""
    yield from _dropped("calls", made)


@rule(
    "template-drops-tools", "error", "The chat template drops the definitions of functions",
    over="rendered", kinds=CHAT,
    why="The model learns to call functions that no prompt offered.",
    fix="Take a template that writes tools, or put the definitions into the system prompt.",
    source=_RENDERED,
    since="0.2.0",
)  # fmt: skip
def template_drops_tools(made: Rendering, look: RowLook) -> Iterator[Problem]:
    """Definitions whose name the text lacks; told at the first one."""
    for problem in _dropped("tools", made):
        yield problem
        return


@rule(
    "template-drops-results", "error", "The chat template drops results of calls",
    over="rendered", kinds=CHAT,
    why="The model learns to answer from results that it is not shown: it learns to make them up.",
    fix="Take a template that writes the role tool, or write results as what the user says.",
    source=_RENDERED,
    since="0.2.0",
)  # fmt: skip
def template_drops_results(made: Rendering, look: RowLook) -> Iterator[Problem]:
    """A result that the text lacks."""
    yield from _dropped("results", made)


@rule(
    "template-drops-system", "error", "The chat template drops the system prompt",
    over="rendered", kinds=CHAT,
    why="The model is trained without the instructions, and behaves so whatever it is told later.",
    fix="Take a template that writes the role system, or put the prompt before what the user says first.",
    source=f"{_RENDERED}; templates of Mistral write it only where the conversation ends with the user",
    since="0.2.0",
)  # fmt: skip
def template_drops_system(made: Rendering, look: RowLook) -> Iterator[Problem]:
    """A system or developer message that the text lacks."""
    yield from _dropped("system", made)


@rule(
    "template-drops-text", "error", "The chat template drops a message's text",
    over="rendered", kinds=CHAT,
    why="What is not rendered is neither read nor learned.",
    fix="Write content as text where the template takes no parts, and roles that it knows.",
    source=_RENDERED,
    since="0.2.0",
)  # fmt: skip
def template_drops_text(made: Rendering, look: RowLook) -> Iterator[Problem]:
    """A text of the user or the assistant that is lacking."""
    yield from _dropped("text", made)


@rule(
    "template-drops-text-beside-calls", "warning", "The chat template drops the text beside calls",
    over="rendered", kinds=CHAT,
    why="The model does not learn what it said before it called.",
    fix="Leave the text out, or put it into a message of its own where the template takes two in a row.",
    source=f"{_RENDERED}; so does Llama 3.1's",
    since="0.2.0",
)  # fmt: skip
def template_drops_text_beside_calls(made: Rendering, look: RowLook) -> Iterator[Problem]:
    """Content of messages with calls that is lacking."""
    yield from _dropped("beside", made)


@rule(
    "template-drops-reasoning", "warning", "The chat template drops reasoning",
    over="rendered", kinds=CHAT,
    why="The model learns to answer without it. Templates of reasoning models keep only the last answer's.",
    fix="Make one example of each answer (--per-answer), or write reasoning where the template reads it.",
    source=f"{_RENDERED}; so do Qwen3's and DeepSeek R1's",
    since="0.2.0",
)  # fmt: skip
def template_drops_reasoning(made: Rendering, look: RowLook) -> Iterator[Problem]:
    """Thoughts of messages that are lacking."""
    yield from _dropped("reasoning", made)


@rule(
    "template-drops-images", "warning", "The chat template drops images",
    over="rendered", kinds=CHAT,
    why="The text has no place for them: the model is trained on the words alone.",
    fix="Write the parts as the template has them, such as type image in place of image_url.",
    source=_RENDERED,
    since="0.2.0",
)  # fmt: skip
def template_drops_images(made: Rendering, look: RowLook) -> Iterator[Problem]:
    """Parts that make no difference to the text."""
    yield from _dropped("images", made)


@rule(
    "no-trained-tokens", "error", "An example of which no token is trained",
    over="rendered",
    why="It costs time and teaches nothing; TRL stops at it.",
    fix="Correct what the template marks by {% generation %}, or leave the example out.",
    source="TRL 1.16: 'at least one example has no assistant tokens', read in its code",
    since="0.2.0",
)  # fmt: skip
def no_trained_tokens(made: Rendering, look: RowLook) -> Iterator[Problem]:
    """Answers to be trained, and no token of them in the trained part."""
    if made.answers and not (any(made.trained) if made.tokens else made.spans):
        yield Problem(made.path, "none of the tokens is trained")


@rule(
    "end-not-trained", "warning", "An answer whose end token is not trained",
    over="rendered",
    why="The model never learns to stop: answers run on. The loss looks healthy all the same.",
    fix="Put the end token inside {% generation %}, or take a template that writes one.",
    source="TRL 1.16 warns of such templates, read in its code",
    since="0.2.0",
)  # fmt: skip
def end_not_trained(made: Rendering, look: RowLook) -> Iterator[Problem]:
    """Trained parts that end with the text."""
    if made.spans and not made.ended:
        start, stop = made.spans[-1]
        yield Problem(made.path, "a trained part ends without an end token", made.text[start:stop][-20:])


@rule(
    "template-arguments", "warning", "The chat template takes arguments as text alone",
    over="rendered", kinds=CHAT, once=True,
    why="It puts them into the text as they are. Trainers hand objects on, as transformers' guide has them, and "
    "the template stops at these.",
    fix="Write the rows with arguments as JSON text, as --to openai does.",
    source=f"{_RENDERED}; so do DeepSeek's",
    since="0.2.0",
)  # fmt: skip
def template_arguments(made: Rendering, look: RowLook) -> Iterator[Problem]:
    """Calls that could be rendered only with arguments as text."""
    if made.as_text:
        yield Problem(made.path, "the template refuses arguments that are objects")


@rule(
    "template-prompt", "info", "The prompt for an answer is rendered otherwise than the conversation that holds it",
    over="rendered", kinds=CHAT, once=True,
    why="The model is trained behind another prompt than it is asked with later.",
    fix="Take a template that renders both alike, such as the training template of the trainer.",
    source="TRL 1.16 warns of it, read in its code; DeepSeek R1's prompt ends with <think>",
    since="0.2.0",
)  # fmt: skip
def template_prompt(made: Rendering, look: RowLook) -> Iterator[Problem]:
    """What a prompt ends with and the conversation has not."""
    if made.differs:
        yield Problem(made.path, "the prompt for the answer ends in another way", made.differs)


def _beside_calls(look: RowLook) -> bool:
    return look.target.name in ("trl", "axolotl") and b'"tool_calls"' in look.raw


@rule(
    "content-beside-calls", "info", "Content beside calls, where some well-known templates drop the calls",
    over="row", kinds=("chat",), once=True, near=_beside_calls,
    why="Trainers write an empty text where a message has calls alone, and some templates write either text or calls.",
    fix="Name the model's template to be sure: --template FILE, or --tokenizer DIR.",
    source="the templates of the families that ftdata knows, rendered",
    since="0.2.0",
)  # fmt: skip
def content_beside_calls(row: dict[str, object], look: RowLook) -> Iterator[Problem]:
    """Messages with calls and any content, for trainers that render them with the model's template."""
    turns = row.get("messages")
    for index, turn in enumerate(turns if type(turns) is list else ()):
        if type(turn) is dict and turn.get("tool_calls") and type(turn.get("content")) is str:
            names = ", ".join(calls_dropped())
            what = "the chat templates of these families drop calls beside content"
            yield Problem(f"$.messages[{index}].content", f"{what}: {names}")
            return


@cache
def calls_dropped() -> tuple[str, ...]:
    """The families whose templates leave out a call that has an empty text beside it."""
    from ftdata.tokens.families import FAMILIES
    from ftdata.tokens.renderer import RendererOptions, renderer_of

    function = {"name": "forecast", "arguments": '{"city": "Lyon"}'}
    call = {"id": "a1b2c3d4e", "type": "function", "function": function}
    turns: list[dict[str, Any]] = [
        {"role": "user", "content": "Rain?"},
        {"role": "assistant", "content": "", "tool_calls": [call]},
    ]
    found = []
    for name in FAMILIES:
        try:
            made = renderer_of(RendererOptions(template=name)).conversation(turns, (), ends=True)
        except RowError:
            continue  # it stops, which is told
        if any(one.what == "calls" for one in made.dropped):
            found.append(name)
    return tuple(found)
