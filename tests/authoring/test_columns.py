from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.authoring.columns import MAX_VALUES, Columns, ToChat, ToChatWithValues, Values, may_be_empty
from ftdata.codec import encode, encode_texts
from ftdata.errors import RowError, UsageError
from ftdata.formats.gate import gate
from ftdata.verbs.kinds import template as read_option
from tests import strategies

KNOWN = ("subject", "body", "queue", "order id")
ROW: dict[str, Any] = {"subject": "Hi", "body": "Help", "queue": "billing", "order id": "007"}


def _made(row: dict[str, Any] = ROW, **options: Any) -> dict[str, Any]:
    step = Columns(**{"user": "subject", "assistant": "queue", **options}).bound(tuple(row))
    assert isinstance(step, ToChat)
    return step(row)


def _said(example: dict[str, Any]) -> list[tuple[str, str]]:
    return [(turn["role"], turn["content"]) for turn in example["messages"]]


@pytest.mark.parametrize(
    ("options", "turns"),
    [
        ({}, [("user", "Hi"), ("assistant", "billing")]),
        ({"system": "Route."}, [("system", "Route."), ("user", "Hi"), ("assistant", "billing")]),
        ({"system": "For {{ queue }}"}, [("system", "For billing"), ("user", "Hi"), ("assistant", "billing")]),
        ({"system": " \n"}, [("user", "Hi"), ("assistant", "billing")]),
        ({"system": "{% if false %}{{ queue }}{% endif %} "}, [("user", "Hi"), ("assistant", "billing")]),
        ({"user": "{{ subject }}\n\n{{ body }}"}, [("user", "Hi\n\nHelp"), ("assistant", "billing")]),
        ({"user": '{{ row["order id"] }}'}, [("user", "007"), ("assistant", "billing")]),
        ({"user": "order id"}, [("user", "007"), ("assistant", "billing")]),
        ({"assistant": '{"queue": "{{ queue }}"}'}, [("user", "Hi"), ("assistant", '{"queue": "billing"}')]),
    ],
)
def test_turns(options: dict[str, Any], turns: list[tuple[str, str]]) -> None:
    assert _said(_made(**options)) == turns


def test_metadata_is_carried_as_it_is() -> None:
    row = {**ROW, "n": 3, "none": None}
    assert _made(row, metadata=("n", "order id", "none"))["metadata"] == {"n": 3, "order id": "007", "none": None}
    assert "metadata" not in _made()


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        ({"subject": ""}, {}, 'the user turn is empty (column "subject"). To keep it, use --allow-empty.'),
        ({"subject": " \n"}, {}, "the user turn is empty"),
        ({"subject": None}, {}, "the user turn is empty"),
        ({"queue": ""}, {}, 'the answer is empty (column "queue")'),
        ({"queue": "\t"}, {}, "the answer is empty"),
        ({"subject": "", "queue": ""}, {}, "the user turn is empty"),
        ({"subject": ""}, {"user": "{{ subject }}"}, "the user turn is empty. To keep it"),
    ],
)
def test_an_empty_turn_is_refused_unless_it_is_meant(
    change: dict[str, Any], options: dict[str, Any], words: str
) -> None:
    row = {**ROW, **change}
    with pytest.raises(RowError) as caught:
        _made(row, **options)
    assert words in caught.value.reason
    said = dict(_said(_made(row, allow_empty=True, **options)))
    assert said == {"user": row["subject"] or "", "assistant": row["queue"]}


@pytest.mark.parametrize(
    ("options", "words", "hint"),
    [
        ({"user": "subjct"}, 'user "subjct" is neither a column nor a template', 'Did you mean "subject"?'),
        ({"user": "{{ subjct }}"}, 'user names the column "subjct"', 'Did you mean "subject"?'),
        ({"user": "{{ order_id }}"}, 'user names the column "order_id"', 'row["order id"]'),
        ({"assistant": "a fixed text"}, "assistant", "@file"),
        ({"assistant": "a fixed text"}, "uses no column, so every example would have the same text", "{{ column }}"),
        ({"user": "{% if true %}x{% endif %}"}, "uses no column", "{{ column }}"),
        ({"user": ""}, "user", ""),
        ({"system": "{{ quue }}"}, 'system names the column "quue"', 'Did you mean "queue"?'),
        ({"metadata": ("quue",)}, 'metadata names the column "quue"', 'Did you mean "queue"?'),
        ({"system": "{{ values('quue') }}"}, 'system names the column "quue"', 'Did you mean "queue"?'),
        ({"user": "{{ subject"}, "the template", ""),
    ],
)
def test_options_that_cannot_be_meant(options: dict[str, Any], words: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        Columns(**{"user": "subject", "assistant": "queue", **options}).bound(KNOWN)
    assert words in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize("name", ["namespace", "dict", "cycler", "values", "row"])
def test_a_column_may_have_any_name(name: str) -> None:
    row = {name: "x", "queue": "billing"}
    assert _said(_made(row, user=f"<{{{{ {name} }}}}>"))[0] == ("user", "<x>")


@pytest.mark.parametrize("missing", ["subject", "queue", "body"])
def test_a_row_without_the_column_is_refused(missing: str) -> None:
    step = Columns("subject", "queue", metadata=("body",)).bound(KNOWN)
    assert isinstance(step, ToChat)
    with pytest.raises(RowError, match="the row has no .?" + missing):
        step({key: value for key, value in ROW.items() if key != missing})


def test_values_are_surveyed_then_listed() -> None:
    step = Columns("subject", "queue", system="One of {{ values('queue')|join(', ') }}.").bound(KNOWN)
    assert isinstance(step, ToChatWithValues)
    values, later = step.survey(), step.survey()
    for queue in ("sales", "billing", "", None):
        values.add({"queue": queue})
    later.add({"queue": "abuse"})
    later.add({"queue": "sales"})
    later.add({})
    values.merge(later)
    assert values.listed() == {"queue": ["abuse", "billing", "sales"]}
    assert _said(step.decide(values)(ROW))[0] == ("system", "One of abuse, billing, sales.")


@given(st.lists(strategies.json_scalars, max_size=12), st.integers(0, 12))
def test_a_survey_is_the_same_however_it_is_cut(found: list[Any], cut: int) -> None:
    whole, left, right = (Values(("a",)) for _ in range(3))
    for number, value in enumerate(found):
        whole.add({"a": value})
        (left if number < cut else right).add({"a": value})
    left.merge(right)
    assert left.listed() == whole.listed()
    assert whole.listed()["a"] == sorted(set(whole.listed()["a"]))


def test_too_many_values_are_refused() -> None:
    values, later = Values(("a",)), Values(("a",))
    for number in range(MAX_VALUES):
        values.add({"a": str(number)})
    values.add({"a": "7"})
    assert len(values.listed()["a"]) == MAX_VALUES
    later.add({"a": "one more"})
    words = 'values\\("a"\\) would list more than 10,000 values'
    with pytest.raises(UsageError, match=words):
        values.merge(later)
    with pytest.raises(UsageError, match=words):
        values.add({"a": "and another"})


def test_the_step_travels_between_processes() -> None:
    step = Columns("{{ subject }}!", "queue", system="For {{ queue }}", metadata=("body",)).bound(KNOWN)
    assert isinstance(step, ToChat)
    before = step(ROW)
    arrived = pickle.loads(pickle.dumps(step))
    assert arrived == step
    assert arrived(ROW) == before


_turns = st.sampled_from(["a", "b", "{{ a }}", "{{ b }}: {{ a }}\n", "<{{ a }}>", '{"x": 1}{{ b }}', "{{ a|upper }}"])


@given(
    st.lists(st.tuples(strategies.cells, strategies.cells), min_size=1, max_size=5),
    _turns,
    _turns,
    st.sampled_from(["", " ", "Route.", 'say "1}" or 2}', "{# nothing #}x", "For {{ a }}"]),
    st.booleans(),
)
def test_lines_at_once_are_those_made_one_by_one(
    table: list[tuple[str, str]], user: str, assistant: str, system: str, allow_empty: bool
) -> None:
    step = Columns(user, assistant, system, allow_empty=allow_empty).bound(("a", "b"))
    assert isinstance(step, ToChat)
    lines = step.lines({"a": encode_texts([a for a, _ in table]), "b": encode_texts([b for _, b in table])})
    plain = "|" not in user + assistant
    full = all(a.strip() and b.strip() for a, b in table) or (allow_empty and "{{" not in system)
    if plain and full:
        assert lines is not None
    if lines is not None:
        assert lines == b"".join(encode(step({"a": a, "b": b})) + b"\n" for a, b in table)


def test_all_white_space_is_known_by_its_first_byte() -> None:
    spaces = [char for char in map(chr, range(sys.maxunicode + 1)) if char.isspace()]
    for written in encode_texts(spaces):
        assert may_be_empty([written])
        assert may_be_empty([b" ", [b"a", written]])
        assert not may_be_empty([written + b"x", [b"", b""]])
    assert may_be_empty([])
    assert not may_be_empty(["\u3042".encode()])


@given(strategies.cells, strategies.cells)
def test_cells_come_through_untouched(asked: str, answered: str) -> None:
    row = {"q": asked, "a": answered}
    example = _made(row, user="q", assistant="a", metadata=("q",), allow_empty=True)
    assert _said(example) == [("user", asked), ("assistant", answered)]
    assert example["metadata"] == {"q": asked}
    gate(example)


@pytest.mark.parametrize(
    ("given_", "text"),
    [
        ("plain", "plain"),
        ("a\\nb", "a\nb"),
        ("a\\tb", "a\tb"),
        ("a\\\\nb", "a\\nb"),
        ("a\\xb", "a\\xb"),
        ("\\", "\\"),
        ("a\nb", "a\nb"),
        ("", ""),
    ],
)
def test_templates_on_the_command_line(given_: str, text: str) -> None:
    assert read_option(given_) == text


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"{{ a }}\\n\n", "{{ a }}\\n\n"), (b"\xef\xbb\xbfx", "x"), ("é\u2028".encode(), "é\u2028")],
    ids=["escapes stay", "byte order mark", "Unicode"],
)
def test_templates_in_a_file(tmp_path: Path, data: bytes, text: str) -> None:
    path = tmp_path / "t.txt"
    path.write_bytes(data)
    assert read_option(f"@{path}") == text


@pytest.mark.parametrize("data", [None, b"\xff"], ids=["missing", "no UTF-8"])
def test_template_files_that_cannot_be_read(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "t.txt"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(UsageError, match="the template cannot be read"):
        read_option(f"@{path}")
