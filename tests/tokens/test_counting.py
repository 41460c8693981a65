"""Counting examples: what counts, for which part, and the bound for limits."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given

import ftdata
from ftdata.example import parts
from ftdata.tokens import Counter, Profile, counter_of, vocab
from ftdata.tokens.counting import ChatCounter
from ftdata.tokens.encodings import text_counter
from tests.strategies import tries

from ..strategies import examples
from .texts import tricky

O200K = Profile("o200k_base", images="tiles")
ENCODE = vocab.encoding("o200k_base").encode_ordinary


def tokens(text: str) -> int:
    return len(ENCODE(text))


def counter() -> Counter:
    return counter_of(O200K)


def chat(*turns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"messages": list(turns), **more}


SYSTEM = {"role": "system", "content": "You are brief."}
USER = {"role": "user", "content": "What is the capital of France?"}
PARIS = {"role": "assistant", "content": "Paris, of course."}
CALL = {
    "role": "assistant",
    "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "look", "arguments": '{"q": "x"}'}}],
}
RESULT = {"role": "tool", "tool_call_id": "call_1", "content": "seen"}


def test_a_chat_by_hand() -> None:
    counts = counter().example(chat(SYSTEM, USER, PARIS))
    frame = 3 + 1
    assert counts.system == frame + tokens(SYSTEM["content"])
    assert counts.answer == counts.trained == tokens(PARIS["content"])
    assert counts.prompt == counts.system + frame + tokens(USER["content"]) + 3
    assert counts.total == counts.prompt + frame + counts.answer
    assert counts.estimated == ()


def test_what_the_frame_is_made_of() -> None:
    named = {**USER, "name": "Ann"}
    message = counter().message
    assert message(named) == message(USER) + 1 + tokens("Ann")
    assert message({"role": "user", "content": [{"type": "text", "text": "ab"}, {"type": "text", "text": "c"}]}) == (
        message({"role": "user", "content": "abc"})
    )
    assert message({**PARIS, "content": None, "refusal": "No."}) == 4 + tokens("No.")
    assert message({"role": "function", "name": "f", "content": "seen"}) == 4 + 1 + 1 + tokens("seen") - 2
    assert message(RESULT) == 4 + tokens("seen"), "ids are not what the model reads"
    assert message(CALL) == 4 + 3 + tokens("look") + tokens('{"q": "x"}')
    legacy = {"role": "assistant", "content": None, "function_call": CALL["tool_calls"][0]["function"]}  # type: ignore[index]
    assert message(legacy) == message(CALL)
    assert counter().messages([USER]) == message(USER) + 3


def test_weights_decide_what_is_trained() -> None:
    untrained = chat(USER, {**PARIS, "weight": 0}, USER, {**CALL, "weight": 1}, RESULT, PARIS)
    counts = counter().example(untrained)
    assert counts.trained == 3 + tokens("look") + tokens('{"q": "x"}') + tokens(PARIS["content"])
    assert counts.estimated == ("calls as name and arguments and 3",)
    assert counter().example(chat(USER, {**PARIS, "weight": 0})).trained == 0


def test_the_other_kinds() -> None:
    completion = counter().example({"prompt": "One two ->", "completion": " three"})
    assert (completion.prompt, completion.answer) == (tokens("One two ->"), tokens(" three"))
    assert completion.total == completion.prompt + completion.answer == completion.prompt + completion.trained
    pair = {
        "input": {"messages": [USER]},
        "preferred_output": [PARIS],
        "non_preferred_output": [{**PARIS, "content": "No"}],
    }
    counts = counter().example(pair)
    assert counts.prompt == counter().messages([USER])
    assert counts.answer == counts.trained == tokens(PARIS["content"]) + tokens("No")
    assert counts.total == counts.prompt + counts.answer + 2 * 4
    assert counts.estimated == ("both answers of a pair are counted",)
    graded = counter().example(chat({"role": "developer", "content": "Be brief."}, USER, reference="Paris"))
    assert (graded.answer, graded.trained) == (0, 0)
    assert graded.prompt == graded.total
    assert graded.system == 4 + tokens("Be brief.")


@given(tricky)
def test_what_a_new_line_adds_is_told_by_the_last_word(text: str) -> None:
    found = counter_of(O200K)
    assert isinstance(found, ChatCounter)
    assert found._line_end(text) == tokens(text + "\n") - tokens(text)


def test_definitions_of_all_places() -> None:
    function = {"name": "look", "description": "Look."}
    tools = counter().example(chat(USER, PARIS, tools=[{"type": "function", "function": function}])).tools
    assert tools > 10
    assert counter().example(chat(USER, PARIS, functions=[function])).tools == tools
    pair = {"input": {"messages": [USER], "tools": [{"type": "function", "function": function}]},
            "preferred_output": [PARIS], "non_preferred_output": [PARIS]}  # fmt: skip
    assert counter().example(pair).tools == tools


@tries(100)
@given(examples)
def test_every_example_can_be_counted(example: dict[str, Any]) -> None:
    counts = counter().example(example)
    assert counts.total >= counts.prompt >= 0
    assert counts.total >= counts.trained >= 0
    assert counts.answer <= counts.total
    assert counts.tools + counts.system + counts.images <= counts.total
    if parts.kind_of(example) == "completion":
        assert counts.total == tokens(example["prompt"]) + tokens(example["completion"])


@tries(100)
@given(examples)
def test_the_bound_never_lies(example: dict[str, Any]) -> None:
    total = counter().example(example).total
    for limit in (0, total - 1, total, total + 1, 10 * total + 50):
        assert counter().at_most(example, limit) == (total <= limit)
        assert counter().over(example, limit) == (total if total > limit else None)


def test_a_limit_far_off_is_told_without_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    found = counter()

    def refuse(example: object) -> object:
        raise AssertionError("it was counted")

    monkeypatch.setattr(found, "without_images", refuse)
    assert found.at_most(chat(SYSTEM, USER, CALL, RESULT, {**PARIS, "content": "é中" * 100}), 2000)


def test_near_a_limit_no_more_is_counted_than_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    found = counter()
    assert isinstance(found, ChatCounter)
    total = found.example(long := chat(*([{**USER, "content": "word " * 100}, PARIS] * 20))).total
    counted: list[str] = []
    exact = found.text

    def count(text: str) -> int:
        counted.append(text)
        return exact(text)

    monkeypatch.setattr(found, "text", count)
    assert found.over(long, 5 * total // 2) is None
    assert 0 < sum(text.startswith("word") for text in counted) < 15, "a part tells that it is not too long"
    counted.clear()
    assert found.over(long, total - 1) == total
    assert sum(text.startswith("word") for text in counted) == 20, "each text is counted once"


def test_a_counter_travels_as_its_profile() -> None:
    found = counter()
    assert pickle.loads(pickle.dumps(found)) is found
    assert len(pickle.dumps(found)) < 400


@pytest.mark.parametrize(
    "of, words",
    [
        ({"text": "hi"}, "this is not an example"),
        ([{"content": "hi"}], "a message cannot be read: KeyError: 'role'"),
        (["hi"], "a message cannot be read"),
    ],
)
def test_what_cannot_be_counted_is_said(of: Any, words: str) -> None:
    with pytest.raises(ftdata.UsageError, match=words):
        ftdata.count_tokens(of, model="gpt-4o")


def test_a_count_knows_how_it_was_made() -> None:
    counted = ftdata.count_tokens("hello world", tokenizer="cl100k_base")
    assert (counted, counted.exact) == (2, True)
    estimated = ftdata.count_tokens(chat(USER, CALL), model="gpt-4o")
    assert not estimated.exact
    again = pickle.loads(pickle.dumps(estimated))
    assert (again, again.estimated) == (estimated, estimated.estimated)
    with pytest.raises(ftdata.UsageError, match="tokens are a model's"):
        ftdata.count_tokens("hello")
    assert ftdata.count_tokens("half \ud83d of a character", model="gpt-4o") > 3


def test_a_vocabulary_is_loaded_when_the_first_text_is_counted() -> None:
    counter = ChatCounter(Profile("o200k_base"))
    assert counter.text is not text_counter("o200k_base", "")
    assert (counter.text("hello world"), counter.text("hello world")) == (2, 2)
    assert counter.text is text_counter("o200k_base", "")
