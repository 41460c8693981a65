"""Graders of reinforcement jobs: whether a job may have them at all.

Source: OpenAI's API description (openai 3.57): the five kinds that a job takes and what each must say. What templates
name of the rows is held against the rows by `ftdata check --grader`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from ftdata.distill.bodies import json_file, response_format_of
from ftdata.errors import InputError, UsageError, did_you_mean, shown
from ftdata.files.opening import stem
from ftdata.lazily import pattern
from ftdata.verbs.types import PathLike

NEEDED: Mapping[str, tuple[str, ...]] = {
    "string_check": ("name", "input", "reference", "operation"),
    "text_similarity": ("name", "input", "reference", "evaluation_metric"),
    "python": ("name", "source"),
    "score_model": ("name", "model", "input"),
    "multi": ("name", "graders", "calculate_output"),
}
"""What each kind of grader must say."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "operation": ("eq", "ne", "like", "ilike"),
    "evaluation_metric": (
        "cosine", "fuzzy_match", "bleu", "gleu", "meteor", "rouge_1", "rouge_2", "rouge_3", "rouge_4", "rouge_5",
        "rouge_l",
    ),
}  # fmt: skip

_TEMPLATE = pattern(r"\{\{-?\s*(\w+)(?:\.(\w+))?")
_OF_SAMPLE = ("output_text", "output_json", "output_tools", "choices", "output_audio")


def grader_of(path: PathLike) -> dict[str, Any]:
    """The grader in a file, checked as far as a job's body says.

    Raises:
        InputError: If it cannot be read, or is not a grader that a job takes; with the JSON path.
    """
    name = os.fspath(path)
    grader = json_file(name, "the grader")
    for place, problem, hint in _problems(grader, "$"):
        raise InputError(problem, hint=hint, path=name, json_path=place)
    found: dict[str, Any] = grader
    return found


def reads_json(grader: Any) -> bool:
    """Whether a grader reads fields of answers that are JSON."""
    return "sample.output_json" in json.dumps(grader)


def _problems(grader: Any, place: str) -> Iterator[tuple[str, str, str]]:
    """Where, what, and what to do."""
    if not isinstance(grader, dict):
        yield place, f"expected a grader, an object; got {shown(grader)}", ""
        return
    kind = str(grader.get("type"))
    if kind not in NEEDED:
        hint = did_you_mean(kind, NEEDED)
        if kind == "label_model":
            hint = "A reinforcement job takes no label_model: use score_model."
        yield f"{place}.type", f"expected one of {', '.join(NEEDED)}; got {shown(kind)}", hint
        return
    for key in NEEDED[kind]:
        if key not in grader:
            yield place, f"a {kind} grader needs {key}", ""
    for key, words in WORDS.items():
        if key in grader and key in NEEDED[kind] and grader[key] not in words:
            yield f"{place}.{key}", f"expected one of {', '.join(words)}; got {shown(grader[key])}", ""
    yield from _templates({key: value for key, value in grader.items() if key not in ("graders", "source")}, place)
    if kind == "multi":
        yield from _inner(grader["graders"], f"{place}.graders")


def _inner(graders: Any, place: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(graders, dict) and "type" in graders:
        yield from _problems(graders, place)
    elif isinstance(graders, dict | list) and graders:
        named = graders.items() if isinstance(graders, dict) else enumerate(graders)
        for name, one in named:
            yield from _problems(one, f"{place}.{name}" if isinstance(name, str) else f"{place}[{name}]")
    else:
        yield place, f"expected graders by their names; got {shown(graders)}", ""


def _templates(value: Any, place: str) -> Iterator[tuple[str, str, str]]:
    """Templates that name neither the row nor the answer: a service scores them 0, or fails."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _templates(inner, f"{place}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _templates(inner, f"{place}[{index}]")
    elif isinstance(value, str):
        for root, field in _TEMPLATE.findall(value):
            if root not in ("item", "sample"):
                hint = f"Write {{{{ item.{root} }}}} for a key of the row, {{{{ sample.output_text }}}} for the answer."
                yield place, f"a template names item or sample; got {shown(root)}", hint
            elif root == "sample" and field not in _OF_SAMPLE:
                yield place, f"sample has no {field or 'value of its own'}", did_you_mean(field, _OF_SAMPLE)


def format_of(path: PathLike) -> dict[str, Any]:
    """The format that answers are sampled in: a whole response format, or a JSON Schema.

    Raises:
        InputError: If the file cannot be read.
        UsageError: If it holds neither.
    """
    name = os.fspath(path)
    found = json_file(name, "the response format")
    if not isinstance(found, dict):
        raise UsageError(f"{name}: a response format is a JSON object; got {shown(found)}")
    return response_format_of(found, str(found.get("title") or stem(name)))
