"""How much a template or an expression may do at a row."""

from __future__ import annotations

import time

import pytest

from ftdata.errors import FtdataError, RowError, UsageError
from ftdata.expressions import Key, Predicate, Template

TOO_MUCH = [
    '{{ "a" * 10**9 }}',
    '{{ [1] * 10**9 }}',
    "{{ 9**9999999 }}",
    '{{ "a"|center(10**9) }}',
    '{{ "a"|indent(10**9) }}',
    '{{ "a".center(10**9) }}',
    '{{ "a".ljust(10**9) }}',
    '{{ "%1000000000d"|format(1) }}',
    '{{ "%*d" % (10**9, 1) }}',
    '{{ "%1000000000d" % 1 }}',
    '{{ "{:1000000000}".format(1) }}',
    '{{ "{:{w}}".format(1, w=10**9) }}',
    '{{ (n * 5000)|replace("a", n * 5000) }}',
    '{{ (n * 5000).replace("a", n * 5000) }}',
    '{{ [1, 2]|tojson(indent=10**9) }}',
    '{{ [n * 1000000] * 100 }}',
    '{{ ([n * 1000000] * 100)|join }}',
    '{{ (n * 1000000).join([n] * 100) }}',
    '{% set s = namespace(t="ab") %}{% for i in n * 40 %}{% set s.t = s.t + s.t %}{% endfor %}',
    '{% set s = namespace(t="ab") %}{% for i in n * 40 %}{% set s.t = s.t ~ s.t %}{% endfor %}',
    '{% set s = namespace(t=3) %}{% for i in n * 40 %}{% set s.t = s.t * s.t %}{% endfor %}',
    "{% for i in n * 9999 %}{% for j in n * 9999 %}{% endfor %}{% endfor %}",
    "{% for i in n * 9999 %}{{ n * 9999 }}{% endfor %}",
    "{% macro f(k) %}{% if k %}{{ f(k - 1) }}{{ f(k - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
    "{% macro f(k) %}{{ f(k) }}{% endmacro %}{{ f(1) }}",
    '{{ "a"|wordwrap(10**9) }}',
    "{{ 5|slice(10**9)|list }}",
]  # fmt: skip


@pytest.mark.parametrize("source", TOO_MUCH)
def test_too_much_fails_at_the_row(source: str) -> None:
    render = Template(source).renderer()
    start = time.thread_time()
    with pytest.raises(RowError, match="fails on this row"):
        render({"n": "a"})
    assert time.thread_time() - start < 5


@pytest.mark.parametrize("source", ["{{ [1, 2]|random }}", '{{ "a"|random }}'])
def test_nothing_is_random(source: str) -> None:
    with pytest.raises(UsageError, match="random"):
        Template(source)


@pytest.mark.parametrize("source", ["{{ range(10**9) }}", "{{ lipsum(9) }}", "{{ cycler(1) }}"])
def test_what_jinja_could_call_is_a_column(source: str) -> None:
    with pytest.raises(FtdataError):
        Template(source).renderer()({"n": "a"})


@pytest.mark.parametrize("source", ["n * 10**9", "n|center(10**9)", "9**9999999", '"a" ~ n * 10**9'])
def test_keys_and_predicates_are_bounded(source: str) -> None:
    row = {"messages": [], "metadata": {"n": "a"}}
    for made in (Key(source), Predicate(source)):
        with pytest.raises(RowError, match="fails on this example"):
            made(row)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('{{ "-" * 3 }}', "---"),
        ("{{ 2**10 }} {{ 3 * 4 }} {{ 1 + 2 }}", "1024 12 3"),
        ('{{ [1] + [2] }} {{ "a" + n }} {{ n ~ 1 ~ n }}', "[1,2] ax x1x"),
        ('{{ n|center(5) }}|{{ "%03d"|format(7) }}|{{ "%s-%s" % (n, 1) }}', "  x  |007|x-1"),
        ('{{ rows|map(attribute="a")|join(", ") }}', "1, 2"),
        ('{{ rows|map("tojson")|join }} {{ rows|length }}', '{"a": 1}{"a": 2} 2'),
        ("{% for row in rows %}{{ loop.index }}/{{ loop.length }}:{{ row.a }}{% if not loop.last %} {% endif %}{% endfor %}",
         "1/2:1 2/2:2"),
        ("{% for row in rows if row.a > 1 %}{{ row.a }}{% else %}none{% endfor %}", "2"),
        ("{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(n) }}", "<x>"),
        ('{{ "a,b".split(",")|last }} {{ n.replace("x", "yy") }} {{ "{}!".format(n) }}', "b yy x!"),
    ],
)  # fmt: skip
def test_ordinary_templates_are_as_before(source: str, text: str) -> None:
    assert Template(source).renderer()({"n": "x", "rows": [{"a": 1}, {"a": 2}]}) == text
