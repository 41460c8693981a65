"""``python -m tests.differential.templates [FILE...]``: renderings, tokens and masks beside those of transformers.

    pip install 'transformers>=5' tokenizers        # no torch
    pip install --no-deps trl                       # its chat templates

Every template (FILE, those of TRL where it is installed, and the families that ftdata knows) renders every
conversation below, with tools and without. Exit 1 at any difference: in the text, the tokens, what a template with
``{% generation %}`` marks as trained, or in whether it is refused. Families are also compared with the template of the
model itself, as TRL ships it.
"""

from __future__ import annotations

import importlib
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ftdata.errors import RowError
from ftdata.tokens.families import FAMILIES, family_source
from ftdata.tokens.folders import ModelFiles
from ftdata.tokens.renderer import Renderer, RendererOptions
from ftdata.tokens.rendering import plain
from ftdata.tokens.templates import ChatTemplate
from tests.tokens.tiny import TINY

Turns = list[dict[str, Any]]

OF_TRL = {
    "qwen2.5": "qwen2_5", "qwen3": "qwen3", "llama3": "llama3", "llama3.1": "llama3_1", "gemma": "gemma", "gemma3": "gemma3",
    "deepseek-v3": "deepseekv3", "deepseek-r1": "deepseek_r1_distill", "phi3": "phi3", "phi3.5": "phi3_5", "gpt-oss": "gptoss",
}  # fmt: skip
"""TRL's name of a family's template."""


def _call(name: str = "forecast", known: str = "abc123def", **arguments: Any) -> dict[str, Any]:
    return {"id": known, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}


TOOLS = [
    {"type": "function", "function": {"name": "forecast", "description": "Tells the weather.", "parameters": {
        "type": "object", "required": ["city"], "properties": {
            "city": {"type": "string", "description": "Where"}, "days": {"type": "integer", "default": 3},
            "unit": {"type": "string", "enum": ["c", "f"], "default": "c"}, "tags": {"type": "array", "items": {"type": "string"}},
            "deep": {"type": "object", "properties": {"x": {"type": "number"}}, "required": ["x"]}, "either": {"type": ["string", "null"]},
            "one": {"oneOf": [{"type": "string", "description": "d", "default": "q"}, {"type": "number"}]}, "any": {},
        }}}},
    {"type": "function", "function": {"name": "nothing", "description": "Does nothing."}},
]  # fmt: skip
S, U, V = (
    {"role": role, "content": text}
    for role, text in (("system", "Be brief. "), ("user", " Rain?"), ("user", "And é 天?"))
)
B: dict[str, Any] = {"role": "assistant", "content": 'Rain, "they" say. '}
R: dict[str, Any] = {"role": "assistant", "reasoning_content": "Hm, think.", "content": "Sun"}
T: dict[str, Any] = {"role": "assistant", "content": "<think>\nlong\n</think>\n\nIt is."}
C: dict[str, Any] = {
    "role": "assistant",
    "content": "",
    "tool_calls": [_call(city="Lyon", days=3, deep={"a": [1, None, True]})],
}
N: dict[str, Any] = {"role": "assistant", "content": None, "tool_calls": [_call(city="Lyon")]}
D: dict[str, Any] = {"role": "assistant", "content": "", "tool_calls": [_call(city="a"), _call("nothing", "abc123deg")]}
Q: dict[str, Any] = {"role": "tool", "tool_call_id": "abc123def", "name": "forecast", "content": "rain"}
P: dict[str, Any] = {"role": "tool", "tool_call_id": "abc123deg", "content": '{"a": 1}'}
TALKS: list[Turns] = [
    [U, B], [S, U, B], [S, U, B, V, R], [U, R, V, T], [U, T], [S, U, C, Q, B], [U, N, Q, B], [S, U, {**C, "content": "I look."}, Q, R],
    [U, D, Q, P, B, V, B], [U, {**C, "reasoning_content": "A tool."}, Q, C, Q, R], [U, C], [S, U], [{"role": "developer", "content": "D"}, U, B],
    [U, B, {"role": "system", "content": "later"}, V, B], [{"role": "user", "content": [{"type": "text", "text": "part"}]}, B], [U, V, B],
    [B, U, B], [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "see"}]}, B], [S], [U, Q, B],
]  # fmt: skip


@dataclass
class Compared:
    """What came of it."""

    pairs: int = 0
    refused: int = 0
    different: list[str] = field(default_factory=list)
    theirs: float = 0.0
    ours: float = 0.0


def sources(files: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """The templates by name."""
    yield from ((str(path), path.read_text(encoding="utf-8")) for path in files)
    yield from ((f"trl/{path.name}", path.read_text(encoding="utf-8")) for path in of_trl())
    yield from ((name, family_source(name)) for name in FAMILIES)


def of_trl() -> list[Path]:
    """The chat templates in TRL's package, which need not be imported for that."""
    spec = find_spec("trl")
    places = list(spec.submodule_search_locations or ()) if spec else []
    return sorted(path for place in places for path in (Path(place) / "chat_templates").glob("*.jinja"))


def compare(name: str, source: str, folder: Path, seen: Compared) -> None:
    """Render all talks with one template, here and there."""
    (folder / "chat_template.jinja").write_text(source, encoding="utf-8")
    tokenizer = importlib.import_module("transformers").PreTrainedTokenizerFast.from_pretrained(str(folder))
    mine = Renderer(RendererOptions(str(folder)))
    blocks = ChatTemplate(source, mine.files.constants).blocks
    for number, turns in enumerate(TALKS):
        for tools in (None, TOOLS):
            start = time.perf_counter()
            theirs = _theirs(tokenizer, turns, tools, marked=blocks)
            middle = time.perf_counter()
            ours = _ours(mine, turns, tools, marked=blocks)
            seen.theirs, seen.ours = seen.theirs + middle - start, seen.ours + time.perf_counter() - middle
            seen.pairs += 1
            seen.refused += theirs is None
            if theirs != ours:
                seen.different.append(f"{name}: talk {number}{' with tools' if tools else ''}")


def _theirs(tokenizer: Any, turns: Turns, tools: Any, *, marked: bool) -> Any:
    """Tokens and mask; arguments as text where objects are refused."""
    for objects in (True, False):
        given = [{**turn, **_calls(turn, objects)} for turn in turns]
        ends = any(turn["role"] == "assistant" for turn in turns)
        try:
            made = tokenizer.apply_chat_template(
                given, tools=tools, return_dict=True, return_assistant_tokens_mask=marked and ends,
                add_generation_prompt=not ends,
            )  # fmt: skip
        except Exception:  # noqa: S112 - whatever it raises, it refuses
            continue
        return list(made["input_ids"]), list(made["assistant_masks"]) if marked and ends else None
    return None


def _calls(turn: dict[str, Any], objects: bool) -> dict[str, Any]:
    calls = plain([turn], objects=objects)[0].get("tool_calls")
    return {"tool_calls": calls} if calls else {}


def _ours(mine: Renderer, turns: Turns, tools: Any, *, marked: bool) -> Any:
    ends = any(turn["role"] == "assistant" for turn in turns)
    try:
        made = mine.conversation(turns, tools or (), ends=ends, drops=False)
    except RowError:
        return None
    return list(made.tokens), [int(one) for one in made.trained] if marked and ends else None


def unlike_their_model() -> Iterator[str]:
    """Where a family's template renders otherwise than the model's own."""
    known = {path.stem: path for path in of_trl()}
    for name, stem in OF_TRL.items():
        if stem not in known:
            continue
        files = ModelFiles({}, FAMILIES[name].constants)
        pair = [
            ChatTemplate(one, files.constants) for one in (family_source(name), known[stem].read_text(encoding="utf-8"))
        ]
        for number, turns in enumerate(TALKS):
            for tools in (None, TOOLS):
                for reply in (False, True):
                    for objects in (True, False):
                        texts = [_text(one, plain(turns, objects=objects), tools, reply) for one in pair]
                        if texts[0] != texts[1]:
                            yield f"{name}: talk {number}{' with tools' if tools else ''}"


def _text(template: ChatTemplate, turns: Turns, tools: Any, reply: bool) -> str | None:
    try:
        return template(turns, tools, reply)
    except RowError:
        return None


def main(files: Sequence[Path]) -> int:
    """Compare, and print what came of it."""
    seen, templates = Compared(), list(sources(files))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in TINY.glob("tokenizer*.json"):
            shutil.copy(path, folder)
        for template, source in templates:
            compare(template, source, folder, seen)
    unlike = list(unlike_their_model())
    version = importlib.import_module("transformers").__version__
    print(
        f"transformers {version}: {len(templates)} templates, {seen.pairs:,} renderings, {seen.refused:,} refused by both"
    )
    print(f"{len(seen.different)} differ; families unlike their model: {len(unlike)}")
    print(f"seconds: {seen.theirs:.1f} there, {seen.ours:.1f} here")
    for line in [*seen.different, *unlike][:40]:
        print(f"  {line}")
    return 1 if seen.different or unlike else 0


if __name__ == "__main__":
    sys.exit(main([Path(one) for one in sys.argv[1:]]))
