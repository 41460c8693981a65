"""`Dataset.places`: where a file trains."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import ftdata
from ftdata.facts.places import PLACES
from ftdata.formats.targets import TARGETS
from ftdata.tokens.models import model_table

Row = dict[str, Any]


def chat(number: int = 0) -> Row:
    turns = [("system", "Be brief."), ("user", f"Capital number {number}?"), ("assistant", f"City {number}")]
    return {"messages": [{"role": role, "content": content} for role, content in turns]}


def pair(number: int = 0) -> Row:
    sides = {
        key: [{"role": "assistant", "content": f"{key} {number}"}]
        for key in ("preferred_output", "non_preferred_output")
    }
    return {"input": {"messages": chat(number)["messages"][:2]}, **sides}


def graded(number: int = 0) -> Row:
    return {"messages": chat(number)["messages"][1:2], "reference": f"City {number}"}


def completion(number: int = 0) -> Row:
    return {"prompt": f"{number} ->", "completion": f" City {number} END"}


CHATS = [chat(number) for number in range(200)]


def test_a_chat_file_trains_nearly_everywhere() -> None:
    found = ftdata.read(CHATS).places()
    assert (found.kind, found.examples, found.rejected, found.trains) == ("chat", 200, 0, True)
    assert [one.place for one in found.places] == list(PLACES)
    verdicts = {one.place: one.verdict for one in found.places}
    assert {place for place, verdict in verdicts.items() if verdict == "convert"} == {"bedrock", "gemini"}
    assert {verdict for place, verdict in verdicts.items() if place not in ("bedrock", "gemini")} == {"trains"}


@pytest.mark.parametrize("place", PLACES)
def test_a_place_says_what_check_and_stats_say(place: str) -> None:
    data = ftdata.read(CHATS)
    one = data.places(epochs=2)[place]
    report = data.check(target=place, model=one.model)
    other = report.counts.get("other-format", 0)
    assert (one.errors, one.warnings) == (report.levels["error"] - other, report.levels["warning"])
    assert (one.verdict == "convert") == bool(other)
    stats = data.stats(one.model, place=place, epochs=2).models[0]
    assert (one.tokens, one.over, one.lost, one.usd) == (stats.billable, stats.over, stats.lost, stats.cost.usd)
    assert one.jobs == stats.jobs


@pytest.mark.parametrize(
    "make, kind", [(chat, "chat"), (pair, "preference"), (graded, "reinforcement"), (completion, "completion")]
)
def test_a_place_is_asked_for_a_model_that_takes_the_kind(make: Any, kind: str) -> None:
    found = ftdata.read([make(number) for number in range(60)], format="openai").places()
    table = model_table()
    assert found.kind == kind
    assert all(table.named(one.model, one.place).takes(kind) for one in found.places)
    told = {one.place for one in found.places} | set(found.others)
    assert told == set(PLACES), "a place that trains none of it is told of"
    assert all(f"trains no {kind} examples" == why for why in found.others.values())


def test_errors_stand_with_the_first_of_them() -> None:
    rows = [*CHATS[:20], {"messages": [*chat(99)["messages"], {"role": "assistant", "content": "again"}]}]
    found = ftdata.read(rows).places()
    assert (found["azure"].verdict, found["azure"].errors) == ("errors", 1)
    assert "$.messages[3].role: two assistant messages in a row" in found["azure"].first
    assert found["openai"].errors == 0
    assert "1 error" in str(found)
    few = ftdata.read(rows[:5]).places()
    assert "5 examples, and at least 10 are needed [too-few-examples]" in few["azure"].first
    assert few["together"].verdict == "trains"


def test_dates_and_who_may(monkeypatch: pytest.MonkeyPatch) -> None:
    data = ftdata.read(CHATS)
    now = data.places()
    assert (now["openai"].training_ends, now["openai"].inference_ends) == ("2027-01-06", "2027-01-14")
    assert (now["azure"].training_ends, now["azure"].inference_ends) == ("2027-04-14", "2027-10-14")
    text = str(now)
    assert "what was trained is shut down on 2027-01-14 (in 47 days)" in text
    assert "azure: only existing customers" in text
    monkeypatch.setenv("FTDATA_TODAY", "2027-02-01")
    later = data.places()
    assert later["openai"].verdict == "closed"
    assert later["together"].verdict == "trains"
    assert later.trains


def test_one_model_where_it_is_trained() -> None:
    found = ftdata.read(CHATS).places(model="ft:gpt-4o-2024-08-06:acme::x")
    assert [one.place for one in found.places] == ["openai", "azure"]
    assert found.others["together"] == "not known to train ft:gpt-4o-2024-08-06:acme::x"
    nowhere = ftdata.read(CHATS).places(place="azure", model="Qwen3-8B")
    assert not nowhere.trains
    assert "nothing that was asked for trains it" in str(nowhere)
    with pytest.raises(ftdata.UsageError, match="no model is called"):
        ftdata.read(CHATS).places(model="gpt-9")


def test_some_places_alone() -> None:
    found = ftdata.read(CHATS).places(place=["vertex", "azure"])
    assert [one.place for one in found.places] == ["gemini", "azure"]
    assert [one.place for one in ftdata.read(CHATS).places(place="azure").places] == ["azure"]
    with pytest.raises(ftdata.UsageError, match='there is no place "nowhere"'):
        ftdata.read(CHATS).places(place=["nowhere"])


def test_tokens_after_the_limit_and_prices(tmp_path: Path) -> None:
    own = tmp_path / "my.toml"
    own.write_text(
        "[places.home]\nabout = 'our machine'\n[models.small]\ntokenizer = 'o200k_base'\nplace = 'home'\nlimit = 20\n"
        "prices = { training = 10 }\n"
    )
    rows = [*CHATS, {"messages": [{"role": "user", "content": "word " * 30}, {"role": "assistant", "content": "x"}]}]
    home = ftdata.read(rows).places(models=own, epochs=2)["home"]
    whole = ftdata.read(rows).stats("small", models=own, limit=10**6).total.total
    assert (home.over, home.tokens + home.lost, home.exact) == (sum(one > 20 for one in _totals(rows)), whole, True)
    assert home.usd == pytest.approx(10 * home.tokens * 2 / 1e6)
    assert (home.verdict, home.first) == ("convert", "ftdata has no check for this place")
    found = ftdata.read(rows).places()
    assert not found["together"].exact, "its own tokenizer is not here"
    assert f"~{found['together'].tokens:,}" in str(found)


def _totals(rows: list[Row]) -> list[int]:
    return [ftdata.count_tokens(row, model="gpt-4.1") for row in rows]


def test_it_is_json_text_and_html() -> None:
    found = ftdata.read(CHATS).places()
    told = json.loads(json.dumps(found.to_dict()))
    assert told["places"][0]["place"] == "openai"
    assert told["places"][0].keys() >= {"errors", "warnings", "first", "jobs", "tokens", "usd", "exact"}
    ElementTree.fromstring(found._repr_html_().replace("<br>", "<br/>"))


def test_every_place_has_a_target() -> None:
    assert set(PLACES) <= set(TARGETS)


def test_nothing_is_an_answer_too() -> None:
    found = ftdata.read(CHATS).filter("answer == 'x'").places()
    assert (found.examples, found["azure"].tokens) == (0, 0)
