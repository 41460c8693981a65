"""Count the tokens of messages and examples: text, per-message overhead, calls, definitions, images."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Protocol

from ftdata.classes import dataclass, field
from ftdata.codec import encode
from ftdata.example import parts
from ftdata.tokens import functions
from ftdata.tokens.encodings import Remembered, TextCounter, text_counter
from ftdata.tokens.images import Image, image_tokens, images_in
from ftdata.tokens.vocab import BUNDLED

if TYPE_CHECKING:
    from ftdata.example.words import Example

SHORT = 100
"""Characters of a text that is remembered, as labels, short answers and arguments are the same in many examples."""

CALL = 3
FUNCTION_RESULT = -2


@dataclass(frozen=True, slots=True)
class Profile:
    """What counting must know of a model; small, so that it travels to workers.

    Attributes:
        tokenizer: As `ftdata.tokens.encodings.text_counter` takes it, or a tokenizer.json or its folder.
        pattern: How a ``.tiktoken`` file's text is split.
        per_message: Tokens that a message costs beside its text.
        per_name: Tokens that a message's name costs beside its text.
        reply: Tokens that the reply's start costs, once an example.
        functions: Whose constants count function definitions: gpt-4o or gpt-4.
        images: The way images are counted; empty where the model sees none.
    """

    tokenizer: str
    pattern: str = ""
    per_message: int = 3
    per_name: int = 1
    reply: int = 3
    functions: str = "gpt-4o"
    images: str = ""


@dataclass(slots=True)
class Counts:
    """The tokens of one example.

    Attributes:
        total: All of it, as it is trained and billed.
        prompt: What stands before the last answer: what a request for that answer would send.
        answer: The last answer's own tokens; both answers' of a preference pair; none in reinforcement.
        trained: The assistant's text and calls that training learns: those of weight 0 left out.
        system: The system and developer messages, their overhead included.
        tools: The function definitions.
        images: The images.
        pictures: The images themselves.
        toolset: A hash of the function definitions; 0 without any.
        estimated: By which methods parts were counted whose billing is not public.
    """

    total: int = 0
    prompt: int = 0
    answer: int = 0
    trained: int = 0
    system: int = 0
    tools: int = 0
    images: int = 0
    pictures: list[Image] = field(default_factory=list)
    toolset: int = 0
    estimated: tuple[str, ...] = ()

    def with_images(self, method: str) -> Counts:
        """The same with the tokens that its pictures cost by a method; the counts must have none yet."""
        if not self.pictures:
            return self
        tokens = sum(image_tokens(picture, method) for picture in self.pictures)
        self.images = tokens
        self.total += tokens
        self.prompt += tokens
        return self


class Counter(Protocol):
    """Counts examples. It pickles by its profile: a worker loads the vocabulary once."""

    profile: Profile
    text: TextCounter
    """The tokens of a text."""

    def message(self, message: Mapping[str, Any]) -> int:
        """The tokens of one message with its overhead, without images."""
        ...

    def messages(self, messages: Sequence[Mapping[str, Any]]) -> int:
        """The tokens of messages that are sent for a reply, images included."""
        ...

    def example(self, example: Example) -> Counts:
        """The tokens of an example of any kind, images included."""
        ...

    def without_images(self, example: Example) -> Counts:
        """The same, with the images found but not counted."""
        ...

    def at_most(self, example: Example, limit: int) -> bool:
        """Whether the example has no more than so many tokens; often told without counting."""
        ...

    def over(self, example: Example, limit: int) -> int | None:
        """The example's tokens if they are more than so many, else None; often told without counting all of it."""
        ...


@cache
def counter_of(profile: Profile) -> Counter:
    """The counter for a profile, one a process.

    Raises:
        UsageError: If there is no such tokenizer.
        InputError: If it cannot be loaded.
        MissingPackageError: If it needs a package that is not installed.
    """
    from ftdata.tokens.folders import located

    if located(profile.tokenizer) is not None:
        from ftdata.tokens.openmodels import open_counter

        return open_counter(profile)
    return ChatCounter(profile)


class ChatCounter:
    """Counts as OpenAI's models take messages."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.text: TextCounter = self._first
        if profile.tokenizer not in BUNDLED:
            self.text = text_counter(profile.tokenizer, profile.pattern)  # it may fail: then at once
        self._again: TextCounter = Remembered(self.text)
        self._overhead: dict[str, int] = {}
        self._definitions: dict[bytes, tuple[int, functions.Method, int]] = {}
        self._count_definitions: Callable[[list[dict[str, Any]]], tuple[int, functions.Method]] = self._counted
        self._bound = _Bound(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return counter_of, (self.profile,)

    def _first(self, text: str) -> int:
        """The tokens of the first text: a process in which nothing is counted loads no vocabulary."""
        self.load()
        return self.text(text)

    def load(self) -> None:
        """Load the vocabulary, as much of it as what is expected is worth."""
        self.text = text_counter(self.profile.tokenizer, self.profile.pattern)
        self._again = Remembered(self.text)

    def messages(self, messages: Sequence[Mapping[str, Any]]) -> int:
        """The tokens of messages that are sent for a reply, images included."""
        counts = Counts(pictures=[image for turn in messages for image in _images(turn)])
        counts.total = sum(map(self.message, messages)) + self.profile.reply
        return counts.with_images(self.profile.images).total

    def message(self, message: Mapping[str, Any]) -> int:
        """The tokens of one message with its overhead, without images."""
        return self._beside(message) + self._said(message, str(message["role"]))

    def example(self, example: Example) -> Counts:
        """The tokens of an example of any kind, images included."""
        return self.without_images(example).with_images(self.profile.images)

    def without_images(self, example: Example) -> Counts:
        """The same, with the images found but not counted."""
        turns = example.get("messages")
        if type(turns) is list:
            return self._chat(example, turns)
        if "completion" not in example or "prompt" not in example:
            return self._preference(example)
        counts = Counts(prompt=self.text(str(example["prompt"])), answer=self.text(str(example["completion"])))
        counts.trained = counts.answer
        counts.total = counts.prompt + counts.answer
        return counts

    def _chat(self, example: Example, turns: Sequence[Mapping[str, Any]]) -> Counts:
        counts = Counts()
        total = self.profile.reply
        last = said = called = 0
        for turn in turns:
            role = turn["role"]
            said = self._said(turn, role)
            last = said + self._beside(turn)
            total += last
            if role == "assistant":
                if turn.get("weight") != 0:
                    counts.trained += said
                called += "tool_calls" in turn or "function_call" in turn
            elif role == "system" or role == "developer":
                counts.system += last
            elif type(turn.get("content")) is list:
                counts.pictures += _images(turn)
        method = self._add_definitions(counts, example, turns)
        counts.total = total + counts.tools
        answered = bool(turns) and turns[-1]["role"] == "assistant"
        counts.answer = said if answered else 0
        counts.prompt = counts.total - (last if answered else 0)
        if method or called or counts.pictures:
            counts.estimated = _methods(method, bool(called), counts.pictures)
        return counts

    def _preference(self, example: Example) -> Counts:
        counts = self._chat(example, example["input"]["messages"])
        counts.prompt, counts.trained = counts.total, 0
        for name in ("preferred_output", "non_preferred_output"):
            for turn in example.get(name) or ():
                said = self._said(turn, turn["role"])
                counts.total += said + self._beside(turn)
                if turn["role"] == "assistant":
                    counts.answer += said
                    counts.trained += said
        counts.estimated = (*counts.estimated, "both answers of a pair are counted")
        return counts

    def _add_definitions(
        self, counts: Counts, example: Example, turns: Sequence[Mapping[str, Any]]
    ) -> functions.Method | None:
        found = parts.tools(example)
        if not found:
            return None
        key = encode(found)
        known = self._definitions.get(key)
        if known is None:
            # Most files share few sets of tools. Clearing bounds memory if every example has its own.
            if len(self._definitions) >= 1000:
                self._definitions.clear()
            known = self._definitions[key] = (*self._count_definitions(found), short_hash(key))
        counts.tools, method, counts.toolset = known
        if method == "typescript":
            system = next((turn for turn in turns if turn["role"] == "system"), None)
            if system is not None:
                counts.tools += functions.TYPESCRIPT_SYSTEM + self._line_end(parts.text_of(system.get("content")))
        return method

    def _line_end(self, text: str) -> int:
        """The tokens that a new line adds to a text: that is told by its last word, as none spans a word's space."""
        space = text.rfind(" ")
        last = text[space:] if space > 0 and not text[space - 1].isspace() else text
        return self._again(last + "\n") - self._again(last)

    def _counted(self, found: list[dict[str, Any]]) -> tuple[int, functions.Method]:
        method = functions.method_for(found)
        if method == "notebook":
            constants = functions.CONSTANTS[self.profile.functions]
            return functions.notebook_tokens(found, self.text, constants), method
        return functions.typescript_tokens(found, self.text), method

    def _said(self, turn: Mapping[str, Any], role: str) -> int:
        """The tokens of a message's text and calls."""
        content = turn.get("content")
        if type(content) is list:
            content = parts.text_of(content)
        tokens = 0
        if content:
            # System prompts repeat in every example, and short answers in many; other texts rarely do.
            repeats = len(content) <= SHORT or role == "system" or role == "developer"
            tokens = (self._again if repeats else self.text)(content)
        if role == "assistant":
            if "tool_calls" in turn or "function_call" in turn:
                for call in parts.calls(turn):
                    said = str(call.get("arguments", ""))
                    tokens += CALL + self._short(str(call.get("name", "")))
                    tokens += (self._again if len(said) <= SHORT else self.text)(said)
            refusal = turn.get("refusal")
            if refusal:
                tokens += self.text(str(refusal))
        elif role == "function":
            tokens += FUNCTION_RESULT
        return tokens

    def _beside(self, turn: Mapping[str, Any]) -> int:
        """The tokens that a message costs beside what it says: its frame, its role and its name."""
        name = turn.get("name")
        tokens = self.profile.per_message + self._short(turn["role"])
        return tokens if name is None else tokens + self.profile.per_name + self._short(str(name))

    def _short(self, word: str) -> int:
        """The tokens of a role or a name, which come again and again."""
        tokens = self._overhead.get(word)
        if tokens is None:
            if len(self._overhead) >= 10_000:
                self._overhead.clear()
            tokens = self._overhead[word] = self.text(word)
        return tokens

    def at_most(self, example: Example, limit: int) -> bool:
        """Whether the example has no more than so many tokens; often told without counting."""
        return self.over(example, limit) is None

    def over(self, example: Example, limit: int) -> int | None:
        """The example's tokens if they are more than so many, else None; often told by counting a part or nothing."""
        bound = self._bound
        bound.beyond = 0
        bound.beyond = bound.example(example).total - limit
        if bound.beyond <= 0:
            return None
        total = bound.example(example).total
        return total if total > limit else None


class _Bound(ChatCounter):
    """Counts bytes for tokens, as no token is shorter than a byte; but exactly while that is too many.

    Attributes:
        beyond: By how much bytes are too many. It shrinks with each text that is counted; if something is left of it,
            all was counted.
    """

    def __init__(self, exact: ChatCounter) -> None:
        self.profile = exact.profile
        self.beyond = 0
        self.text = lambda text: self._at_most(text, exact.text)
        self._again = lambda text: self._at_most(text, exact._again)
        self._exact = exact
        self._definitions = exact._definitions
        self._count_definitions = exact._count_definitions

    def _at_most(self, text: str, count: TextCounter) -> int:
        bound = _bytes(text)
        if self.beyond <= 0:
            return bound
        tokens = count(text)
        self.beyond -= bound - tokens
        return tokens

    def _short(self, word: str) -> int:
        return self._at_most(word, self._exact._short)

    def _line_end(self, text: str) -> int:
        return self._exact._line_end(text)


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def short_hash(data: bytes) -> int:
    """Eight bytes that tell texts apart."""
    return int.from_bytes(blake2b(data, digest_size=8).digest())


def _images(turn: Mapping[str, Any]) -> list[Image]:
    content = turn.get("content")
    return images_in(content) if type(content) is list else []


def _methods(definitions: str | None, called: bool, pictures: list[Image]) -> tuple[str, ...]:
    """How the parts were counted whose billing is not public."""
    found = []
    if definitions == "notebook":
        found.append("function definitions by the cookbook's constants")
    elif definitions:
        found.append("function definitions as a TypeScript namespace")
    if called:
        found.append("calls as name and arguments and 3")
    if pictures:
        found.append("images by their size")
        if any(picture.assumed for picture in pictures):
            found.append("linked images as 1024 x 1024")
    return tuple(found)
