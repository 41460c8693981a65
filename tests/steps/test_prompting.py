"""System prompts: set, added, removed, shortened, and refused where they differ."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.errors import RecipeError, RowError, UsageError
from ftdata.steps.prompting import Edit, PromptRule, System
from ftdata.steps.shortening import rules_of


def chat(*said: str, user: str = "?", role: str = "system") -> dict[str, Any]:
    turns = [{"role": role, "content": text} for text in said]
    return {"messages": [*turns, {"role": "user", "content": user}, {"role": "assistant", "content": "!"}]}


LATER = [*chat("a")["messages"], {"role": "system", "content": "context"}, {"role": "assistant", "content": "."}]


@pytest.mark.parametrize(
    "step, before, after",
    [
        (System(text="new"), chat("old"), chat("new")),
        (System(text="new"), chat(), chat("new")),
        (System(text="new"), chat("one", "two"), chat("new")),
        (System(text="new"), {"messages": LATER}, {"messages": [*chat("new")["messages"], *LATER[3:]]}),
        (System(add="new"), chat("old"), chat("old")),
        (System(add="new"), chat(), chat("new")),
        (System(remove=True), chat("one", "two"), chat()),
        (System(edits=(Edit("o", "0"),)), chat("foo"), chat("f00")),
        (System(edits=(Edit(r"for (\w+)", r"to \1", is_pattern=True),)), chat("ask for Ann"), chat("ask to Ann")),
        (System(rules=(PromptRule("b", prompt="a"), PromptRule(r"be \1", pattern="please, be (.+)"))), chat("please, be kind"), chat("be kind")),
        (System(rules=(PromptRule("b", prompt="a"),)), chat(" a\n"), chat("b")),
        (System(from_user="^Instructions:(.*?)\n\n"), chat(user="Instructions: be kind\n\nHello"), chat("be kind", user="Hello")),
        (System(from_user="^Be kind[.]"), chat("old", user="Be kind. Hello"), chat("old\n\nBe kind.", user="Hello")),
        (System(from_user="^Be kind[.]"), chat(user="Be kind."), chat(user="Be kind.")),
    ],
)  # fmt: skip
def test_what_becomes_of_prompts(step: System, before: dict[str, Any], after: dict[str, Any]) -> None:
    assert step(before) == after
    assert System.of(step.to_dict()) == step


def test_developers_speak_in_reinforcement_examples() -> None:
    row = {"messages": [{"role": "user", "content": "?"}], "reference": "x"}
    assert System(text="new")(row)["messages"][0] == {"role": "developer", "content": "new"}
    told = {"messages": [{"role": "developer", "content": "old", "name": "n"}, *row["messages"]]}
    assert System(text="new")(told)["messages"][0] == {"role": "developer", "content": "new", "name": "n"}
    with pytest.raises(
        RowError, match=r"system takes chat and preference and reinforcement examples; got a completion"
    ):
        System(text="new")({"prompt": "a", "completion": "b"})


def test_several_prompts_stop_with_their_table() -> None:
    data = ftdata.read([chat("one"), chat("one"), chat("two"), chat()])
    with pytest.raises(UsageError) as raised:
        list(data.system("new"))
    assert "several system prompts" in str(raised.value)
    assert '2 x "one"\n           1 x "two"' in str(raised.value)
    assert "--replace-all" in raised.value.hint
    assert [row["messages"][0]["content"] for row in data.system("new", replace_all=True)] == ["new"] * 4
    assert len(list(ftdata.read([chat("one"), chat("one"), chat()]).system("new"))) == 3
    assert len(list(ftdata.read([chat("new"), chat("one")]).system("new"))) == 2, "the new one is no other"
    with pytest.raises(UsageError, match="several"):
        list(data.system(remove=True))


def test_each_prompt_needs_a_rule(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("- prompt: one\n  short: '1'\n- pattern: t.o\n  short: '2'\n", encoding="utf-8")
    data = ftdata.read([chat("one"), chat("two"), chat()])
    assert [row["messages"][0]["content"] for row in data.system(shorten=path)] == ["1", "2", "?"]
    more = ftdata.read([chat("one"), chat("three")])
    with pytest.raises(UsageError, match=r'no rule is for these system prompts:\n +1 x "three"'):
        list(more.system(shorten=path))
    assert [row["messages"][0]["content"] for row in more.system(shorten=path, replace_all=True)] == ["1", "three"]
    (once,) = ftdata.read([chat("one")]).system(shorten=path)
    assert list(ftdata.read([once]).system(shorten=path)) == [once]


@pytest.mark.parametrize(
    "text, message",
    [
        ("a: b", "expected a list of rules"),
        ("- short: x", "rule 1: expected either a prompt or a pattern"),
        ("- {prompt: a, short: 1}", "rule 1: short is text; got 1"),
        ("- {prompt: a, pattern: b, short: c}", "rule 1: expected either"),
        ("- {prompt: a, long: c}", "rule 1: expected prompt or pattern, and short"),
        ("- [", "is not valid YAML"),
    ],
)
def test_rules_that_cannot_be_read(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecipeError, match=message) as raised:
        rules_of(path)
    assert raised.value.path == str(path)


def test_a_prompt_that_varied_held_context(caplog: pytest.LogCaptureFixture) -> None:
    data = ftdata.read([chat(f"customer {number}") for number in range(50)])
    with caplog.at_level(logging.WARNING, logger="ftdata"):
        assert len(list(data.system("new", replace_all=True))) == 50
    assert "varies from row to row (50 distinct ones in 50 examples): it held context" in caplog.text


def test_distinct_prompts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftdata.steps.prompting.MAX_PROMPTS", 3)
    data = ftdata.read([chat(f"p{number}") for number in range(10)])
    with pytest.raises(UsageError, match="7 x others"):
        list(data.system("new"))


@pytest.mark.parametrize("make", [lambda: System(), lambda: System(remove=True, text="x"), lambda: Edit("(", "", True),
                                  lambda: Edit("a", r"\1", True), lambda: System(from_user="["), lambda: PromptRule("x")])  # fmt: skip
def test_what_cannot_be_meant(make: Any) -> None:
    with pytest.raises(UsageError):
        make()
