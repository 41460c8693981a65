"""Comparing: what is found, what is equal, and figures that were computed by hand or by a plainer road."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.distill.comparing import Shelf
from ftdata.distill.prompts import request_id
from tests.distill.asking import answered, calling, chat, expired, failed, lines, write
from tests.formats.test_damage import damaged

Row = dict[str, Any]


def id_of(row: Row) -> str:
    turns = [turn for turn in row["messages"] if turn["role"] != "assistant"]
    return request_id(turns, row.get("tools", ()))


def made(*answers: Any) -> list[Row]:
    return [chat(f"question {n}", answer) for n, answer in enumerate(answers)]


def answers_to(test: list[Row], *answers: Any) -> list[Row]:
    return [answered(id_of(row), one) for row, one in zip(test, answers, strict=True) if one is not None]


# -- by hand ------------------------------------------------------------------------------------------------------------


def test_scores_are_those_computed_by_hand() -> None:
    test = made("cat", "cat", "cat", "dog", "dog", "bird")
    model = answers_to(test, "cat", "cat", "dog", "dog", "eel", None)
    found = ftdata.compare(test, {"m": model})
    (scores,) = found.models
    assert (scores.answered, scores.missing, scores.compared, scores.exact) == (5, 1, 5, 3)
    assert scores.accuracy == 0.6
    table = {one.name: (one.support, one.precision, one.recall, one.f1) for one in scores.classes}
    assert table == {
        "cat": (3, 1.0, pytest.approx(2 / 3), pytest.approx(0.8)),  # 2 right of 2 answered, of 3 expected
        "dog": (2, 0.5, 0.5, 0.5),  # 1 right of 2 answered, of 2 expected
        "bird": (0, 0.0, 0.0, 0.0),  # nobody answered it
    }
    assert scores.macro_f1 == pytest.approx((0.8 + 0.5) / 2)
    assert scores.weighted_f1 == pytest.approx((3 * 0.8 + 2 * 0.5) / 5)
    assert scores.confusion == {"cat": {"cat": 2, "dog": 1}, "dog": {"dog": 1, "(other)": 1}}
    assert found.classes == ("cat", "dog", "bird")


def test_failed_missing_cut_and_further_answers_are_told_apart() -> None:
    test = made("a", "b", "c", "d", "e")
    ids = [id_of(row) for row in test]
    model = [
        failed(ids[0]),
        answered(ids[0], "a"),  # the second try
        failed(ids[1], 400, "content_filter"),
        expired(ids[2]),
        answered(ids[3], "d", "x", finish_reason="length"),
        answered(ids[3], "y"),
        answered("ft-elsewhere", "z"),
    ]
    (scores,) = ftdata.compare(test, {"m": model}).models
    assert (scores.answered, scores.missing, scores.exact) == (2, 1, 2)
    assert scores.failed == {"status 400: content_filter": 1, "batch_expired": 1}
    assert (scores.cut, scores.several, scores.repeated, scores.unknown) == (1, 1, 1, 1)


def test_models_are_compared_with_each_other() -> None:
    test = [*made("a", "b", "c", "d"), chat("open question")]
    one = answers_to(test, "a", "x", "c", None, "yes")
    two = answers_to(test, "a", "x", "d", "d", "no")
    found = ftdata.compare(test, {"one": one, "two": two})
    (pair,) = found.agreement
    assert (pair.one, pair.other, pair.same, pair.both) == ("one", "two", 2, 4)
    assert (found.examples, found.expected, found.unanimous) == (5, 4, 1)
    assert [difference.origin.line for difference in found] == [2, 3, 5]
    both, second, unexpected = found
    assert both.to_dict() == {
        "place": "<list>:2",
        "custom_id": id_of(test[1]),
        "prompt": "question 1",
        "expected": "b",
        "answers": {"one": {"answer": "x"}, "two": {"answer": "x"}},
        "wrong": ["one", "two"],
    }
    assert second.wrong == ("two",)
    assert not unexpected.expects and "expected" not in unexpected.to_dict()
    assert "look at what these expect" in str(found)


# -- what is equal ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "by, expected, given_answer, equal",
    [
        ("answer", "Paris", " Paris\n", True),
        ("answer", "Paris", "paris", False),
        ("answer", '{"a": 1, "b": [2]}', '{"b":[2.0],\n "a":1}', True),
        ("answer", '{"a": 1}', '{"a": "1"}', False),
        ("answer", "1", "1.0", False),  # text
        ("answer", '{"a": 1}', "```json\n{}\n```", False),
        ("answer.a", '{"a": "x", "b": 1}', '{"a": "x", "b": 2}', True),
        ("answer.a", '{"a": "x"}', "no JSON", False),
        ("answer|length", "four", "five", True),
        ("answer|upper", "Paris", "paris", True),
        ("refusal", "Paris", "London", True),
        ("tool", calling(("f", '{"a": 1}')), calling(("f", '{ "a" : 1.0 }')), True),
        ("tool", calling(("f", "{}"), ("g", "{}")), calling(("g", "{}"), ("f", "{}")), True),
        ("tool", calling(("f", '{"a": 1}')), calling(("f", '{"a": 2}')), False),
        ("tool", calling(("f", "{}")), calling(("f", "{}"), ("f", "{}")), False),
        ("tool", calling(("f", "no JSON")), calling(("f", "no JSON")), True),
        ("tool", calling(("f", "{}")), "I cannot.", False),
        ("tool", "Hello.", "Hi.", True),  # neither calls
        (lambda example: len(ftdata.Key("answer")(example)), "four", "five", True),
    ],
)
def test_what_is_equal(by: Any, expected: Any, given_answer: Any, equal: bool) -> None:
    test = made(expected)
    (scores,) = ftdata.compare(test, {"m": answers_to(test, given_answer)}, by).models
    assert scores.exact == equal


def test_normalised_text_is_equal_whatever_its_case() -> None:
    test = made("The Cat", '{"name": "Zoë"}')
    model = answers_to(test, "the  cat", '{"name": "ZOË "}')
    assert ftdata.compare(test, {"m": model}).models[0].exact == 0
    assert ftdata.compare(test, {"m": model}, normalize=True).models[0].exact == 2


def test_right_functions_and_right_arguments_are_told_apart() -> None:
    test = made(*[calling(("f", '{"a": 1}'))] * 2, calling(("g", "{}")), calling(("f", "{}"), ("g", "{}")))
    model = answers_to(
        test, calling(("f", '{"a": 1}')), calling(("f", '{"a": 2}')), calling(("f", "{}")),
        calling(("g", "{}"), ("f", '{"b": 1}')),
    )  # fmt: skip
    found = ftdata.compare(test, {"m": model}, "tool")
    (scores,) = found.models
    assert (scores.exact, scores.right_names) == (1, 3)
    assert scores.confusion == {"f": {"f": 2}, "f + g": {"f + g": 1}, "g": {"f": 1}}
    assert next(iter(found)).expected == [["f", {"a": 1}]]


def test_many_classes_or_long_ones_have_totals_only() -> None:
    test = made(*map(str, range(51)))
    found = ftdata.compare(test, {"m": answers_to(test, *map(str, range(51)))})
    assert (found.classes, found.models[0].classes, found.models[0].macro_f1) == ((), (), None)
    assert found.models[0].exact == 51
    test = made("long " * 20)
    assert ftdata.compare(test, {"m": answers_to(test, "x")}).classes == ()


# -- what is found ------------------------------------------------------------------------------------------------------


def test_responses_are_answers_too() -> None:
    test = made("Paris", calling(("f", '{"a": 1}')))
    outputs: list[list[Row]] = [
        [
            {"type": "reasoning", "summary": []},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Paris"}]},
        ],
        [{"type": "function_call", "call_id": "c9", "name": "f", "arguments": '{"a":1}'}],
    ]
    model = [
        {"custom_id": id_of(row), "response": {"status_code": 200, "body": {"object": "response", "output": output}}}
        for row, output in zip(test, outputs, strict=True)
    ]
    assert ftdata.compare(test, {"m": model}).models[0].exact >= 1
    assert ftdata.compare(test, {"m": model}, "tool").models[0].exact == 2


def test_examples_answer_by_their_prompt_or_by_the_id_that_they_carry() -> None:
    test = made("a", "b")
    by_prompt = [chat("question 1", "b"), chat("question 0", "x")]
    by_id = [chat("question 0", "a", system="Another prompt.", metadata={"custom_id": id_of(test[0])})]
    one, two = ftdata.compare(test, {"one": by_prompt, "two": by_id}).models
    assert (one.answered, one.exact) == (2, 1)
    assert (two.answered, two.exact, two.unknown) == (1, 1, 0)


def test_legacy_prompts_and_completions_are_a_test_set() -> None:
    test = [{"prompt": f"question {n} ->", "completion": f" {n}\n"} for n in range(10)]
    model = [chat(f"question {n}", str(n % 9)) for n in range(10)]
    assert ftdata.compare(test, {"m": model}).models[0].exact == 9


def test_equal_prompts_share_an_answer_or_have_their_own() -> None:
    test = [chat("same", "a"), chat("same", "b"), chat("same", "a")]
    known = id_of(test[0])
    (scores,) = ftdata.compare(test, {"m": [answered(known, "a")]}).models
    assert (scores.answered, scores.exact) == (3, 2)
    numbered = [answered(known, "a"), answered(f"{known}-2", "b"), failed(f"{known}-3")]
    (scores,) = ftdata.compare(test, {"m": numbered}).models
    assert (scores.answered, scores.exact, scores.failed) == (2, 2, {"status 500: server_error": 1})


def test_the_file_beside_the_requests_is_a_test_set(tmp_path: Path) -> None:
    table = [{"q": f"question {n}", "label": "ab"[n % 2], "n": n} for n in range(6)]
    ftdata.requests(ftdata.read(table), tmp_path / "in.jsonl", model="m", user="q", expected="label")
    model = [answered(row["custom_id"], "a") for row in lines(tmp_path / "in.jsonl")]
    found = ftdata.compare(tmp_path / "in.metadata.jsonl", {"m": model})
    assert (found.models[0].exact, found.models[0].answered) == (3, 6)


def test_the_whole_way_with_another_prompt(tmp_path: Path) -> None:
    test = [chat(f"question {n}", str(n), system="Short.", metadata={"n": n}) for n in range(20)]
    path = write(tmp_path / "test.jsonl", test)
    ftdata.requests(path, tmp_path / "in.jsonl", model="gpt-4.1", system="A long prompt.")
    ids = [row["custom_id"] for row in lines(tmp_path / "in.jsonl")]
    output = [answered(one, str(n)) for n, one in enumerate(ids)]
    write(tmp_path / "out-1.jsonl", output[10:])
    write(tmp_path / "out-2.jsonl", [*output[1:10], failed(ids[0])])
    found = ftdata.compare(path, {"large": tmp_path / "out-*.jsonl"})
    (scores,) = found.models
    assert (scores.exact, scores.answered, scores.missing, sum(scores.failed.values())) == (19, 19, 0, 1)


def test_unreadable_rows_are_counted_and_told(tmp_path: Path) -> None:
    test = made("a", "b")
    path = tmp_path / "out.jsonl"
    write(path, [answered(id_of(test[0]), "a"), {"custom_id": 7, "response": None, "error": None}])
    path.write_bytes(path.read_bytes() + b"{broken\n")
    found = ftdata.compare(test, {"m": path})
    assert found.rejected == {"m": 2}
    assert any(f"{path}:2: $.custom_id: expected a custom_id; got 7" in one for one in found.rejects)
    assert f"{path}:3" in str(found)


@pytest.mark.parametrize(
    "by, message",
    [
        ("metadata.queue", "no example has metadata.queue"),
        ("answer.nothing", "no example has"),
        ("(", "not a valid expression"),
    ],
)
def test_a_key_that_nothing_has_is_an_error(by: str, message: str) -> None:
    test = made("a", "b")
    with pytest.raises(ftdata.UsageError, match=message):
        ftdata.compare(test, {"m": answers_to(test, "a", "b")}, by)


def test_another_test_set_is_noticed() -> None:
    test = made("a")
    assert "was it asked with another one?" in str(ftdata.compare(test, {"m": [answered("ft-1", "a")]}))
    with pytest.raises(ftdata.UsageError, match="no answers to compare"):
        ftdata.compare(test, {})


def test_the_report_is_text_json_and_html_and_no_markup_escapes() -> None:
    test = made("<b>", "\x1b[31m")
    found = ftdata.compare(test, {"<i>": answers_to(test, "</td>", "b")})
    assert "\x1b" not in str(found)
    assert "<b>" not in found._repr_html_() and "<i>" not in found._repr_html_()
    assert json.loads(json.dumps(found.to_dict()))["models"][0]["name"] == "<i>"


@pytest.mark.parametrize("by", ["answer", "answer.a", "tool", "refusal"])
def test_a_damaged_row_is_an_answer_or_a_reject(by: str) -> None:
    test = made('{"a": 1}', calling(("f", "{}")))
    chance = Random(by)
    responses = {"object": "response", "output": [
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "a"}]},
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
    ]}  # fmt: skip
    rows = [
        answered(id_of(test[0]), "a"), answered(id_of(test[1]), calling(("f", "{}"))), failed(id_of(test[0])),
        expired(id_of(test[0])), {**answered(id_of(test[0]), "a"), "response": {"status_code": 200, "body": responses}},
    ]  # fmt: skip
    model = [*rows, *(damaged(row, chance) for row in rows for _ in range(200))]
    found = ftdata.compare(test, {"m": model}, by)
    assert found.models[0].answered == 2
    kept = [{"custom_id": "x", "metadata": {"a": 1}, "expected": [{"role": "assistant", "content": '{"a": 1}'}]}]
    ftdata.compare([*kept, *(damaged(kept[0], chance) for _ in range(200))], {"m": model}, by)


# -- against a plainer road ---------------------------------------------------------------------------------------------

labels = st.sampled_from(["a", "b", "c", "other"])
maybe = st.one_of(st.none(), labels)


@given(st.lists(st.tuples(labels, maybe, maybe), min_size=1, max_size=40))
def test_figures_are_those_of_a_naive_count(rows: list[tuple[str, str | None, str | None]]) -> None:
    test = made(*(row[0] for row in rows))
    given_answers = {name: [row[at] for row in rows] for at, name in ((1, "one"), (2, "two"))}
    models = {name: answers_to(test, *answers) or [failed("ft-x")] for name, answers in given_answers.items()}
    found = ftdata.compare(test, models)
    expected = [row[0] for row in rows]
    for scores in found.models:
        pairs = [(e, a) for e, a in zip(expected, given_answers[scores.name], strict=True) if a is not None]
        assert scores.exact == sum(e == a for e, a in pairs)
        assert (scores.answered, scores.missing) == (len(pairs), len(rows) - len(pairs))
        f1s = []
        for one in scores.classes:
            right = sum(e == a == one.name for e, a in pairs)
            said = sum(a == one.name for e, a in pairs)
            wanted = sum(e == one.name for e, a in pairs)
            precision, recall = right / said if said else 0, right / wanted if wanted else 0
            f1 = 2 * precision * recall / (precision + recall) if right else 0
            assert (one.support, one.answered, one.right) == (wanted, said, right)
            assert (one.precision, one.recall, one.f1) == pytest.approx((precision, recall, f1))
            f1s += [f1] if wanted else []
        assert scores.macro_f1 == (pytest.approx(sum(f1s) / len(f1s)) if f1s else None)
        counted = Counter((e, a if a in expected else "(other)") for e, a in pairs)
        assert {(e, a): n for e, row in scores.confusion.items() for a, n in row.items()} == counted
    first, second = given_answers.values()
    both = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
    assert (found.agreement[0].same, found.agreement[0].both) == (sum(a == b for a, b in both), len(both))
    differing = [
        n for n, row in enumerate(rows, 1) if any(a is not None and a != row[0] for a in row[1:])
    ]  # fmt: skip
    assert [each.origin.line for each in found] == differing


@given(st.lists(st.binary(max_size=5), max_size=30))
def test_a_shelf_gives_back_what_was_put(texts: list[bytes]) -> None:
    shelf = Shelf()
    numbers = [shelf.put(text) for text in texts]
    assert [shelf.get(number) for number in numbers] == texts
    assert sorted(set(numbers)) == list(range(len(set(texts))))


def test_any_number_of_workers_finds_the_same(tmp_path: Path) -> None:
    test = write(tmp_path / "test.jsonl", made(*itertools.islice(itertools.cycle("abc"), 500)))
    model = write(tmp_path / "m.jsonl", (answered(id_of(row), "a") for row in lines(test)))
    one, three = (ftdata.compare(test, {"m": model}, workers=workers) for workers in (1, 3))
    assert one.to_dict() == three.to_dict()
    assert [each.to_dict() for each in one] == [each.to_dict() for each in three]


# -- a field of JSON and a plain label ----------------------------------------------------------------------------------


FIELDS: dict[str, tuple[str, Any, int]] = {
    "a label": ("billing", {"queue": "billing"}, 1),
    "another label": ("billing", {"queue": "other"}, 0),
    "a number": ("2", {"queue": 2.0}, 1),
    "yes": ("true", {"queue": True}, 1),
    "JSON": ('{"queue": "billing", "n": 1}', {"queue": "billing"}, 1),
}


@pytest.mark.parametrize(("expected", "given", "right"), FIELDS.values(), ids=FIELDS.keys())
def test_a_field_meets_a_plain_label(expected: str, given: Any, right: int) -> None:
    test = made(expected)
    answer = given if isinstance(given, str) else json.dumps(given)
    found = ftdata.compare(test, {"m": answers_to(test, answer)}, by="answer.queue")
    assert (found.expected, found.models[0].exact) == (1, right)


def test_thoughts_are_not_compared() -> None:
    test = made("billing")
    found = ftdata.compare(test, {"m": answers_to(test, "<think>shipping?</think>\nbilling")})
    assert found.models[0].exact == 1
