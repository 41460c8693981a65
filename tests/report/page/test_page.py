"""The kit of pages: conversations in a real browser; the policy, and what hostile data gets to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from ftdata.example.thoughts import parted
from ftdata.report.page import LANGS, assemble, resource, strings
from tests.chromium import PHONE, showing

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNIaFgAAALEAYFIUgTEAAAAAElFTkSuQmCC"
)

SHOW = """
ftdataShow.data("examples").then((examples) => {
  const main = document.querySelector("main");
  for (const one of examples) main.append(ftdataShow.conversation(one.example, one.options || {}));
  main.append(ftdataShow.themes());
  main.dataset.done = "yes";
});
"""

CHAT = {
    "messages": [
        {"role": "system", "content": "You book trains."},
        {"role": "user", "content": [{"type": "text", "text": "To Rome"}, {"type": "image_url", "image_url": {"url": PIXEL}},
                                     {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]},
        {"role": "assistant", "content": None, "weight": 0, "tool_calls": [
            {"id": "call_1", "type": "function", "function": {"name": "search", "arguments": '{"to":"Rome","id":123456789012345678901234567890}'}}]},
        {"role": "tool", "tool_call_id": "call_1", "content": "[]"},
        {"role": "assistant", "content": "<think>Nothing there.</think>No trains today."},
    ],
    "tools": [{"type": "function", "function": {"name": "search", "description": "Finds trains.", "parameters": {"type": "object"}}}],
    "metadata": {"queue": "travel", "n": 123456789012345678901234567890},
}  # fmt: skip
PAIR = {
    "input": {"messages": [{"role": "user", "content": "Hi"}]},
    "preferred_output": [{"role": "assistant", "content": "Hello."}],
    "non_preferred_output": [{"role": "assistant", "content": "What?"}],
}
KINDS: dict[str, Any] = {
    "chat": CHAT,
    "preference": PAIR,
    "completion": {"prompt": "1 + 1 =", "completion": " 2"},
    "reinforcement": {"messages": [{"role": "user", "content": "2 + 2?"}], "answer": "4"},
    "kto": {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "No."}], "metadata": {"kto_tag": False}},
    "other": {"text": "no example"},
}  # fmt: skip

NASTY = (
    "<script>alert(1)</script>", "</script><script>alert(2)</script>", "<img src=x onerror=alert(3)>", "<!--<script>",
    "]]>", "javascript:alert(4)", '"><svg onload=alert(5)>', "\u2028alert(6)\u2029", "{{7*7}}${7*7}", "\u202eevil\u202c",
    "data:text/html,<script>alert(7)</script>", "https://example.com/track.png", "\x00\x1b[31m", "__proto__", "constructor",
)  # fmt: skip


def page_of(*examples: Any, lang: Any = "en", **options: Any) -> bytes:
    data = [{"example": one, "options": options} for one in examples]
    return assemble(
        "Test", '<main aria-label="Examples"><h1>Test</h1></main>', {}, [SHOW], packed={"examples": data}, lang=lang
    )


def test_strings_of_all_languages_have_the_same_keys_and_places() -> None:
    known = json.loads(resource("strings.json"))
    assert set(known) == set(LANGS)
    for lang in LANGS:
        assert known[lang].keys() == known["en"].keys()
        for key, text in known[lang].items():
            assert text.count("{") == known["en"][key].count("{"), (lang, key)
    assert strings("zh")["trained"] == "参与训练"


def test_scripts_make_no_markup_of_data() -> None:
    for name in ("show.js",):
        text = resource(name).replace("there is no innerHTML and no eval in this file", "")
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "Function(", "document.write"):
            assert word not in text


def test_a_script_cannot_end_its_element() -> None:
    with pytest.raises(ValueError, match="may not hold what ends it"):
        assemble("x", "", {}, ["'</script>'"])


def test_thoughts_are_parted_as_ftdata_parts_them(browser: Browser, tmp_path: Path) -> None:
    texts = ["<think>a</think>b", "a\n</think>\n\nb", "<|begin_of_thought|>x<|end_of_thought|> y", "say </think> aloud",
             " <reasoning>q</reasoning>\nz", "plain", ""]  # fmt: skip
    with showing(browser, page_of(), tmp_path) as shown:
        found = shown.page.evaluate("texts => texts.map(ftdataShow.parted)", texts)
    assert list(map(tuple, found)) == list(map(parted, texts))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_kind_is_shown_and_axe_finds_nothing(browser: Browser, tmp_path: Path, lang: Any, dark: bool) -> None:
    found = [{"rule": "x", "severity": level, "message": "m", "json_path": f"$.messages[{at}].content", "hint": "Do."}
             for at, level in enumerate(("error", "warning", "info"))]  # fmt: skip
    with showing(
        browser, page_of(*KINDS.values(), lang=lang, findings=found), tmp_path, size=PHONE, dark=dark
    ) as shown:
        shown.page.wait_for_selector("main[data-done]")
        kinds = shown.page.eval_on_selector_all(".conversation", "all => all.map(one => one.dataset.kind)")
        assert kinds == list(KINDS)
        assert shown.page.locator(".turn.trained").evaluate_all("all => all.map(one => one.dataset.path)") == [
            "$.messages[4]", "$.preferred_output[0]", "$.completion", "$.messages[1]"]  # fmt: skip
        assert shown.page.locator(".conversation").first.locator(".turn .finding").count() == 3
        assert "123456789012345678901234567890" in shown.page.locator(".call pre").inner_text()
        assert shown.page.locator("img").count() == 1
        assert shown.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert shown.faults() == []
        assert shown.quiet, (shown.requests, shown.said)


def test_hostile_data_runs_nothing_and_asks_for_nothing(browser: Browser, tmp_path: Path) -> None:
    examples = []
    for one in NASTY:
        said = [
            {"type": "text", "text": one},
            {"type": "image_url", "image_url": {"url": one}},
            {"type": one, "x": one},
        ]
        call = {"id": one, "type": "function", "function": {"name": one, "arguments": one}}
        examples.append({"messages": [{"role": one, "content": one}, {"role": "user", "name": one, "content": said},
                                      {"role": "assistant", "content": one, "tool_calls": [call]}],
                         "tools": [{"type": "function", "function": {"name": one, "description": one, "parameters": {one: one}}}],
                         "metadata": {one: one}, one: one})  # fmt: skip
    findings = [{"rule": one, "severity": one, "message": one, "json_path": one, "hint": one} for one in NASTY]
    with showing(browser, page_of(*examples, findings=findings), tmp_path) as shown:
        shown.page.wait_for_selector("main[data-done]")
        assert shown.page.locator(".conversation").count() == len(NASTY)
        assert shown.page.locator("main script, main svg, main img, main iframe, main a").count() == 0
        assert shown.quiet, (shown.requests, shown.said, shown.dialogs)
