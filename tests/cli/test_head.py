"""``ftdata head``: readable, and it opens the place that a finding prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftdata import assistant, chat, system, tool_call, tool_result, user
from ftdata.codec import encode
from tests.cli.running import ftdata
from tests.tokens.tiny import TINY

CALL = tool_call("get_weather", city="Paris", id="call_1")
EXAMPLE = chat(
    system("You help."),
    user(
        [{"type": "text", "text": "Weather?"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}}]
    ),
    assistant("Hm.", weight=0),
    assistant(tool_calls=[CALL]),
    tool_result(CALL, {"temp": 21}),
    assistant("It is 21 °C.\nNice \x1b[31mday."),
    tools=[{"type": "function", "function": {"name": "get_weather"}}],
    metadata={"id": "007"},
)

SHOWN = r"""in.jsonl:1
  system
    You help.
  user
    Weather? [1 image]
  assistant (not trained)
    Hm.
▌ assistant calls
▌   get_weather({"city":"Paris"})
  tool result call_1
    {"temp":21}
▌ assistant
▌   It is 21 °C.
▌   Nice \x1b[31mday.
  tools: get_weather
  metadata: id=007

"""


def test_a_conversation_as_a_person_reads_it(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(encode(EXAMPLE) + b"\n")
    done = ftdata(tmp_path, "head", "in.jsonl")
    assert (done.code, done.out, done.err) == (0, SHOWN, "")


PAIR = {
    "input": {"messages": [{"role": "user", "content": "Hi"}]},
    "preferred_output": [{"role": "assistant", "content": "Hello!"}],
    "non_preferred_output": [{"role": "assistant", "content": "What?"}],
}


@pytest.mark.parametrize(
    "row, words",
    [
        (PAIR, ["-- preferred_output\n▌ assistant\n▌   Hello!", "-- non_preferred_output"]),
        ({"prompt": "a ->", "completion": " b"}, ["  prompt\n    a ->", "▌ completion\n▌    b"]),
        ({"messages": [{"role": "developer", "content": "d"}], "answer": "x"}, ["  developer\n    d"]),
        ({"a": 1, "b": "\x1b[0m"}, ["  a: 1\n", "  b: \\x1b[0m\n"]),
    ],
    ids=["preference", "completion", "reinforcement", "table"],
)
def test_other_kinds(tmp_path: Path, row: dict[str, object], words: list[str]) -> None:
    (tmp_path / "in.jsonl").write_bytes(encode(row) + b"\n")
    done = ftdata(tmp_path, "head", "in.jsonl")
    assert done.code == 0
    for part in words:
        assert part in done.out


def test_a_place_is_opened(tmp_path: Path) -> None:
    lines = [json.dumps({"messages": [{"role": "user", "content": f"line {n}"}]}) for n in range(1, 10)]
    lines[4] = "{broken"
    (tmp_path / "in.jsonl").write_text("\n".join(lines) + "\n")
    assert "line 7" in ftdata(tmp_path, "head", "in.jsonl:7").out
    broken = ftdata(tmp_path, "head", "in.jsonl:5")
    assert (broken.code, broken.out) == (1, "")
    assert broken.err.startswith("error: in.jsonl:5: not valid JSON")
    beyond = ftdata(tmp_path, "head", "in.jsonl:70")
    assert "line 9" in beyond.out or beyond.code == 3


def test_a_csv_place_inside_a_quoted_cell(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text('a,b\n1,"x\ny\nz"\n2,w\n')
    assert ftdata(tmp_path, "head", "in.csv:3").out.startswith("in.csv:2\n  a: 1\n  b: x\\ny\\nz\n")


def test_rows_as_json(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(encode(EXAMPLE) + b"\n")
    assert json.loads(ftdata(tmp_path, "head", "in.jsonl", "--json").out) == EXAMPLE


def test_an_example_as_its_template_renders_it(tmp_path: Path) -> None:
    talk = chat(user("Hi"), {**assistant("Ho"), "reasoning_content": "Hm \x1b[31m."}, user("So?"), assistant("Yes"))
    (tmp_path / "in.jsonl").write_bytes(
        encode(talk) + b"\n" + encode(chat(system("x"), user("y"), assistant("z"))) + b"\n"
    )
    shown = ftdata(tmp_path, "head", "in.jsonl:1", "--tokenizer", str(TINY), "--template", "chatml")
    assert shown.out.splitlines()[:5] == [
        "in.jsonl:1",
        "52 tokens, 9 trained (what follows each answer's prompt)",
        r"  <|im_start|>|u|s|e|r|\n",
        r"  H|i|<|im_end|>|\n",
        r"  <|im_start|>|a|s|s|i|s|t|a|n|t|\n",
    ]
    assert r"▌ «H|o|<|im_end|>|\n»" in shown.out
    assert r'dropped: reasoning, $.messages[1].reasoning_content: "Hm \u001b[31m."' in shown.out
    made = json.loads(ftdata(tmp_path, "head", "in.jsonl:1", "--template", "chatml", "--json").out)
    assert [one["text"] for one in made["segments"] if one["trained"]] == ["Ho<|im_end|>\n", "Yes<|im_end|>\n"]
    refused = ftdata(tmp_path, "head", "in.jsonl:2", "--template", "gemma")
    assert (refused.code, refused.out) == (1, "")
    assert 'error: in.jsonl:2: the chat template refuses this example: "System role not supported"' in refused.err
