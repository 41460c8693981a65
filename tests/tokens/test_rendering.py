"""Renderings: what is trained, what is dropped, and the families whose templates ftdata knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.errors import InputError, RowError, UsageError
from ftdata.rules.templates import calls_dropped
from ftdata.tokens.families import FAMILIES, family_source
from ftdata.tokens.folders import model_files
from ftdata.tokens.rendering import Rendering, without
from ftdata.tokens.spans import common
from ftdata.tokens.templates import ChatTemplate
from tests import strategies
from tests.strategies import tries

from .tiny import TINY

tokenizers = pytest.importorskip("tokenizers")

ASKED: dict[str, Any] = {"role": "user", "content": "Rain?"}
SAID: dict[str, Any] = {"role": "assistant", "content": "Yes."}
MORE: list[dict[str, Any]] = [{"role": "user", "content": "And tomorrow?"}, {"role": "assistant", "content": "No."}]
CALL = {"id": "abc123def", "type": "function", "function": {"name": "forecast", "arguments": '{"city": "Lyon"}'}}
CALLED: dict[str, Any] = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        ASKED,
        {"role": "assistant", "content": "", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "abc123def", "content": "ok"},
        {"role": "assistant", "content": "ok"},
    ],
    "tools": [
        {
            "type": "function",
            "function": {"name": "forecast", "description": "d", "parameters": {"type": "object", "properties": {}}},
        }
    ],
}


def trained(made: Rendering) -> list[str]:
    """The trained stretches of the text."""
    return [made.text[start:stop] for start, stop in made.spans]


def render(*turns: Any, template: str, **more: Any) -> Rendering:
    (made,) = ftdata.render({"messages": list(turns), **more}, template=template)
    return made


TRAINED = {
    "chatml": ["Yes.<|im_end|>\n", "No.<|im_end|>\n"],
    "qwen2.5": ["Yes.<|im_end|>\n", "No.<|im_end|>\n"],
    "qwen3": ["Yes.<|im_end|>\n", "<think>\n\n</think>\n\nNo.<|im_end|>\n"],
    "llama3": ["Yes.<|eot_id|>", "No.<|eot_id|>"],
    "llama3.1": ["Yes.<|eot_id|>", "No.<|eot_id|>"],
    "mistral": ["Yes.</s>", "No.</s>"],
    "gemma": ["Yes.<end_of_turn>\n", "No.<end_of_turn>\n"],
    "gemma3": ["Yes.<end_of_turn>\n", "No.<end_of_turn>\n"],
    "deepseek-v3": ["Yes.<｜end▁of▁sentence｜>", "No.<｜end▁of▁sentence｜>"],
    "deepseek-r1": ["Yes.<｜end▁of▁sentence｜>", "No.<｜end▁of▁sentence｜>"],
    "phi3": ["Yes.<|end|>\n", "No.<|end|>\n<|endoftext|>"],
    "phi3.5": ["Yes.<|end|>\n", "No.<|end|>\n<|endoftext|>"],
    "phi4": ["Yes.<|im_end|>", "No.<|im_end|>"],
    "smollm2": ["Yes.<|im_end|>\n", "No.<|im_end|>\n"],
    "gpt-oss": ["<|channel|>final<|message|>Yes.<|end|>", "<|channel|>final<|message|>No.<|return|>"],
}


@pytest.mark.parametrize("name", FAMILIES)
def test_what_follows_each_prompt_is_trained(name: str) -> None:
    made = render(ASKED, SAID, *MORE, template=name)
    assert trained(made) == TRAINED[name]
    assert made.ended and made.answers == 2
    quiet = render(ASKED, {**SAID, "weight": 0}, *MORE, template=name)
    assert (quiet.text, trained(quiet)) == (made.text, TRAINED[name][1:])


DROPPED = {
    "qwen2.5": set(), "qwen3": set(), "llama3.1": set(), "gpt-oss": set(), "mistral": {"system"}, "deepseek-v3": {"tools"},
    "deepseek-r1": {"calls", "tools"}, "chatml": {"calls", "tools"}, "smollm2": {"calls", "tools"}, "llama3": {"calls", "tools"},
    "phi3": {"calls", "tools", "results"}, "phi3.5": {"calls", "tools", "results"}, "phi4": {"calls", "tools", "results"},
}  # fmt: skip


@pytest.mark.parametrize("name", FAMILIES)
def test_what_families_do_with_calls(name: str) -> None:
    """A result and an answer that are both "ok" prove nothing: the shape of the conversation does."""
    if name not in DROPPED:
        with pytest.raises(RowError, match=r"System role|alternate"):
            ftdata.render(CALLED, template=name)
        return
    (made,) = ftdata.render(CALLED, template=name)
    assert {one.what for one in made.dropped} == DROPPED[name]
    assert made.as_text == (name == "deepseek-v3")


def test_families_that_drop_calls_beside_an_empty_text() -> None:
    assert {"chatml", "deepseek-r1", "llama3"} <= set(calls_dropped())
    assert {"qwen3", "llama3.1", "mistral", "gpt-oss"}.isdisjoint(calls_dropped())


def test_reasoning_is_kept_by_the_last_answer_alone() -> None:
    thinking = {**SAID, "reasoning_content": "They ask about rain."}
    assert render(ASKED, thinking, template="qwen3").dropped == ()
    (lost,) = render(ASKED, thinking, *MORE, template="qwen3").dropped
    assert (lost.what, lost.path) == ("reasoning", "$.messages[1].reasoning_content")
    inside = {**SAID, "content": "<think>\nThey ask.\n</think>\n\nYes."}
    assert [one.path for one in render(ASKED, inside, *MORE, template="qwen3").dropped] == ["$.messages[1].content"]


def test_a_prompt_that_the_conversation_does_not_begin_with() -> None:
    made = render(ASKED, SAID, template="deepseek-r1")
    assert (made.differs, trained(made)) == ("<think>\n", ["Yes.<｜end▁of▁sentence｜>"])
    assert render(ASKED, SAID, template="qwen3").differs == ""


MARKED = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' %}{% generation %}{{ m.content }}<|im_end|>"
    "{% endgeneration %}{% else %}{{ m.content }}<|im_end|>{% endif %}{% endfor %}"
)


def test_a_template_that_marks_what_is_trained(tmp_path: Path) -> None:
    (tmp_path / "marked.jinja").write_text(MARKED)
    path = str(tmp_path / "marked.jinja")
    made = render(ASKED, SAID, *MORE, template=path)
    assert made.marked and trained(made) == ["Yes.<|im_end|>", "No.<|im_end|>"]
    quiet = render(ASKED, {**SAID, "weight": 0}, *MORE, template=path)
    assert trained(quiet) == ["No.<|im_end|>"]


def test_pairs_have_two_renderings() -> None:
    pair = {"input": {"messages": [{"role": "system", "content": "Be."}, ASKED]}, "preferred_output": [SAID],
            "non_preferred_output": [{"role": "assistant", "content": "Dunno.", "reasoning_content": "Hm, what?"}]}  # fmt: skip
    good, bad = ftdata.render(pair, template="chatml")
    assert (good.path, bad.path) == ("$.preferred_output", "$.non_preferred_output")
    assert (trained(good), trained(bad)) == (["Yes.<|im_end|>\n"], ["Dunno.<|im_end|>\n"])
    assert [one.path for one in bad.dropped] == ["$.non_preferred_output[0].reasoning_content"]


def test_a_completion_is_followed_by_the_end_token() -> None:
    (made,) = ftdata.render({"prompt": "a ->", "completion": " b"}, TINY)
    assert (made.text, trained(made)) == ("a -> b<|im_end|>", [" b<|im_end|>"])
    assert made.labels == [-100, -100, -100, -100, *made.tokens[4:]]


@given(example=st.one_of(strategies.chats, strategies.preferences, strategies.completions))
@tries(60)
def test_segments_are_the_text_and_labels_the_trained_tokens(example: Any) -> None:
    try:
        sides = ftdata.render(example, TINY)
    except RowError:
        return  # the template refuses it
    for made in sides:
        assert "".join(one.text for one in made.segments()) == made.text
        assert len(made.labels) == len(made.tokens) == len(made.trained) == len(made.places)
        marked = [place for place, learned in zip(made.places, made.trained, strict=True) if learned]
        assert all(any(stop > first and start < last for first, last in made.spans) for start, stop in marked)
        assert all(start < stop for start, stop in made.spans)
        assert made.to_dict()["trained"] == sum(made.trained)


@given(one=st.text("ab", max_size=9), other=st.text("ab", max_size=9))
def test_common_beginnings(one: str, other: str) -> None:
    length = common(one, other)
    assert one[:length] == other[:length] and (
        one[length : length + 1] != other[length : length + 1] or not one[length:]
    )


def test_spans_without_others() -> None:
    assert list(without([(0, 10), (20, 30)], [(3, 5), (8, 22)])) == [(0, 3), (5, 8), (22, 30)]


# -- where templates lie ----------------------------------------------------------------------------------------------


def test_several_templates_and_the_one_for_tools(tmp_path: Path) -> None:
    (tmp_path / "additional_chat_templates").mkdir()
    (tmp_path / "chat_template.jinja").write_text("plain{% for m in messages %}{{ m.content }}{% endfor %}")
    (tmp_path / "additional_chat_templates" / "tool_use.jinja").write_text("tools")
    assert set(model_files(tmp_path).templates) == {"default", "tool_use"}
    assert render(ASKED, SAID, template=str(tmp_path)).text == "plainRain?Yes."
    assert render(ASKED, SAID, template=str(tmp_path), tools=CALLED["tools"]).text == "tools"


def test_a_model_of_the_hugging_face_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    folder = tmp_path / "models--me--mine"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text("abc")
    (folder / "snapshots" / "abc").mkdir(parents=True)
    for path in TINY.glob("*.j*"):
        (folder / "snapshots" / "abc" / path.name).write_bytes(path.read_bytes())
    assert ftdata.count_tokens("abc", tokenizer="me/mine") == 3
    with pytest.raises(UsageError, match='no tokenizer "me/other" on this machine'):
        ftdata.render(CALLED, "me/other")


def test_names_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match='Did you mean "qwen3"'):
        ftdata.render(CALLED, template="qwen-3")
    with pytest.raises(UsageError, match="neither a tokenizer nor a template"):
        ftdata.render(CALLED)
    with pytest.raises(UsageError, match="this is not an example"):
        ftdata.render({"a": 1}, template="qwen3")
    (tmp_path / "tokenizer.json").write_bytes((TINY / "tokenizer.json").read_bytes())
    with pytest.raises(InputError, match="no chat template beside the tokenizer"):
        ftdata.render(CALLED, tmp_path)


@pytest.mark.parametrize("name", FAMILIES)
def test_families_are_templates(name: str) -> None:
    ChatTemplate(family_source(name), FAMILIES[name].constants)
    assert FAMILIES[name].about
