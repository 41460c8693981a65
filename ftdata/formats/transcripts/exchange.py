"""An exchange, a request and its answers, and the examples that come of it: the same whatever vendor logged it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, field
from ftdata.errors import RowError, shown
from ftdata.findings import Drop
from ftdata.formats.gate import check_messages
from ftdata.formats.transcripts.comparing import same, stands_in
from ftdata.formats.transcripts.facts import REASONS, metadata
from ftdata.formats.transcripts.inferring import inferred
from ftdata.formats.transcripts.options import ASKED
from ftdata.formats.transcripts.repair import linked, tools

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.formats.registry import Parsed

Message = dict[str, Any]

HELD = "answers that stood among the messages of their prompt already"
PREFILLED = "answers put behind the beginning that their prompt held"
RESTS = "the answer rests on what is not in the log"
LEFT = "calls of hosted tools without results left out"


@dataclass(slots=True)
class Choice:
    """One answer.

    Attributes:
        turns: What was said: the assistant's turn; or several, with results between them. None for nothing.
        finish: Why it ends, if that was logged.
        path: Where it stands, for errors.
    """

    turns: list[Message]
    finish: Any = None
    path: str = "$"


@dataclass(slots=True)
class Exchange:
    """A request and its answers, read from whatever bodies they were logged in.

    Attributes:
        messages: The request's turns.
        choices: The answers.
        path: Where the messages stand, for errors.
        tools: Definitions in any shape.
        tools_path: Where they stand.
        functions: Definitions in the deprecated style.
        parallel_tool_calls: As requested, if it was.
        facts: What is known of the call, under the names of `FACTS`; nothing is said by None.
        own: The user's own metadata.
        prefills: Whether a last turn of the assistant's in the request is the beginning of the answer.
        whole: Whether it is a conversation that was logged in one, so that its answer is none of its prompt's.
        missing: What it rests on and the log does not hold: names of tools that ran at the vendor's.
        defined: Definitions by name that stood among the messages.
        inferred: Names of functions whose definitions are told by their calls, where no other is there.
    """

    messages: list[Message]
    choices: list[Choice]
    path: str = "$.messages"
    tools: Any = None
    tools_path: str = "$.tools"
    functions: Any = None
    parallel_tool_calls: Any = None
    facts: dict[str, Any] = field(default_factory=dict)
    own: Mapping[str, Any] = field(default_factory=dict)
    prefills: bool = False
    whole: bool = False
    missing: Sequence[str] = ()
    defined: Mapping[str, Message] | None = None
    inferred: Collection[str] = ()

    def know(self, **facts: object) -> None:
        """Add what else is known of the call, over what was; None says nothing."""
        self.facts |= {name: value for name, value in facts.items() if value is not None}

    def examples(self, repaired: Counter[str]) -> Parsed:
        """A chat example of each answer, with what is known of the call in its metadata.

        An answer that the prompt ends with already is not said again.

        Raises:
            RowError: If a turn is malformed, or nothing was answered.
        """
        if not self.messages:
            raise RowError("expected at least one message; got []", json_path=self.path)
        if not self.choices:
            raise RowError("expected an answer; got none", hint="Without an answer there is nothing to learn.")
        if self.missing and ASKED.get().hosted_tools != "keep":
            return Drop(f"{RESTS}: {', '.join(dict.fromkeys(self.missing))}")
        asked = self.messages if self.whole else self._without_answers(repaired)
        made = [self._example(asked, choice, index, repaired) for index, choice in enumerate(self.choices)]
        return made[0] if len(made) == 1 else made

    def _without_answers(self, repaired: Counter[str]) -> list[Message]:
        """The prompt without the answer that it ends with.

        Raises:
            RowError: If the prompt holds later turns than its answer.
        """
        asked = self.messages
        if asked[-1]["role"] == "assistant":
            for choice in self.choices:
                length = len(choice.turns)
                if length and length < len(asked) and same(asked[-length:], choice.turns):
                    repaired[HELD] += 1
                    return asked[:-length]
        ends = asked[-1]["role"] == "assistant"
        for choice in self.choices:
            tells = choice.turns and (ends or "tool_calls" in choice.turns[-1])
            if tells and (at := stands_in(asked, choice.turns[-1])) >= 0:
                raise RowError("the answer stands earlier in its own prompt, which goes on behind it",
                               hint="Log the messages as they were sent, before later turns are added.",
                               json_path=f"{self.path}[{at}]")  # fmt: skip
        return asked

    def _example(self, asked: list[Message], choice: Choice, index: int, repaired: Counter[str]) -> Example | Drop:
        said = self._answered(choice, repaired)
        if not said:
            return Drop("nothing was answered")
        if not self.whole and len(said) > len(asked) and same(said[: len(asked)], asked):
            said = said[len(asked) :]  # the whole conversation was logged as the answer
            repaired[HELD] += 1
        messages = linked([*asked, *said], repaired)
        if self.prefills and asked[-1]["role"] == "assistant":
            messages = _prefilled(messages, len(asked), repaired)
        if self.missing:
            messages = _without_calls(messages, self.missing, repaired)
        facts = {**self.facts, "finish_reason": reason_of(choice)}
        if len(self.choices) > 1:
            facts["choice"] = index
        definitions = self._definitions(messages, facts, repaired)
        return {"messages": messages, **definitions, "metadata": metadata(facts, self.own)}

    def _answered(self, choice: Choice, repaired: Counter[str]) -> list[Message]:
        """The turns of an answer up to the assistant's last one; none where it holds no word and no call.

        Raises:
            RowError: If it is not the assistant's.
        """
        said = choice.turns
        if len(said) == 1:
            return [answer] if (answer := said_in(choice, repaired)) else []
        while said and said[-1]["role"] != "assistant":
            repaired["turns after the last answer left out"] += 1
            said = said[:-1]
        check_messages(said, choice.path)
        return said

    def _definitions(self, messages: list[Message], facts: dict[str, Any], repaired: Counter[str]) -> Example:
        if not (self.tools or self.functions or self.defined or self.missing or self.inferred):
            return {}
        made: Example = {}
        if self.functions and not self.tools and not any(turn.get("tool_calls") for turn in messages):
            made["functions"] = [tool["function"] for tool in tools(self.functions, None, "$.functions", repaired)]
        elif found := tools(self.tools, self.functions, self.tools_path, repaired):
            made["tools"] = found
        self._define(messages, made, facts)
        if self.parallel_tool_calls is not None and "tools" in made:
            made["parallel_tool_calls"] = self.parallel_tool_calls
        return made

    def _define(self, messages: list[Message], made: Example, facts: dict[str, Any]) -> None:
        """Add the definitions that stood among the messages, and those that are told by calls."""
        defined = self.defined or {}
        known = {tool["function"]["name"] for tool in made.get("tools", ()) if "function" in tool}
        more = [{"type": "function", "function": defined[name]} for name in defined if name not in known]
        known |= defined.keys()
        if self.inferred and ASKED.get().infer_tools:
            told = inferred(messages, {name for name in self.inferred if name not in known})
            if told:
                facts["inferred_tools"] = [(tool.get("function") or tool["custom"])["name"] for tool in told]
            more += told
        if more:
            made["tools"] = [*made.get("tools", ()), *more]


def said_in(choice: Choice, repaired: Counter[str]) -> Any:
    """The assistant's message of a choice that is one turn; None where it holds no word and no call.

    Raises:
        RowError: If it is not a message of the assistant's.
    """
    answer = choice.turns[-1] if choice.turns else None
    if answer is None:
        return None
    if answer.get("role") != "assistant":
        raise RowError(f"expected the assistant's message; got {shown(answer.get('role'))}", json_path=choice.path)
    if not (answer.get("content") or answer.get("tool_calls") or answer.get("refusal") or "function_call" in answer):
        return None
    if len(answer) > 2 or type(answer.get("content")) is not str:
        check_messages([answer], choice.path)
    return answer


def _prefilled(messages: list[Message], at: int, repaired: Counter[str]) -> list[Message]:
    """The messages with the answer behind the beginning of it that stood in the request."""
    begin, answer = messages[at - 1], messages[at]
    if type(begin.get("content")) is not str or type(answer.get("content")) is not str or begin.get("tool_calls"):
        return messages
    repaired[PREFILLED] += 1
    whole = {**answer, "content": begin["content"] + answer["content"]}
    return [*messages[: at - 1], whole, *messages[at + 1 :]]


def _without_calls(messages: list[Message], names: Collection[str], repaired: Counter[str]) -> list[Message]:
    """The messages without the calls of hosted tools that have no results."""
    answered = {turn.get("tool_call_id") for turn in messages if turn["role"] == "tool"}
    made: list[Message] = []
    for turn in messages:
        calls = turn.get("tool_calls")
        if calls:
            kept = [call for call in calls if call["id"] in answered or _name(call) not in names]
            if len(kept) < len(calls):
                repaired[LEFT] += len(calls) - len(kept)
                turn = {key: value for key, value in turn.items() if key != "tool_calls"}
                if kept:
                    turn["tool_calls"] = kept
                elif not turn.get("content"):
                    continue
        if made and made[-1]["role"] == turn["role"] == "assistant" and "tool_calls" not in made[-1]:
            made[-1] = _joined(made[-1], turn)
        else:
            made.append(turn)
    return made


def _joined(one: Message, other: Message) -> Message:
    texts = [turn["content"] for turn in (one, other) if turn.get("content")]
    if not all(type(text) is str for text in texts):
        return {**one, **other}
    return {**one, **other, "content": "\n\n".join(texts)}


def _name(call: Message) -> Any:
    return (call.get("function") or call.get("custom") or {}).get("name")


def together(parsed: Iterable[Parsed]) -> Parsed:
    """What several rows or calls in one row have become: the one thing that it is, or a list."""
    made: list[Example | Drop] = []
    for one in parsed:
        if isinstance(one, list):
            made += one
        else:
            made.append(one)
    return made[0] if len(made) == 1 else made


def reason_of(choice: Choice) -> Any:
    """Why it ends, in OpenAI's words; None where that was not logged."""
    if type(choice.finish) is not str:
        return None
    finish = choice.finish.casefold().replace("-", "_")
    return REASONS.get(finish, finish)
