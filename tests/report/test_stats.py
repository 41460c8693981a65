"""`Dataset.stats` and how it is shown."""

from __future__ import annotations

import json
import re
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.report.stats import bars
from ftdata.tokens.money import default_epochs


def chat(answer: str = "Paris", *, system: str = "", **more: Any) -> dict[str, Any]:
    first = [{"role": "system", "content": system}] if system else []
    turns = [*first, {"role": "user", "content": "Capital?"}, {"role": "assistant", "content": answer}]
    return {"messages": turns, **more}


def stats(*found: dict[str, Any], **options: Any) -> ftdata.Stats:
    return ftdata.read(list(found)).stats(**options)


def test_what_the_guides_script_prints() -> None:
    found = stats(
        chat(system="Be brief."), chat("x " * 50), {"messages": [{"role": "assistant", "content": "hi"}]},
        model="gpt-4o", limit=40,
    )  # fmt: skip
    assert (found.examples, found.counted.without_system, found.counted.without_user) == (3, 2, 1)
    assert (found.messages.least, found.messages.most, found.messages.median) == (1, 3, 2)
    assert found.total.most > 40 >= found.total.median
    assert (found.over_limit, found.lost) == (1, found.total.most - 40)
    assert found.epochs == default_epochs(3) == 25
    one = found.models[0]
    assert one.billable == found.total.total - found.lost
    assert one.cost.usd == pytest.approx(25 * one.billable * 25 / 1e6)


def test_an_answer_behind_the_limit_is_lost() -> None:
    long = {"messages": [{"role": "user", "content": "x " * 100}, {"role": "assistant", "content": "y"}]}
    found = stats(long, chat(), model="gpt-4o", limit=50)
    assert (found.over_limit, found.answers_lost) == (1, 1)
    assert "1 example over it" in str(found)
    assert "1 last answer lost whole" in str(found)


def test_shares_tell_what_stripping_saves() -> None:
    tools = [{"type": "function", "function": {"name": "f", "description": "Do it."}}]
    found = stats(chat(system="Be brief.", tools=tools), chat(system="Be brief."), chat(), model="gpt-4o-mini")
    tokens = found.tokens
    assert tokens.system == 2 * (4 + ftdata.count_tokens("Be brief.", model="gpt-4o-mini"))
    assert tokens.tools > 10
    shares = found.to_dict()["tokens"]
    assert shares["system_and_tools_share"] == pytest.approx(
        (tokens.system + tokens.tools) / tokens.total.total, abs=1e-4
    )
    assert len(found.counted.prompts) == len(found.counted.toolsets) == 1
    running = found.models[0].running
    assert running.prompt - running.shorter == pytest.approx((tokens.system + tokens.tools) / 3)


def test_without_a_model_what_lasts_is_compared() -> None:
    found = stats(*[chat()] * 20)
    text = str(found)
    assert {one.place for one in found.models if one.takes} >= {"azure", "together", "fireworks", "tinker", "trl"}
    assert "openai" not in {one.place for one in found.models}, "nothing of it lasts"
    assert re.search(r"gpt-4.1-mini +Azure OpenAI +65,536 .* until 2027-04-13 at least", text)
    assert "Azure OpenAI: new jobs until 2027-04-13 at least, only existing customers" in text
    assert "some facts are more than 120 days old: " in text
    shown = [line.split("  ")[0] for line in text.splitlines() if "Amazon Bedrock" in line and "open" in line]
    assert len(shown) == 1, "one model for each place"


def test_all_models_of_a_place_are_compared() -> None:
    found = stats(*[chat()] * 20, place="openai")
    assert {one.model for one in found.models if one.takes} == {
        "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-4o", "gpt-4o-mini", "gpt-3.5-turbo", "gpt-3.5-turbo-0613", "gpt-4",
    }  # fmt: skip
    text = str(found)
    assert "not for these examples: o4-mini, davinci-002, babbage-002" in text
    assert re.search(r"gpt-3.5-turbo-0613 +OpenAI +4,096 .* unknown", text)
    by_name = {one.model: one for one in found.models}
    assert by_name["gpt-3.5-turbo"].billable == 20 * ftdata.count_tokens(chat(), model="gpt-3.5-turbo")
    assert by_name["gpt-4"].over is None


def test_figures_are_of_a_model_that_takes_the_examples() -> None:
    found = stats({"prompt": "a ->", "completion": " b"}, place="openai")
    assert found.asked.profile.tokenizer == "cl100k_base"
    assert "system prompts" not in str(found)


def test_every_kind(tmp_path: Path) -> None:
    turns = chat()["messages"]
    pair = {"input": {"messages": turns[:1]}, "preferred_output": turns[1:], "non_preferred_output": turns[1:]}
    graded = {"messages": [{"role": "developer", "content": "Be brief."}, turns[0]], "reference": "Paris"}
    completion = {"prompt": "a ->", "completion": " b"}
    found = ftdata.read([chat(), pair, graded, completion], format="openai").stats(place="openai")
    assert found.counted.kinds == {"chat": 1, "preference": 1, "reinforcement": 1, "completion": 1}
    takes = {one.model: one.takes for one in found.models}
    assert (takes["gpt-4.1"], takes["gpt-4o"], takes["o4-mini"], takes["babbage-002"]) == (2, 1, 1, 1)
    assert "100.00 USD/hour" in str(found)
    hourly = stats(graded, model="ft:o4-mini-2025-04-16:acme::x")
    assert "training        by the hour: 100.00 USD, as of 2026-06-30" in str(hourly)


def test_rows_that_are_no_examples_are_counted_and_said() -> None:
    rejects: list[ftdata.Rejected] = []
    found = ftdata.read([chat(), {"messages": [{"role": "ghost", "content": "x"}]}]).stats(on_reject=rejects.append)
    assert (found.examples, found.tally.rejected.total(), len(rejects)) == (1, 1, 1)
    assert "rejected: 1 row that cannot become examples" in str(found)
    assert found.to_dict()["tally"]["read"] == 2


def test_nothing_has_stats_too() -> None:
    found = ftdata.read([chat()]).filter("answer == 'x'").stats("gpt-4o")
    assert found.examples == 0
    assert str(found).startswith("no examples")
    assert "svg" not in found._repr_html_()
    assert json.loads(json.dumps(found.to_dict()))["examples"] == 0


def test_json_has_everything() -> None:
    found = json.loads(json.dumps(stats(chat(), model="gpt-4o", teacher="gpt-4.1").to_dict()))
    assert found["tokens"]["total"].keys() == {"min", "mean", "median", "p5", "p95", "max", "sum", "histogram"}
    assert found["models"][0]["cost"]["as_of"] == "2026-06-30"
    assert found["models"][0]["running"]["teacher_name"] == "gpt-4.1"
    assert found["models"][0]["running"]["teacher"] is None, "its price is not known"


def test_the_same_from_any_number_of_workers(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text("".join(json.dumps(chat("word " * (n % 50 + 1), system=f"s{n % 7}")) + "\n" for n in range(5000)))
    serial, parallel = (ftdata.read(path).stats("gpt-4.1", workers=workers) for workers in (1, 2))
    assert serial.to_dict() == parallel.to_dict()
    assert serial.examples == 5000


def test_terminals_get_a_table() -> None:
    from rich.console import Console

    out = StringIO()
    Console(file=out, width=100).print(stats(*[chat("x" * n) for n in range(1, 60)], model="gpt-4o"))
    shown = out.getvalue()
    assert "59 examples (chat 59)" in shown
    assert "█" in shown


def test_notebooks_get_escaped_html(tmp_path: Path) -> None:
    own = tmp_path / "my.toml"
    own.write_text("[models.'<b>x</b>']\ntokenizer = 'o200k_base'")
    found = stats(chat(), model="<b>x</b>", models=own)._repr_html_()
    assert "<b>" not in found
    assert "&lt;b&gt;x" in found
    assert found.count("<svg") == 2
    assert found.count("<rect") >= 2
    from xml.etree import ElementTree

    ElementTree.fromstring(found.replace("<br>", "<br/>"))


def test_the_short_form_is_short() -> None:
    assert (
        repr(stats(chat(), model="gpt-4o")) == f"Stats(1 example, {ftdata.count_tokens(chat(), model='gpt-4o')} tokens)"
    )


def test_bars_show_all_that_was_seen() -> None:
    assert bars([0, 1, 1000, 500]) == " ▂█▅"
    assert bars([0, 0]) == "  "


@pytest.mark.parametrize(
    "options, words",
    [
        ({"model": "gpt-4.1-mimi"}, 'no model is called "gpt-4.1-mimi". Did you mean "gpt-4.1-mini"'),
        ({"teacher": "nobody"}, 'no model is called "nobody"'),
        ({"epochs": "many"}, 'epochs are "auto" or a number'),
        ({"limit": 0}, "a limit is at least one token"),
        ({"tokenizer": "o200"}, 'there is no tokenizer "o200"'),
    ],
)
def test_what_cannot_be_meant_is_said(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ftdata.UsageError, match=re.escape(words)):
        stats(chat(), **options)


def test_availability_is_told_of_today() -> None:
    jobs = stats(chat(), model="gpt-4o").models[0].jobs
    assert jobs.startswith("closed" if date.today() >= date(2027, 1, 6) else "until 2027-01-05")
