"""Counting for open models, by their ``tokenizer.json`` and chat template (the extra ``hf``; no torch).

A chat is counted as the template renders it, in a sandbox. Without a template its texts are counted alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftdata.codec import decode, encode
from ftdata.errors import InputError, MissingPackageError, RowError, at, shown
from ftdata.example import parts
from ftdata.example.shapes import Example
from ftdata.tokens.counting import Counts, Profile, counter_of, short_hash
from ftdata.tokens.encodings import Remembered

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TOKENIZER, CONFIG, TEMPLATE = "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"


def is_open(tokenizer: str) -> bool:
    """Whether this names a tokenizer.json or a folder with one."""
    return tokenizer.endswith(".json") or Path(tokenizer).is_dir()


def open_counter(profile: Profile) -> OpenCounter:
    """The counter of an open model.

    Raises:
        InputError: The folder has no tokenizer.json, or a file in it cannot be read.
        MissingPackageError: The package tokenizers is not installed.
    """
    return OpenCounter(profile)


class OpenCounter:
    """Counts as an open model's tokenizer and chat template have it."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        path = Path(profile.tokenizer)
        self._path = path / TOKENIZER if path.is_dir() else path
        self._whole = _loaded(self._path)
        plain = _loaded(self._path)
        plain.encode_special_tokens = True  # text is text, whatever it looks like
        self.text: Callable[[str], int] = lambda text: len(plain.encode(text, add_special_tokens=False).ids)
        self._again = Remembered(self.text)
        self._definitions: dict[bytes, int] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return counter_of, (self.profile,)

    def message(self, message: Mapping[str, Any]) -> int:
        """The tokens of what one message says; its frame is the template's and not known by itself."""
        return self._said(message)

    def messages(self, messages: Sequence[Mapping[str, Any]]) -> int:
        """The tokens of messages that are sent for a reply."""
        return self._rendered(messages, (), reply=True)

    def example(self, example: Example) -> Counts:
        """The tokens of an example of any kind; images are not counted.

        Raises:
            RowError: The chat template refuses it.
        """
        if type(example.get("messages")) is list:
            return self._chat(example)
        if "completion" in example and "prompt" in example:
            counts = Counts(prompt=self.text(str(example["prompt"])), answer=self.text(str(example["completion"])))
            counts.trained, counts.total = counts.answer, counts.prompt + counts.answer
            return counts
        return self._preference(example)

    without_images = example

    def _chat(self, example: Example) -> Counts:
        turns, tools = example["messages"], example.get("tools") or ()
        counts = Counts(total=self._rendered(turns, tools, reply=False))
        counts.trained = sum(self._said(turn) for turn in turns if parts.trained(turn))
        if turns and turns[-1]["role"] == "assistant":
            counts.answer = self._said(turns[-1])
            counts.prompt = self._rendered(turns[:-1], tools, reply=True)
        else:
            counts.prompt = counts.total
        return self._shares(counts, turns, tools)

    def _preference(self, example: Example) -> Counts:
        turns, tools = example["input"]["messages"], example["input"].get("tools") or ()
        counts = Counts(prompt=self._rendered(turns, tools, reply=True))
        answers = [*(example.get("preferred_output") or ()), *(example.get("non_preferred_output") or ())]
        counts.answer = counts.trained = sum(map(self._said, answers))
        counts.total = counts.prompt + counts.answer
        return self._shares(counts, turns, tools)

    def _shares(self, counts: Counts, turns: Sequence[Mapping[str, Any]], tools: Sequence[Any]) -> Counts:
        counts.system = sum(self._said(turn) for turn in turns if turn["role"] in ("system", "developer"))
        if tools:
            counts.tools, counts.toolset = self._tools(tools), short_hash(encode(list(tools)))
        counts.estimated = () if self._template else ("text alone, as there is no chat template",)
        return counts

    def _said(self, turn: Mapping[str, Any]) -> int:
        text = parts.text_of(turn.get("content"))
        tokens = (self._again if turn["role"] in ("system", "developer") else self.text)(text) if text else 0
        for call in parts.calls(turn):
            tokens += self.text(str(call.get("name", ""))) + self.text(str(call.get("arguments", "")))
        return tokens

    def _tools(self, tools: Sequence[Any]) -> int:
        """What the template makes of the definitions, by the difference; their JSON where there is none."""
        key = encode(list(tools))
        if key not in self._definitions:
            if len(self._definitions) >= 1000:
                self._definitions.clear()
            turns = [{"role": "user", "content": "x"}]
            self._definitions[key] = (
                self._rendered(turns, tools, reply=True) - self._rendered(turns, (), reply=True)
                if self._template
                else self.text(key.decode())
            )
        return self._definitions[key]

    def _rendered(self, turns: Sequence[Mapping[str, Any]], tools: Sequence[Any], *, reply: bool) -> int:
        template = self._template
        if template is None:
            definitions = self._tools(tools) if tools else 0
            return sum(map(self._said, turns)) + definitions
        text = template([_turn(turn) for turn in turns], list(tools) or None, reply)
        return len(self._whole.encode(text, add_special_tokens=False).ids)

    @cached_property
    def _template(self) -> Callable[[list[Any], list[Any] | None, bool], str] | None:
        """The chat template as a function of messages, tools and whether a reply is to be started."""
        config = _json(self._path.parent / CONFIG)
        source = _source(self._path.parent, config)
        if source is None:
            return None
        from ftdata.tokens.templates import compiled

        with at(str(self._path.parent)):
            return compiled(source, {name: _token(config.get(name)) for name in ("bos_token", "eos_token")})

    def at_most(self, example: Example, limit: int) -> bool:
        """Whether the example has no more than so many tokens."""
        return self.example(example).total <= limit


def _loaded(path: Path) -> Tokenizer:
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise MissingPackageError("counting with a tokenizer.json", "tokenizers", "hf") from None
    if not path.is_file():
        raise InputError(f"there is no {TOKENIZER}", path=str(path.parent))
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        raise InputError(f"is no tokenizer that can be loaded: {shown(str(error))}", path=str(path)) from None
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    with at(str(path)):
        value = decode(path.read_bytes())
        if not isinstance(value, dict):
            raise InputError("expected a JSON object")
    return value


def _source(folder: Path, config: Mapping[str, Any]) -> str | None:
    """The chat template's text; of several, the default."""
    if (folder / TEMPLATE).is_file():
        return (folder / TEMPLATE).read_text(encoding="utf-8")
    found = config.get("chat_template")
    if isinstance(found, list):
        named = {entry.get("name"): entry.get("template") for entry in found if isinstance(entry, dict)}
        found = named.get("default")
    return found if isinstance(found, str) else None


def _token(token: object) -> str:
    return str(token.get("content", "")) if isinstance(token, dict) else str(token or "")


def _turn(turn: Mapping[str, Any]) -> dict[str, Any]:
    """A message as templates take it: the arguments of calls as objects, not as text."""
    said = {key: value for key, value in turn.items() if key != "weight"}
    if "tool_calls" in said:
        said["tool_calls"] = [_call(call) for call in said["tool_calls"] or ()]
    return said


def _call(call: Mapping[str, Any]) -> dict[str, Any]:
    function = call.get("function")
    if not isinstance(function, dict):
        return dict(call)
    try:
        arguments = decode(str(function.get("arguments", "")).encode())
    except RowError:
        return dict(call)
    return {**call, "function": {**function, "arguments": arguments}}
