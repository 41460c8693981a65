from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.errors import RowError, UsageError
from ftdata.expressions import Key, Predicate, Template, as_text, column, finding, require_columns
from ftdata.expressions.words import carried
from tests import strategies
from tests.strategies import tries

ROW: dict[str, Any] = {
    "a": "A", "b": "", "B c": "spaced", "n": 3, "big": 10**29 + 1, "x": 1e-12, "yes": True, "none": None,
    "d": {"k": [1, "é"]}, "l": ["x", 1], "text": "{{ a }} {% if x %}",
}  # fmt: skip


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("with { brace", "with { brace"),
        ("{{ a }}", "A"),
        ("{{a}}-{{ a }}", "A-A"),
        ("<{{ a }}>\n", "<A>\n"),
        ("{{ b }}", ""),
        ("{{ none }}", ""),
        ("[{{ none }}]", "[]"),
        ("{{ n }}", "3"),
        ("{{ big }}", str(10**29 + 1)),
        ("{{ x }}", "1e-12"),
        ("{{ yes }} {{ not yes }}", "true false"),
        ("{{ yes }}", "true"),
        ("{{ d }}", '{"k":[1,"é"]}'),
        ("{{ d.k[1] }}", "é"),
        ('{{ d["k"][0] }}', "1"),
        ("{{ l }}", '["x",1]'),
        ('{{ row["B c"] }}', "spaced"),
        ("{{ row['B c'] }}{{ row.a }}", "spacedA"),
        ("{% if b %}full{% else %}empty{% endif %}", "empty"),
        ("{% if yes %}{{ a }}{% endif %}", "A"),
        ("{% for v in l %}{{ v }};{% endfor %}", "x;1;"),
        ("{% set z = a %}{{ z }}", "A"),
        ("{{ a|lower }}", "a"),
        ("{{ d|json }}", '{"k":[1,"é"]}'),
        ("{{ none or a }}", "A"),
        ("{{ missing|default('-') }}", "-"),
        ("{{ n + 1 }}", "4"),
        ("{{ n > 2 }}", "true"),
        ("{# a comment #}{{ a }}", "A"),
        ("{% raw %}{{ a }}{% endraw %}", "{{ a }}"),
        ("{{ text }}", "{{ a }} {% if x %}"),
        ("{{ text }}{{ a|e }}", "{{ a }} {% if x %}A"),
        ("<b>{{ '<' }}{{ a }}</b>", "<b><A</b>"),
    ],
)
def test_templates(source: str, text: str) -> None:
    assert Template(source).renderer()(ROW) == text


@pytest.mark.parametrize("source", ["{{ row }}", "all: {{ row }}"])
def test_a_whole_row_is_json(source: str) -> None:
    assert Template(source).renderer()({"a": 1}).endswith('{"a":1}')


@pytest.mark.parametrize(
    ("source", "columns", "surveyed"),
    [
        ("plain", (), ()),
        ("{{ b }} {{ a }} {{ b }}", ("b", "a"), ()),
        ('{{ row["B c"] }} {{ a }}', ("B c", "a"), ()),
        ("{% if b %}{{ a }}{% endif %}", ("b", "a"), ()),
        ("{% for v in values('queue') %}{{ v }}{% endfor %}", (), ("queue",)),
        ("{% set z = a %}{{ z }}", ("a",), ()),
        ("{{ a.b.c }}", ("a",), ()),
        ("{{ values('x')|join(', ') }} {{ a }}", ("a",), ("x",)),
        ("{{ namespace }}!", ("namespace",), ()),
        ("{{ dict }}", ("dict",), ()),
    ],
)
def test_columns_that_a_template_names(source: str, columns: tuple[str, ...], surveyed: tuple[str, ...]) -> None:
    template = Template(source)
    assert (template.columns, template.surveyed) == (columns, surveyed)


def test_values_of_a_column() -> None:
    template = Template("One of {{ values('queue')|join(', ') }}: {{ a }}")
    assert template.renderer({"queue": ["billing", "sales"]})(ROW) == "One of billing, sales: A"


@pytest.mark.parametrize("source", ["{{ missing }}", "x {{ missing }}", "{{ missing|lower }}", "{{ row['missing'] }}"])
def test_a_missing_column_is_a_row_error(source: str) -> None:
    with pytest.raises(RowError, match="missing"):
        Template(source).renderer()(ROW)


@pytest.mark.parametrize(
    "source",
    ["{{ n / 0 }}", "{{ a + n }}", "{{ a|round }}", "{{ l[9].x }}", "{% include 'x' %}", "{{ a() }}"],
)
def test_a_template_that_fails_on_a_row_is_a_row_error(source: str) -> None:
    with pytest.raises(RowError, match="fails on this row"):
        Template(source).renderer()(ROW)


@pytest.mark.parametrize("source", ["{{ a", "{% if a %}", "{{ a b }}", "{% nonsense %}", "{{ a|nofilter }}", "{{ }}"])
def test_a_broken_template_is_a_usage_error(source: str) -> None:
    with pytest.raises(UsageError, match="template"):
        Template(source).renderer()(ROW)


ESCAPES = [
    "().__class__",
    "''.__class__.__mro__",
    "row.__class__",
    "row['__class__'].__mro__",
    "a.__class__",
    "a.__class__.__base__.__subclasses__()",
    "a|attr('__class__')",
    "row|attr('__class__')",
    "a['__class__']",
    "l|map(attribute='__class__')|first",
    "(l|map(attribute='__class__')|list)[0]",
    "'{0.__class__}'.format(a)",
    "'%s'.__mod__",
    "a.format.__globals__",
    "a.upper.__self__.__class__",
    "cycler.__init__.__globals__",
    "joiner.__init__.__globals__.os",
    "namespace.__init__.__globals__",
    "dict.__bases__",
    "dict.mro()",
    "self.__init__.__globals__",
    "self._TemplateReference__context",
    "row.clear()",
    "row.update({'a': 1})",
    "l.append(1)",
    "l.pop()",
    "d.k.clear()",
    "range(9)",
    "lipsum()",
    "lipsum.__globals__",
]


@pytest.mark.parametrize("expression", ESCAPES)
def test_templates_cannot_leave_the_sandbox(expression: str) -> None:
    before = copy.deepcopy(ROW)
    with pytest.raises(RowError):
        Template("{{ " + expression + " }}").renderer()(ROW)
    assert before == ROW


CHAT: dict[str, Any] = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Who?"},
        {"role": "user", "content": [{"type": "text", "text": "And where?"}]},
        {
            "role": "assistant",
            "content": '{"player": "Ann", "score": 0.9, "title": "x", "n": null, "deep": {"a": [7]}}',
        },
    ],
    "tools": [{"type": "function", "function": {"name": "look"}}],
    "metadata": {"queue": "billing", "score": "0.9", "answer": "shadowed", "n": 3, "o": {"p": 1}},
}
CALLING: dict[str, Any] = {
    "messages": [
        {"role": "user", "content": "Weather?"},
        {
            "role": "assistant",
            "tool_calls": [{"id": "1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}],
        },
    ]
}
PLAIN: dict[str, Any] = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "plain"}]}


@pytest.mark.parametrize(
    ("source", "example", "value"),
    [
        ("answer", CHAT, CHAT["messages"][-1]["content"]),
        (" answer ", PLAIN, "plain"),
        ("prompt", CHAT, "Who?\n\nAnd where?"),
        ("system", CHAT, "Be brief."),
        ("system", PLAIN, ""),
        ("tool", CALLING, "get_weather"),
        ("tool", PLAIN, ""),
        ("tools", CHAT, ["look"]),
        ("tools", PLAIN, []),
        ("messages", PLAIN, PLAIN["messages"]),
        ("metadata", CHAT, CHAT["metadata"]),
        ("metadata", PLAIN, {}),
        ("metadata.queue", CHAT, "billing"),
        ("metadata.answer", CHAT, "shadowed"),
        ("queue", CHAT, "billing"),
        ("missing", CHAT, None),
        ("metadata.missing", CHAT, None),
        ("o.p", CHAT, 1),
        ("o.missing", CHAT, None),
        ("answer.player", CHAT, "Ann"),
        ("answer.score", CHAT, 0.9),
        ("answer.title", CHAT, "x"),
        ("answer.n", CHAT, None),
        ("answer.deep.a[0]", CHAT, 7),
        ("answer.player", PLAIN, None),
        ("answer.missing", CHAT, None),
        ("answer.title", PLAIN, None),
        ("answer.count", CHAT, None),
        ("answer.index", PLAIN, None),
        ("answer.fields", PLAIN, None),
        ("answer|lower", PLAIN, "plain"),
        ("answer|length", PLAIN, 5),
        ("(prompt)", PLAIN, "q"),
        ("(answer)", PLAIN, "plain"),
        ("messages[0].content", PLAIN, "q"),
        ("queue ~ '-' ~ n", CHAT, "billing-3"),
        ("missing", {"missing": 1, "x": 2}, 1),
        ("subject.y", {"subject": {"y": 5}}, 5),
        ("answer", {"prompt": "p", "completion": "c"}, "c"),
        ("prompt", {"prompt": "p", "completion": "c"}, "p"),
    ],
)
def test_keys(source: str, example: dict[str, Any], value: object) -> None:
    found = Key(source)(example)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("expression", ["''.__class__", "answer.__class__", "queue.__class__", "answer.fields.__func__",
                                        "metadata.__class__", "answer|attr('__class__')"])  # fmt: skip
def test_keys_cannot_leave_the_sandbox(expression: str) -> None:
    assert Key(expression)(CHAT) is None
    with pytest.raises(RowError):
        Predicate(expression)(CHAT)


@pytest.mark.parametrize(
    ("source", "example", "value"),
    [
        ("queue == 'billing'", CHAT, True),
        ("queue == 'sales'", CHAT, False),
        ("score|float >= 0.8", CHAT, True),
        ("score|float >= 0.8 and n == 3", CHAT, True),
        ("n >= 4", CHAT, False),
        ("answer.score >= 0.8", CHAT, True),
        ("answer.player == 'Ann'", CHAT, True),
        ("'plain' in answer", PLAIN, True),
        ("answer == 'plain'", PLAIN, True),
        ("not tools", PLAIN, True),
        ("'look' in tools", CHAT, True),
        ("messages|length > 3", CHAT, True),
        ("missing is defined", CHAT, False),
        ("missing is not defined or missing > 1", CHAT, True),
        ("true", PLAIN, True),
        ("answer", PLAIN, True),
        ("system", PLAIN, False),
    ],
)
def test_predicates(source: str, example: dict[str, Any], value: bool) -> None:
    assert Predicate(source)(example) is value


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("missing", "uses a field that this example does not have"),
        ("missing > 1", "missing"),
        ("score > 0.8", "name|float"),
        ("answer.missing == 1", "missing"),
        ("answer.count > 1", "count"),
        ("n / 0", "division"),
    ],
)
def test_predicates_that_cannot_tell(source: str, words: str) -> None:
    with pytest.raises(RowError) as caught:
        Predicate(source)(CHAT)
    assert words in caught.value.reason


@pytest.mark.parametrize("kind", [Key, Predicate])
@pytest.mark.parametrize("source", ["a b", "a ==", "(a", "a }} {{ b", "", "{% if %}", "a|nofilter"])
def test_what_is_no_expression_is_a_usage_error(kind: type[Key], source: str) -> None:
    with pytest.raises(UsageError):
        kind(source)


@pytest.mark.parametrize(
    "one",
    [Template("x {{ a }}"), Template("{% if a %}y{% endif %}"), Template(""), Key("answer"), Key("answer.player"),
     Predicate("n == 3")],
    ids=repr,
)  # fmt: skip
def test_expressions_travel_between_processes(one: Any) -> None:
    arrived = pickle.loads(pickle.dumps(one))
    assert arrived == one
    assert hash(arrived) == hash(one)
    assert repr(arrived) == repr(one)
    if isinstance(one, Template):
        assert arrived.renderer()(ROW) == one.renderer()(ROW)
    else:
        assert arrived(CHAT) == one(CHAT)


def test_expressions_compare_by_kind_and_source() -> None:
    assert Key("answer") == Key(" answer ") != Key("prompt")
    assert Key("n == 3") != Predicate("n == 3")
    assert Template("a") == Template("a") != Template("b")


@pytest.mark.parametrize(
    ("value", "text"),
    [("", ""), ("a", "a"), (None, ""), (True, "true"), (False, "false"), (0, "0"), (1.0, "1.0"), (10**29, str(10**29)),
     ({}, "{}"), ({"b": None, "a": 1}, '{"b":null,"a":1}'), ([], "[]"), ((1, 2), "[1,2]")],
    ids=repr,
)  # fmt: skip
def test_values_as_text(value: object, text: str) -> None:
    assert as_text(value) == text
    assert column("x")({"x": value}) == text


@given(strategies.json_values, st.booleans())
def test_both_roads_of_a_template_agree(value: object, text_around: bool) -> None:
    edge = "|" if text_around else ""
    plain = Template(f"{edge}{{{{ x }}}}{edge}").renderer()({"x": value})
    full = Template(f"{edge}{{{{ x }}}}{edge}{{% if true %}}{{% endif %}}").renderer()({"x": value})
    assert plain == full == edge + as_text(value) + edge


@given(strategies.texts)
def test_data_is_never_run(text: str) -> None:
    hostile = "{{ 7 * 7 }}" + text + "{% for x in y %}"
    assert Template("{{ x }}{% if true %}{% endif %}").renderer()({"x": hostile}) == hostile
    assert Key("answer")({"prompt": "", "completion": hostile}) == hostile


def test_a_missing_column_names_itself() -> None:
    with pytest.raises(RowError, match='the row has no "x"'):
        column("x")({"y": 1})


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("{{ subjet }}", 'Did you mean "subject"?'),
        ("{{ order_id }}", 'Write {{ row["order id"] }}.'),
        ("{{ values('boddy') }}", 'Did you mean "body"?'),
        ("{{ row['sub ject'] }}", 'Did you mean "subject"?'),
    ],
)
def test_unknown_columns_are_refused_with_the_nearest(source: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        require_columns(Template(source), ("subject", "body", "order id"), "--user")
    assert caught.value.message.startswith("--user names the column")
    assert caught.value.hint == hint


def test_known_columns_are_let_through() -> None:
    template = Template("{{ subject }} {{ row['order id'] }} {{ values('body') }}")
    require_columns(template, ("subject", "body", "order id"), "--user")
    assert template.columns == ("subject", "order id")


@pytest.mark.parametrize(
    ("example", "carries"),
    [
        ({"a": 1}, {"a": 1}),
        ({"a": 1, "metadata": {"a": 2, "b": 3}}, {"a": 2, "b": 3, "metadata": {"a": 2, "b": 3}}),
        ({"a": 1, "metadata": None}, {"a": 1, "metadata": None}),
    ],
    ids=["no metadata", "metadata wins", "null metadata"],
)
def test_what_an_example_carries(example: dict[str, Any], carries: dict[str, Any]) -> None:
    assert carried(example) == carries


def test_a_constant_that_jinja_cannot_write_is_a_value_like_any_other() -> None:
    assert not Predicate("metadata.score < 'nan'|float")({"messages": [], "metadata": {"score": 1}})


# -- the answer in what a model wrote ------------------------------------------------------------------------------------


@given(st.text("0123456789.,+-eE x#$\u2212", max_size=30))
@tries(500)
def test_the_last_number_is_the_last_that_reading_on_finds(text: str) -> None:
    plainly = finding._NUMBER.findall(text.replace("\u2212", "-"))
    assert finding.last_number(text) == (finding._plain(plainly[-1]) if plainly else None)


NUMBERS = {
    "#### 42": 42,
    "$1,234.50.": 1234.5,
    "5-3": 3,
    "1,2,3": 3,
    "v2": None,
    "1e3": 1000,
    "of 4%": 4,
    "-.5": -0.5,
    "": None,
}


@pytest.mark.parametrize(("text", "number"), NUMBERS.items())
def test_last_numbers(text: str, number: float | None) -> None:
    assert finding.last_number(text) == number


def test_what_is_long_is_read_in_no_time() -> None:
    assert finding.last_number("v2 " * 100_000 + "x") is None
    assert finding.last_number("1 " * 100_000 + "e" * 100_000) == 1
    assert finding.boxed("\\boxed{" * 100_000) is None


BOXES = {
    r"\boxed{1} then \boxed{2}": "2", r"\fbox{1}": None, r"\boxed{\frac{1}{2}}": r"\frac{1}{2}", r"\boxed{1": None,
    r"\boxed{ a } and \boxed{b": "a", r"\boxed {3}": "3", "": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "box"), BOXES.items())
def test_boxes(text: str, box: str | None) -> None:
    assert finding.boxed(text) == box
