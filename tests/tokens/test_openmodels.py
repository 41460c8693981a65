"""Open models: a tokenizer.json, with the chat template where there is one."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.errors import InputError, RowError
from ftdata.tokens.counting import Profile, counter_of
from ftdata.tokens.templates import ChatTemplate

tokenizers = pytest.importorskip("tokenizers")

TEMPLATE = """\
{{- bos_token }}{% for message in messages %}
{%- if message.role == 'tool' and not loop.first %}[{{ message.content }}]{% continue %}{% endif %}
{{- '<|im_start|>' + message.role + '\\n' }}
{%- if message.role == 'assistant' %}{% generation %}{{ message.content or '' }}{% endgeneration %}
{%- else %}{{ message.content }}{% endif %}
{%- for call in message.tool_calls or [] %}{{ call.function.arguments | tojson }}{% endfor %}
{{- '<|im_end|>\\n' }}{% endfor %}
{%- if tools %}{{ tools | tojson }}{% endif %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A byte-level tokenizer whose every byte is a token, but for the three special ones."""
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {char: number for number, char in enumerate(alphabet)}
    made = tokenizers.Tokenizer(tokenizers.models.BPE(vocabulary, []))
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.add_special_tokens(["<|im_start|>", "<|im_end|>", "<s>"])
    made.enable_truncation(5)
    path: Path = tmp_path_factory.mktemp("model")
    made.save(str(path / "tokenizer.json"))
    config = {"bos_token": {"content": "<s>"}, "chat_template": TEMPLATE}
    (path / "tokenizer_config.json").write_text(json.dumps(config))
    return path


CHAT: dict[str, Any] = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hi é"},
        {"role": "assistant", "content": "Ho", "weight": 1},
    ]
}
SYSTEM, USER, ANSWER = 1 + 7 + 9 + 1 + 1, 1 + 5 + 5 + 1 + 1, 1 + 10 + 2 + 1 + 1


def test_a_chat_is_counted_as_its_template_renders_it(folder: Path) -> None:
    counts = counter_of(Profile(str(folder))).example(CHAT)
    assert counts.total == 1 + SYSTEM + USER + ANSWER
    assert counts.prompt == 1 + SYSTEM + USER + 1 + 10
    assert (counts.answer, counts.trained, counts.system) == (2, 2, 9)
    assert counts.estimated == ()
    assert ftdata.count_tokens(CHAT["messages"][:2], tokenizer=folder) == counts.prompt


def test_text_is_text(folder: Path) -> None:
    assert ftdata.count_tokens("<|im_end|> é", tokenizer=folder) == 13


def test_calls_and_definitions(folder: Path) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    tools = [{"type": "function", "function": {"name": "f"}}]
    turns = [CHAT["messages"][1], {"role": "assistant", "tool_calls": [call]}]
    plain = counter_of(Profile(str(folder))).example({"messages": turns})
    assert plain.trained == 0  # the template marks what is said as trained, and no calls
    with_tools = counter_of(Profile(str(folder))).example({"messages": turns, "tools": tools})
    assert with_tools.total - plain.total == with_tools.tools == len(json.dumps(tools))
    assert with_tools.toolset != 0
    result = {"role": "tool", "tool_call_id": "1", "content": "ok"}
    assert counter_of(Profile(str(folder))).example({"messages": [*turns, result]}).total == plain.total + 4


def test_without_a_template_texts_are_counted_alone(folder: Path, tmp_path: Path) -> None:
    alone = tmp_path / "tokenizer.json"
    alone.write_bytes((folder / "tokenizer.json").read_bytes())
    counts = counter_of(Profile(str(alone))).example(CHAT)
    assert (counts.total, counts.prompt, counts.trained) == (9 + 5 + 2, 9 + 5, 2)
    assert counts.estimated == ("text alone, as there is no chat template",)
    counted = ftdata.count_tokens({"prompt": "ab", "completion": "c"}, tokenizer=alone)
    assert (counted, counted.exact) == (3, True)


def test_pairs(folder: Path) -> None:
    pair = {"input": {"messages": CHAT["messages"][:2]}, "preferred_output": [CHAT["messages"][2]],
            "non_preferred_output": [{"role": "assistant", "content": "Hey"}]}  # fmt: skip
    counts = counter_of(Profile(str(folder))).example(pair)
    assert (counts.total, counts.trained) == (counts.prompt + 5 + 2 * 2, 5)  # each side with its end mark


def test_stats_with_a_limit_and_a_template_that_refuses(folder: Path, tmp_path: Path) -> None:
    picky = tmp_path / "picky"
    picky.mkdir()
    (picky / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())
    refusing = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + TEMPLATE
    (picky / "chat_template.jinja").write_text(refusing)
    other = {"messages": CHAT["messages"][1:]}
    stats = ftdata.read([CHAT, other, other]).stats(tokenizer=picky, limit=20)
    assert (stats.examples, stats.over_limit, stats.lost) == (2, 2, 2 * (USER + ANSWER - 20))
    assert stats.models == ()
    assert dict(stats.counted.uncounted) == {"the chat template refuses this example": 1}
    assert "not counted: 1 example: the chat template refuses" in str(stats)
    with pytest.raises(RowError, match='refuses this example: "no system"'):
        ftdata.count_tokens(CHAT, tokenizer=picky)


@pytest.mark.parametrize(
    "source",
    ["{{ messages.__class__.__mro__ }}", "{{ ''.__class__.__base__.__subclasses__() }}", "{{ messages.append(1) }}",
     "{% for x in range(10**9) %}{% endfor %}"],
)  # fmt: skip
def test_templates_are_run_in_a_sandbox(source: str) -> None:
    with pytest.raises(RowError, match="the chat template refuses"):
        ChatTemplate(source, {})([], None, False)


def test_a_missing_package_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(ftdata.MissingPackageError, match=r"pip install 'ftdata\[hf\]'"):
        ftdata.count_tokens("x", tokenizer=tmp_path)


def test_what_is_broken_is_said(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(InputError, match=r"there is no tokenizer\.json"):
        ftdata.count_tokens("x", tokenizer=tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(InputError, match="is not a tokenizer that can be loaded"):
        ftdata.count_tokens("x", tokenizer=tmp_path)
    (tmp_path / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())
    (tmp_path / "tokenizer_config.json").write_text('{"chat_template": [{"name": "default", "template": "{% if"}]}')
    with pytest.raises(InputError, match="the chat template has an error in line 1"):
        ftdata.count_tokens(CHAT, tokenizer=tmp_path)
    assert ftdata.count_tokens("x", tokenizer=tmp_path) == 1
