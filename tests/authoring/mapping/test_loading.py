"""Mapping files: YAML's traps, and every error with its place."""

from __future__ import annotations

import json
import pickle
import tempfile
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.authoring.columns import ToChatWithValues
from ftdata.authoring.mapping import Mapping, schema
from ftdata.authoring.mapping.loading import load
from ftdata.errors import RecipeError, UsageError
from tests import strategies

SCHEMA = Path(__file__).parents[3] / "docs" / "mapping.schema.json"


def written(tmp_path: Path, text: str, name: str = "m.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("", None),
        ("1", 1),
        ("-7", -7),
        ("007", "007"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("2026-01-01", "2026-01-01"),
        ("1.5", 1.5),
        ("1e3", 1e3),
        (".5", ".5"),
        ("=", "="),
        ("<<", "<<"),
        ('"1"', "1"),
        ("'true'", "true"),
        ("!!str 1", "1"),
        ("😀", "😀"),
        ("|\n  two\n  lines\n", "two\nlines\n"),
    ],
)
def test_plain_words_mean_what_they_say(tmp_path: Path, text: str, value: Any) -> None:
    assert load(written(tmp_path, f"a: {text}"))[0] == {"a": value}


@pytest.mark.parametrize("key", ["yes", "on", "1", "007"])
def test_keys_mean_what_they_say(tmp_path: Path, key: str) -> None:
    assert load(written(tmp_path, f"{key}: x"))[0] == {key: "x"}


def test_lines_are_known(tmp_path: Path) -> None:
    _, lines = load(written(tmp_path, "# a comment\na:\n  - b: 1\n    c d: [x,\n      y]\n"))
    assert lines == {"$": 2, "$.a": 2, "$.a[0]": 3, "$.a[0].b": 3, '$.a[0]["c d"]': 4, '$.a[0]["c d"][0]': 4,
                     '$.a[0]["c d"][1]': 5}  # fmt: skip


def test_json_and_yaml_say_the_same(tmp_path: Path) -> None:
    says = {"messages": [{"role": "user", "content": "{{ a }}\t😀"}], "extra": {"n": 1.5}}
    as_json = written(tmp_path, json.dumps(says, indent="\t"), "m.json")
    as_yaml = written(tmp_path, "\ufeff" + json.dumps(says, ensure_ascii=False), "m.yml")
    assert load(as_json)[0] == load(as_yaml)[0] == says


def test_aliases_are_fine(tmp_path: Path) -> None:
    text = "messages: [&q {role: user, content: a}, {role: assistant, content: a}, *q]"
    assert len(load(written(tmp_path, text))[0]["messages"]) == 3


MESSAGES = "messages:\n  - role: user\n    content: a\n"

ERRORS: dict[str, tuple[str, str]] = {
    "nothing": ("", "$: expected an object; got null"),
    "a list": ("- a", "1: $: expected an object; got [\"a\"]"),
    "no messages": ("metadata: [a]", "1: $: a mapping needs messages, or prompt and completion, or examples"),
    "an unknown key": (
        MESSAGES + "metdata: [a]", '4: $.metdata: unknown key "metdata". Did you mean "metadata"?',
    ),
    "an unknown key of a turn": (
        "messages:\n  - role: user\n    contents: a", '3: $.messages[0].contents: unknown key "contents". Did you mean "content"?',
    ),
    "a role as a key": (
        "messages:\n  - user: a", '2: $.messages[0].user: unknown key "user". Write role: user, and content.',
    ),
    "nesting": ("a: " + "[" * 5000, "too much nesting"),
    "aliases of aliases": (
        "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else 'x'] * 9)}]" for n in range(9)),
        "1: more than 100,000 values (do aliases hold aliases?)",
    ),
    "no role": ("messages:\n  - content: a", "2: $.messages[0]: a turn needs a role"),
    "no content": ("messages:\n  - role: user", "2: $.messages[0]: a turn needs content"),
    "no content of an answer": (
        "messages:\n  - role: assistant", "2: $.messages[0]: a turn needs content or tool_calls",
    ),
    "calls of a user": (
        MESSAGES + "    tool_calls: a", "4: $.messages[0].tool_calls: tool_calls is for the role assistant; this turn is user",
    ),
    "a result's id of a user": (
        MESSAGES + "    tool_call_id: a", "4: $.messages[0].tool_call_id: tool_call_id is for the role tool; this turn is user",
    ),
    "messages that are none": ("messages: a", '1: $.messages: expected a list; got "a"'),
    "no message": ("messages: []", "1: $.messages: expected at least one; got []"),
    "a truth as text": (
        "messages:\n  - role: user\n    content: true",
        "3: $.messages[0].content: expected text; got true. To use it as text, quote it.",
    ),
    "a number as text": (
        "messages:\n  - role: user\n    content: 1.10",
        "3: $.messages[0].content: expected text; got 1.1. To use it as text, quote it.",
    ),
    "a weight": (
        "messages:\n  - role: assistant\n    content: a\n    weight: 2",
        "4: $.messages[0].weight: a weight is 0 or 1, a column or an expression; got 2",
    ),
    "a weight that is true": (
        "messages:\n  - role: assistant\n    content: a\n    weight: true",
        "4: $.messages[0].weight: a weight is 0 or 1, a column or an expression; got true",
    ),
    "a weight of a user": (
        MESSAGES + "    weight: 1", "4: $.messages[0].weight: weight is for the role assistant; this turn is user",
    ),
    "a part": (
        "messages:\n  - role: user\n    content:\n      - txt: a",
        '4: $.messages[0].content[0].txt: unknown key "txt". Did you mean "text"?',
    ),
    "a detail": (
        "messages:\n  - role: user\n    content:\n      - image: a\n        detail: hi",
        "5: $.messages[0].content[0].detail: input should be 'auto', 'low' or 'high'; got \"hi\"",
    ),
    "a call without a name": (
        "messages:\n  - role: assistant\n    tool_calls:\n      - arguments: {}",
        "4: $.messages[0].tool_calls[0]: needs name",
    ),
    "a role of roles": (
        MESSAGES + "roles: {bot: asistant}",
        "4: $.roles.bot: input should be 'system', 'developer', 'user', 'assistant', 'tool' or 'function'; got \"asistant\"",
    ),
    "half a pair": (MESSAGES + "preferred: a", "1: $: preferred and non_preferred go together"),
    "half a completion": ("prompt: a", "1: $: prompt and completion go together"),
    "a pair of nothing": ("preferred: a\nnon_preferred: b", "1: $: preferred and non_preferred answer messages: say which"),
    "two kinds": (MESSAGES + "prompt: a\ncompletion: b", "1: $: an example has messages, or prompt and completion"),
    "examples and messages": (
        MESSAGES + "examples:\n  - prompt: a\n    completion: b", "1: $: with examples, each of them has its own messages",
    ),
    "examples under a condition": (
        "if: a\nexamples:\n  - prompt: a\n    completion: b", "1: $: with examples, each of them has its own if and for",
    ),
    "a reserved key": (MESSAGES + "extra: [a, tools]", '4: $.extra: extra cannot be "tools", which is a key of examples'),
    "metadata that is a text": (MESSAGES + "metadata: a", '4: $.metadata: expected a list; got "a"'),
    "two problems": (
        "messages:\n  - rol: user\n  - role: user\nmetadata: a",
        '2: $.messages[0].rol: unknown key "rol". Did you mean "role"?\n'
        "{path}:3: $.messages[1]: a turn needs content\n"
        '{path}:4: $.metadata: expected a list; got "a"',
    ),
    "a key twice": (MESSAGES + "messages: []", '4: $: the key "messages" stands twice'),
    "a template without quotes": (
        "messages:\n  - role: user\n    content: {{ a }}",
        '3: $.messages[0].content: a key must be text; got an object. A template stands in quotes: "{{ column }}".',
    ),
    "templates without quotes": (
        "messages:\n  - role: user\n    content: {{ a }}: {{ b }}",
        '3: not valid YAML: mapping values are not allowed here. A template stands in quotes: "{{ column }}".',
    ),
    "a colon without quotes": (
        "messages:\n  - role: user\n    content: Say: {{ a }}",
        '3: not valid YAML: mapping values are not allowed here. A template stands in quotes: "{{ column }}".',
    ),
    "a file without quotes": (
        MESSAGES + "tools: @tools.json",
        "4: not valid YAML: found character '@' that cannot start any token. Put it in quotes: \"@file\".",
    ),
    "a truth as a key": ("true: a", "1: $: a key must be text; got true. Put it in quotes."),
    "a tag": ("a: !!binary aGk=", "1: $.a: ftdata knows no YAML tag:yaml.org,2002:binary here"),
    "a tag of Python's": ("a: !!python/name:os.system x", "1: $.a: ftdata knows no YAML tag:yaml.org,2002:python/name:os.system here"),
    "an alias of itself": ("a: &a [*a]", "1: $.a[0]: a YAML alias that holds itself"),
    "a control character": ("a: \x00", "not valid YAML: special characters are not allowed"),
    "a lone surrogate": ('a: "\\ud83d"', "$.a: text with a lone surrogate is not valid Unicode"),
    "no tools": (MESSAGES + "tools: [{type: function}]", "4: $.tools[0].function: expected a function definition; got null"),
    "bare tools": (
        MESSAGES + "tools:\n  - {name: f}",
        "5: $.tools[0].function: expected a function definition; got null. Wrap each one as {{type: function, function: {{…}}}}.",
    ),
    "tools of an example": (
        "examples:\n  - prompt: a\n    completion: a\n    functions: [{nme: f}]",
        "4: $.examples[0].functions[0].name: expected a string; got null",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_errors(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(RecipeError) as caught:
        Mapping.load(path)
    error = str(caught.value)
    wanted = message.replace("{path}", str(path)).replace("{{type", "{type").replace("{{…}}}}", "{…}}")
    assert error == f"{path}:{'' if wanted[0].isdigit() else ' '}{wanted}"
    assert caught.value.path == str(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"no\.yaml: the file cannot be read: No such file"):
        Mapping.load(tmp_path / "no.yaml")


def test_broken_json(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"m\.json: not valid JSON: .* at column 6"):
        Mapping.load(written(tmp_path, '{"a" 1}', "m.json"))


TOOLS = [{"type": "function", "function": {"name": "f"}}]


def test_tools_stand_beside_the_mapping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deep").mkdir()
    written(tmp_path, json.dumps(TOOLS), "deep/tools.json")
    path = written(tmp_path, MESSAGES + 'tools: "@deep/tools.json"')
    monkeypatch.chdir(tmp_path / "deep")
    step = pickle.loads(pickle.dumps(Mapping.load(path))).bound(("a",))
    assert not isinstance(step, ToChatWithValues)
    assert step({"a": "A"}) == {"messages": [{"role": "user", "content": "A"}], "tools": TOOLS}


@pytest.mark.parametrize(
    ("tools", "message"),
    [
        (None, "tools.yaml: the file cannot be read: "),
        ("a: 1", 'tools.yaml:1: expected a list of tools; got {"a": 1}'),
        ("- type: function\n  function: {name: f}\n- 1", "tools.yaml:3: $[1]: expected a tool; got 1"),
        ("- type: function\n  function: {nme: f}", "tools.yaml:1: $[0].function.name: expected a string; got null"),
    ],
    ids=["missing", "no list", "no tool", "no name"],
)
def test_tools_that_cannot_be_used(tmp_path: Path, tools: str | None, message: str) -> None:
    if tools is not None:
        written(tmp_path, tools, "tools.yaml")
    with pytest.raises(RecipeError) as caught:
        Mapping.load(written(tmp_path, MESSAGES + 'tools: "@tools.yaml"'))
    assert str(caught.value).startswith(str(tmp_path / message))


def test_a_dict_has_errors_too() -> None:
    with pytest.raises(RecipeError) as caught:
        Mapping({"messages": [{"role": "user", "content": object()}]})
    assert (
        str(caught.value)
        == "$.messages[0].content: a value of type object is not JSON. Use str() or a number of Python's own."
    )


def test_the_schema_is_the_one_that_is_published() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema(), "ftdata formats --mapping-schema writes it"


@pytest.mark.parametrize(("text", "message"), [ERRORS["an unknown key of a turn"], ERRORS["no role"], ERRORS["a part"]])
def test_the_schema_refuses_as_the_loader_does(tmp_path: Path, text: str, message: str) -> None:
    validator = jsonschema_rs.validator_for(schema())
    assert not validator.is_valid(load(written(tmp_path, text))[0])


def test_the_schema_takes_the_examples() -> None:
    validator = jsonschema_rs.validator_for(schema())
    examples = sorted((SCHEMA.parent.parent / "examples").rglob("mapping.yaml"))
    assert len(examples) > 3
    for path in examples:
        says, _ = load(path)
        assert not [error.message for error in validator.iter_errors(says)], path


_KEYS = st.sampled_from(
    ["messages", "role", "content", "if", "for", "weight", "name", "tool_calls", "arguments", "text", "image", "detail",
     "tools", "functions", "preferred", "non_preferred", "prompt", "completion", "extra", "metadata", "examples", "roles",
     "images_dir", "allow_empty", "other"]
)  # fmt: skip
_TEXTS = st.sampled_from(
    ["a", "b", "user", "{{ a }}", "{{ a", "x in a", "a > ", "@no.json", "{% for %}", "{{ values('a') }}", ""]
)
_SAYS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-2, 2), st.floats(), _TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=4)),
    max_leaves=15,
)
_MESSAGE = st.dictionaries(_KEYS, _SAYS, max_size=3).map(lambda further: {"role": "user", "content": "a", **further})


@given(
    st.one_of(
        _SAYS, st.dictionaries(_KEYS, _SAYS), st.lists(_MESSAGE, min_size=1).map(lambda turns: {"messages": turns})
    )
)
def test_whatever_is_said_is_a_mapping_or_a_clear_error(says: Any) -> None:
    try:
        Mapping(says).bound(("a", "b"))
    except (RecipeError, UsageError) as error:
        assert error.message
        assert error.json_path.startswith("$") or "no.json" in str(error.path)


@given(st.one_of(st.text(), st.text(alphabet="ab:-[]{}\"'&*!|>%@# \n\t?,1"), strategies.json_values.map(json.dumps)))
def test_whatever_a_file_holds_is_a_mapping_or_a_clear_error(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.yaml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        with pytest.raises(RecipeError) as caught:
            Mapping.load(path)
    assert str(caught.value).startswith(str(path))
