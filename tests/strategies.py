"""Hypothesis strategies that several test modules share: JSON values, examples of every kind, tables of text."""

from __future__ import annotations

import csv
import io
import json
import string
from collections.abc import Iterable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

Row = dict[str, Any]
Strategy = st.SearchStrategy


QUICK = 50
"""Examples of a property in the quick profile, unless it says otherwise."""


def tries(number: int) -> settings:
    """So many examples in the quick profile; in another as many times more as that has."""
    profile = settings.default
    assert profile is not None
    return settings(max_examples=max(1, number * profile.max_examples // QUICK))


# -- JSON ---------------------------------------------------------------------------------------------------------------

texts: Strategy[str] = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
"""Any Unicode without lone surrogates."""

integers: Strategy[int] = st.one_of(
    st.integers(),
    st.integers(min_value=10**29, max_value=10**30 - 1),
    st.integers(min_value=-(10**30) + 1, max_value=-(10**29)),
)
"""Integers, those of 30 digits often enough."""

floats: Strategy[float] = st.floats(allow_nan=False, allow_infinity=False)

json_scalars: Strategy[Any] = st.one_of(st.none(), st.booleans(), integers, floats, texts)

json_values: Strategy[Any] = st.recursive(
    json_scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)

json_objects: Strategy[Row] = st.dictionaries(texts, json_values, max_size=5)

# -- examples -----------------------------------------------------------------------------------------------------------

NAMED = string.ascii_letters + string.digits + "_-"
names: Strategy[str] = st.text(st.sampled_from(NAMED), min_size=1, max_size=12)

text_parts: Strategy[Row] = st.fixed_dictionaries({"type": st.just("text"), "text": texts})
image_parts: Strategy[Row] = st.fixed_dictionaries(
    {
        "type": st.just("image_url"),
        "image_url": st.fixed_dictionaries(
            {"url": st.just("https://example.com/a.png")}, optional={"detail": st.sampled_from(["auto", "low", "high"])}
        ),
    }
)
refusal_parts: Strategy[Row] = st.fixed_dictionaries({"type": st.just("refusal"), "refusal": texts})

arguments: Strategy[str] = st.one_of(
    st.dictionaries(names, json_scalars, max_size=3).map(lambda value: json.dumps(value, ensure_ascii=False)),
    st.sampled_from(["{}", '{ "city" : "Paris" }', "", "no json"]),
)
functions: Strategy[Row] = st.fixed_dictionaries({"name": names, "arguments": arguments})
tool_calls: Strategy[Row] = st.fixed_dictionaries({"id": names, "type": st.just("function"), "function": functions})

definitions: Strategy[Row] = st.fixed_dictionaries(
    {"name": names},
    optional={
        "description": texts,
        "parameters": st.just(
            {"type": "object", "properties": {"city": {"type": "string", "default": None}}, "required": ["city"]}
        ),
        "strict": st.booleans(),
    },
)
tool_definitions: Strategy[Row] = st.fixed_dictionaries({"type": st.just("function"), "function": definitions})


def _content(parts: Strategy[Row]) -> Strategy[Any]:
    return st.one_of(texts, st.lists(parts, min_size=1, max_size=3))


def _instructions(role: str) -> Strategy[Row]:
    return st.fixed_dictionaries({"role": st.just(role), "content": _content(text_parts)}, optional={"name": names})


system_messages: Strategy[Row] = _instructions("system")
developer_messages: Strategy[Row] = _instructions("developer")
user_messages: Strategy[Row] = st.fixed_dictionaries(
    {"role": st.just("user"), "content": _content(st.one_of(text_parts, image_parts))}, optional={"name": names}
)
_assistant_options: dict[str, Strategy[Any]] = {
    "weight": st.sampled_from([0, 1]),
    "name": names,
    "refusal": st.none(),
}
answers: Strategy[Row] = st.fixed_dictionaries(
    {"role": st.just("assistant"), "content": st.one_of(texts, st.lists(text_parts, min_size=1, max_size=2),
                                                        st.lists(refusal_parts, min_size=1, max_size=1))},
    optional=_assistant_options,
)  # fmt: skip
calling_messages: Strategy[Row] = st.fixed_dictionaries(
    {"role": st.just("assistant"), "tool_calls": st.lists(tool_calls, min_size=1, max_size=2)},
    optional={"content": st.one_of(st.none(), texts), **_assistant_options},
)
legacy_calls: Strategy[Row] = st.fixed_dictionaries(
    {"role": st.just("assistant"), "content": st.none(), "function_call": functions}, optional=_assistant_options
)
refusals: Strategy[Row] = st.fixed_dictionaries(
    {"role": st.just("assistant"), "content": st.none(), "refusal": texts.filter(bool)}
)
function_results: Strategy[Row] = st.fixed_dictionaries(
    {"role": st.just("function"), "name": names, "content": st.one_of(st.none(), texts)}
)


@st.composite
def tool_exchanges(draw: st.DrawFn) -> list[Row]:
    """Calls and the results that answer them."""
    calling = draw(calling_messages)
    results = [{"role": "tool", "tool_call_id": call["id"], "content": draw(texts)} for call in calling["tool_calls"]]
    return [calling, *results]


@st.composite
def function_exchanges(draw: st.DrawFn) -> list[Row]:
    """A call in the deprecated style and its result."""
    return [draw(legacy_calls), draw(function_results)]


# A strategy that is made anew for each example is also checked anew for each.
_beginnings = st.lists(system_messages, max_size=1)
_further = st.lists(
    st.one_of(
        answers.map(lambda turn: [turn]), user_messages.map(lambda turn: [turn]), tool_exchanges(), function_exchanges()
    ),
    max_size=2,
)
_ends = st.one_of(answers, calling_messages, legacy_calls, refusals)


@st.composite
def conversations(draw: st.DrawFn) -> list[Row]:
    """Messages of a chat, the assistant's last."""
    turns = [*draw(_beginnings), draw(user_messages)]
    for exchange in draw(_further):
        turns += exchange
    return [*turns, draw(_ends)]


_carried: dict[str, Strategy[Any]] = {"metadata": st.dictionaries(names, json_scalars, max_size=2)}

chats: Strategy[Row] = st.fixed_dictionaries(
    {"messages": conversations()},
    optional={
        "tools": st.lists(tool_definitions, max_size=2),
        "functions": st.lists(definitions, min_size=1, max_size=2),
        "parallel_tool_calls": st.booleans(),
        **_carried,
    },
)

completions: Strategy[Row] = st.fixed_dictionaries({"prompt": texts, "completion": texts}, optional=_carried)

preferences: Strategy[Row] = st.fixed_dictionaries(
    {
        "input": st.fixed_dictionaries(
            {"messages": st.lists(user_messages, min_size=1, max_size=2)},
            optional={"tools": st.lists(tool_definitions, max_size=2), "parallel_tool_calls": st.booleans()},
        ),
        "preferred_output": st.lists(answers, min_size=1, max_size=1),
        "non_preferred_output": st.lists(answers, min_size=1, max_size=1),
    },
    optional=_carried,
)

reinforcements: Strategy[Row] = st.fixed_dictionaries(
    {"messages": st.tuples(developer_messages, user_messages).map(list), "reference_answer": json_values},
    optional={"tools": st.lists(tool_definitions, max_size=1), "difficulty": json_scalars},
)

examples: Strategy[Row] = st.one_of(chats, completions, preferences, reinforcements)
"""Valid examples of every kind."""

# -- tables -------------------------------------------------------------------------------------------------------------

NASTY = (
    "",
    " ",
    " leading",
    "trailing ",
    "001",
    "NA",
    "null",
    "1e5",
    "1.0",
    "true",
    'say "hi"',
    '"',
    '""',
    "a,b",
    "a;b",
    "a\tb",
    "two\nlines",
    "two\r\nlines",
    "\n",
    "=1+1",
    "line\u2028separator",
    "next\u0085line",
    "emoji \U0001f600",
    "nul \x00",
    "é",
    "\ufeffmark",
)
"""Cells that some reader of tables changes."""

cells: Strategy[str] = st.one_of(
    st.sampled_from(NASTY), st.text(st.sampled_from("ab,;\"'\n é\u2028\U0001f600"), max_size=12)
)


@st.composite
def tables(draw: st.DrawFn, min_columns: int = 1) -> tuple[list[str], list[list[str]]]:
    """Column names, and rows of text."""
    columns = draw(st.lists(names, min_size=min_columns, max_size=4, unique=True))
    row = st.lists(cells, min_size=len(columns), max_size=len(columns))
    return columns, draw(st.lists(row, max_size=8))


def csv_bytes(
    columns: list[str], rows: list[list[str]], *, delimiter: str = ",", end: str = "\n", quote_all: bool = False
) -> bytes:
    """The table as the standard library writes it."""
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=delimiter,
        lineterminator=end,
        quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL,
    )
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def families(lost: Iterable[str]) -> set[str]:
    """The names of losses without the keys that are told under them: ``metadata: source`` is metadata."""
    return {name.partition(": ")[0] for name in lost}
