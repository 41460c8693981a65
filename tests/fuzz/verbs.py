"""Every verb and report of the library, with each of its options: the public methods of Dataset, by their signatures."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any, get_type_hints

import click

from ftdata import Dataset
from ftdata.formats.targets import TARGETS
from ftdata.rules import RULES
from tests.fuzz.options import CONDITIONS, EXPRESSIONS, walk
from tests.tokens.tiny import TINY

HOWS = {
    "balance": ("under", "over", "weight", "both"),
    "choices": ("all", "first", "majority", "best", "pairs"),
    "repeats": ("all", "first", "majority", "best", "pairs"),
    "reasoning": ("keep", "drop", "last", "text"),
    "resolve_conflicts": ("majority", "drop", "best:score"),
}
# By parameter, or by method and parameter where one name means several things.
TABLE: dict[str, tuple[Any, ...]] = {
    "examples": (1, 20), "facts": (False, True),
    "by": EXPRESSIONS, "key": (None, *EXPRESSIONS), "group": (None, *EXPRESSIONS), "stratify": (None, *EXPRESSIONS), "id": (None, *EXPRESSIONS),
    "where": (None, *CONDITIONS), "test": CONDITIONS, "verify.test": (*CONDITIONS, "exact", "calls"), "pass_rate": (None, "0.1..0.9", "..0.5"),
    "min_agreement": (None, 0.5, "60%"), "margin": (0.0, 0.2), "column": ("score", "answer | upper"),
    "grade.grader": ({"type": "string_check", "name": "g", "operation": "like", "input": "{{ sample.output_text }}", "reference": "a"},), "score": ("score", "answer | length"), "unknown": ("reject", "drop", "keep"),
    "merge_calls.by": ("session", "trace", "parent", "prefix", "metadata.queue"), "train": ("all", "selected"), "weights.train": ("all", "last", "first"),
    "target": (None, "min", "median", "max", 3, "50%"), "check.target": tuple(TARGETS), "report.target": (None, *TARGETS), "report.examples": (1, 5), "metrics": (None,), "fix.target": tuple(TARGETS), "share": (None, {"a": 0.5}),
    "sample.share": (None, 0.5), "drop_few_shot.share": (0.5, 0.9), "seed": ("", 7), "count": (1, 2, 5), "limit": (None, 10, 4000), "test_size": (0.5, 1),
    "train_size": (None, 0.5), "stratify_by_column": (None, "answer"), "shares": ((1.0, 0.5), (0.5,)), "shingle": (0, 3), "at_least": (0, 1), "ngram": (None, 3),
    "near": (None, 0.85), "keep": ("first", "last", "longest", "best:score"), "rules": tuple(RULES), "reasons": ("stop", "length", "any"), "codes": ("en", "de"),
    "model": (None, "gpt-4.1-mini", "gpt-4o", "babbage-002"), "stats.model": (None, "gpt-4.1-mini", "gpt-3.5-turbo"), "saved.model": ("gpt-4.1-mini",),
    "savings.model": (None, "gpt-4.1-mini"), "place": (None, "openai"), "places.place": ((), ("azure", "trl")), "tokenizer": (None, "cl100k_base"), "check.tokenizer": (None, TINY), "report.tokenizer": (None, TINY), "tokenize.tokenizer": (TINY,), "template": (None, "chatml", "mistral"),
    "epochs": ("auto", 3), "teacher": (None, "gpt-4.1"), "select.teacher": ("gpt-4*",),
    "price_in": (None, 2.0), "price_out": (None, 8.0), "method": (None, "sft", "dpo", "rft", "completion"), "select": ((), ("quality",), tuple(RULES)[:3]),
    "ignore": ((), ("messages",)), "max_findings": (1, 20), "kinds": (None, ("email", "phone", "key")), "stand_ins": (None, {"email": "[{n}]"}),
    "language": ("en",), "labels": ({"4": "four", "a": "b"}, {4: "four"}), "unlabelled": ("reject", "keep", "drop"), "header": (None, True), "status": ((), 200),
    "since": (None, "2020-01-01"), "until": (None, "2030-01-01"), "min_score": (None, 0.5), "tags": ((), ("a",)), "not_tags": ((), ("b",)),
    "keep_functions": (None, ("f", "get_weather")), "text": (None, "Be kind."), "searched.text": ("kind", "{{ x }}"), "add": (None, "Be kind."), "replace": (None, {"a": "b"}),
    "pattern": (None, {r"\s+": " "}), "shorten": (None, [{"pattern": "(.*)", "short": r"\1"}]), "from_user": (None, r"^\w+"), "unicode": (None, "nfc", "nfkc"),
    "think_field": ("reasoning_content",), "roles": ((), ("user", "tool")), "names": ((), ("ann",)), "index": ((), (0, -1)), "shorten_results": (0, 40),
    "tokens": (None, (1, 100)), "turns": (None, (1, 3)), "characters": (None, (0, 100), (2, None)), "phrases": (None, ("No.",)), "group_by": ("id", "metadata"),
    "order_by": ("", "score"), "role_column": ("role",), "content_column": ("content",), "role_map": (None, {"human": "user"}), "system": ("", "Be kind."),
    "prompt_column": ("prompt", "text"), "completion_column": ("completion", "label"), "separator": ("", " ->"), "stop": ("", " END"),
    "chosen": ("", "completion"), "rejected": ("", "{{ completion }}!"), "completion_to_chat.metadata": ((), ("prompt",)),
    "metadata": (False, True), "gather_messages.metadata": ((), ("a",)), "to_chat.metadata": ((), ("prompt",)), "consecutive": ("join", "keep", "reject"),
    "first_assistant": ("keep", "drop", "reject"), "last_user": ("drop", "keep", "reject"), "name_column": ("", "name"), "tool_calls_column": ("", "tool_calls"),
    "tool_call_id_column": ("", "tool_call_id"), "weight_column": ("", "weight"), "gap": ("",), "first_speaker": ("mapped", "user", "assistant"), "consistent": (None, "word"), "user": ("prompt", "{{ prompt }}!"), "assistant": ("completion", "{{ completion }}"),
    "sizes": (None,), "valid": (None, 0.5), "split.train": (None, 0.5), "split.test": (None, 0.1), "on_error": ("stop", "reject", "drop"), "reason": ("", "x"),
    "models": (None,), "grader": (None,), "rows": (None, 3), "baseline": ((),), "normalize": (False, True), "map": (None,), "workers": (1,),
    "on_progress": (None,), "on_reject": (None,), "max_rejects": ("100%",), "filter.where": ((), *CONDITIONS),
    "min_tokens": (None, 1), "max_tokens": (None, 100), "min_turns": (None, 1), "max_turns": (None, 3), "min_characters": (None, 0),
    "max_characters": (None, 100), "no_refusals": (False, True), "refusals": (None, ("No.",)), "drop_if": ((), *((slug,) for slug in RULES)),
    "keep_if": ((), *((slug,) for slug in RULES)), "search": (None, "", "a", "\ud800", "İ"),
    "explode.columns": ("messages", "$"), "html_to_text.columns": ("*", "prompt"), "strip_mail.columns": ("*", "a"), "links": ("text", "target"),
    "parts": ((), ("quoted",)),
    "where.expressions": ("messages", "prompt == 'a'", "a is defined"), "rename.columns": ({"prompt": "question"}, {"messages": "m"}),
    "keep_columns.columns": ("messages", "prompt"), "drop_columns.columns": ("tools", "a"), "trim.columns": ("*", "prompt"), "fill.columns": ("prompt", "a"),
    "replace.texts": ({"a": "b"}, {r"\s+": " "}), "replace.columns": (("*",), ("prompt",)), "split_column.column": ("prompt", "a"), "into": (("first", "rest"),),
    "at": (" ", ","), "join_columns.columns": (("prompt", "completion"), ("a",)), "join_columns.into": ("joined",), "between": (" ",),
    "set_columns.columns": ({"more": "{{ prompt }}!"}, {"a": "x"}), "types.columns": ({"prompt": "text"}, {"a": "number"}), "spellings": (None, {"4": "four"}), "differences": (("case", "space"), ("width", "punctuation")), "times.columns": ("prompt", "a"),
    "time_format": ("", "%Y"), "day_first": (None, True), "head_rows.count": (1, 60),
    "filter.language": ((),), "n": (None, 1, 5), "first": (None, 2), "last": (None, 1), "fit": (None, 100), "set": (None, "Be kind."),
}  # fmt: skip
APART = {
    "review": "writes a table: tests/dataset/test_reviewing.py", "apply": "takes edits: tests/dataset/test_reviewing.py",
    "write": "the law of commands and of rows writes", "plan": "what a plan is made of", "engine": "what runs a plan", "decided": "inner", "decisions": "inner",
    "read": "inner", "as_rows": "inner", "map": "takes a function of the user's", "join": "takes files: the law of commands", "join_scores": "takes files: the law of commands",
    "on": "another engine: tests/engines/cluster",
    "push_to_hub": "needs a hub: tests/dataset/test_hub.py",
}  # fmt: skip
"""Methods that this walk leaves to others, and why."""
FORWARDS = {"balance_table": "balance", "duplicates": "dedupe", "train_test_split": "split"}
"""Methods that hand further options on."""
SET = {"train_test_split": {"train", "valid", "test", "sizes", "stratify"}}
"""Options that such a method gives itself."""
OTHERS = ("other", "against", "before", "others")  # another dataset


@cache
def methods() -> dict[str, Callable[..., Any]]:
    """The public methods by name."""
    found = inspect.getmembers(Dataset, inspect.isfunction)
    return {name: method for name, method in found if not name.startswith("_") and name not in APART}


def values(method: str, param: inspect.Parameter) -> tuple[Any, ...]:
    """Good values of a parameter.

    Raises:
        LookupError: Neither the table nor its type says one: add it to `TABLE`.
    """
    if method in HOWS and param.name == "how":
        return HOWS[method]
    hint = _hints(method).get(param.name)
    if hint is bool or hint == bool | None:
        return (False, True)
    for key in (f"{method}.{param.name}", param.name):
        if key in TABLE:
            return TABLE[key]
    if choices := _choices(param.name):
        return (None, *choices) if param.default is None else choices
    raise LookupError(f"no value is known for Dataset.{method}({param.name}): add one to tests/fuzz/verbs.py")


def _choices(name: str) -> tuple[str, ...]:
    """The choices of the option of this name: a verb is declared once, so that its command has the same ones."""
    found = (param.type for _, param in walk() if param.name == name)
    return next((tuple(map(str, kind.choices)) for kind in found if isinstance(kind, click.Choice)), ())


@cache
def _hints(method: str) -> dict[str, Any]:
    found = inspect.unwrap(methods()[method])
    try:
        return get_type_hints(found)
    except NameError:  # what is only imported for type checkers
        return {
            name: {"bool": bool, "bool | None": bool | None}.get(str(hint))
            for name, hint in found.__annotations__.items()
        }


def params(method: str) -> list[tuple[str, inspect.Parameter]]:
    """(Method, parameter) of all that a method takes, those that it hands on to another one included."""
    found: list[tuple[str, inspect.Parameter]] = []
    for param in list(inspect.signature(methods()[method]).parameters.values())[1:]:
        if param.kind is inspect.Parameter.VAR_KEYWORD:
            mine = {own.name for _, own in found}
            found += [one for one in params(FORWARDS[method]) if one[1].name not in mine | SET.get(method, set())]
        else:
            found.append((method, param))
    return found


def drawn(method: str, chance: Random, other: Dataset) -> tuple[list[Any], dict[str, Any]]:
    """Arguments of a call: what is required, and a few of the others."""
    args: list[Any] = []
    options: dict[str, Any] = {}
    for owner, param in params(method):
        if param.name in OTHERS and param.kind is inspect.Parameter.VAR_POSITIONAL:
            args.append(other)
        elif param.name in OTHERS:
            options |= {param.name: other} if param.default is inspect.Parameter.empty or chance.random() < 0.3 else {}
        elif param.kind is inspect.Parameter.VAR_POSITIONAL:
            args.append(chance.choice(values(owner, param)))
        elif param.default is inspect.Parameter.empty or chance.random() < 0.35:
            options[param.name] = chance.choice(values(owner, param))
    return args, options
