"""HTML, mail and conversations in rows."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.errors import RowError, UsageError
from ftdata.facts.markup import has_markup
from ftdata.findings import Drop
from ftdata.rows.documents import text_of_document
from ftdata.rows.explode import Explode
from ftdata.rows.html import _in_order, text_of
from ftdata.rows.mail import KINDS, without
from tests.strategies import tries

HTML: dict[str, str] = {
    "<p>Hi Ann,</p><p>see <a href='https://a.example'>this</a>:<br>1 &lt; 2</p>": "Hi Ann,\n\nsee this:\n1 < 2",
    "<div>a<br></div><div><br></div><div>b</div>": "a\n\nb",
    '<p class="MsoNormal">a<o:p></o:p></p><p class="MsoNormal">b</p>': "a\nb",
    "<ul><li>one<li>two</ul>": "- one\n- two",
    "<ol start=3><li><p>a</p><ul><li>b</li></ul></li><li>c</li></ol>": "3. a\n  - b\n4. c",
    "<table><tr><td>Order</td><td>12</td></tr><tr><td></td><td>x</td></tr></table>": "Order | 12\nx",
    "<blockquote>x<br>y<blockquote>z</blockquote></blockquote>after": "> x\n> y\n> >\n> > z\n\nafter",
    "<pre>a  b\n  c</pre>": "a  b\n  c",
    "Hi <b>you</b>\nnext line": "Hi you\nnext line",
    "Fish &amp; chips\nfor <ann@example.org>": "Fish & chips\nfor <ann@example.org>",
    "mail <a@b.example> and <your name> <br>ok": "mail <a@b.example> and <your name>\nok",
    '<div style="display:none">preheader</div><p>Hi, hidden &nbsp;gem</p>': "Hi, hidden  gem",
    '<span class="preheader">x</span>Hi<style>p{color:red}</style><script>if (a<b) x()</script>': "Hi",
    "<!-- note --><p>y<!--[if mso]><b>no</b><![endif]--></p>": "y",
    "<p>a & b<p>unclosed <b>x": "a & b\n\nunclosed x",
    "<p>1 < 2 and <b>3</b> <= 4</p>": "1 < 2 and 3 <= 4",
    "<P ALIGN=center>UP</P>": "UP",
    '<img alt="😀" src="x.png"> hi <img src="pixel.gif">': "😀 hi",
    "<html><head><title>T</title></head><body>only</body></html>": "only",
    "if (a < b && c > d) { x<y>(z); }": "if (a < b && c > d) { x<y>(z); }",
    "no markup at all\n\n  kept": "no markup at all\n\n  kept",
    "&copy=1&amp;x": "&copy=1&x",
}
"""HTML as mails and help desks write it, and what a person would read."""


@pytest.mark.parametrize("source", HTML)
def test_html_becomes_the_text_that_it_shows(source: str) -> None:
    assert text_of(source) == HTML[source]


@pytest.mark.parametrize("source", [source for source in HTML if source.startswith("<")])
def test_what_the_parser_puts_in_order_reads_the_same(source: str) -> None:
    assert text_of(_in_order(source)) == HTML[source]


def test_links_keep_their_target_by_choice() -> None:
    source = '<a href="https://x.example/?a=1&amp;b=2">this</a> <a href="https://y.example">https://y.example</a> <a href="#top">top</a>'
    assert text_of(source, "target") == "this (https://x.example/?a=1&b=2) https://y.example top"
    assert text_of(source) == "this https://y.example top"


_PIECES = st.sampled_from([
    "<p>", "</p>", "<br>", "<div>", "</div>", "<b>", "</b>", "<li>", "</li>", "<ul>", "</ul>", "text", " ", "\n", "&amp;", "<", ">", '"',
    "<td>", "<tr>", "<table>", "</table>", "<blockquote>", "</blockquote>", '<a href="x">', "</a>", "<script>", "</script>", "<!--", "-->",
    '<p style="display:none">', "<pre>", "</pre>", "\x01", "\x05", "<a@b>", "é",
])  # fmt: skip


@tries(200)
@given(st.lists(_PIECES, max_size=12).map("".join))
def test_no_mark_and_no_element_is_left_in_a_text(source: str) -> None:
    text = text_of(source)
    assert not re.search(r"</?(?:p|div|li|ul|table|tr|td|blockquote|script)\b[^<>]*>", text) or "&lt;" in source
    assert not re.search("[\x02-\x08\x0b\x0e-\x1f]", text.replace("\x01", "")) or not re.search("</?[a-z]", source)


MAIL: dict[str, str] = {
    "Yes.\n\nOn Mon, 1 Jan 2024 at 10:00, Ann <a@example.org> wrote:\n> Is it?": "Yes.",
    "> Is it?\nYes, it is.\n> And that?\nThat too.": "Yes, it is.\nThat too.",
    "On Mon, 1 Jan 2024 at 10:00, Ann wrote:\n> Is it?\n\nYes, below.": "Yes, below.",
    "##- Please type your reply above this line -##\n\nHello": "Hello",
    "Thanks!\n-- \nBob Smith\nSales": "Thanks!",
    "Thanks!\n\nSent from my iPhone\n\nOn Mon, 1 Jan 2024 at 10:00, Ann wrote:\n> x": "Thanks!",
    "> only a quote": "> only a quote",
    "Sent from my iPhone": "Sent from my iPhone",
}


@pytest.mark.parametrize("text", MAIL)
def test_what_a_mail_carries_along_goes(text: str) -> None:
    assert without(text, KINDS) == MAIL[text]


def test_parts_of_mails_are_chosen() -> None:
    text = "Hi\n-- \nBob\n\nOn Mon, 1 Jan 2024 at 10:00, Ann wrote:\n> x"
    assert without(text, ("quoted",)) == "Hi\n-- \nBob"
    with pytest.raises(UsageError, match="quoted, signature, legal"):
        ftdata.read([{"q": "x"}]).strip_mail("q", parts=["footer"])


def test_what_is_changed_is_counted() -> None:
    rows = [{"q": "<p>Hi</p>-- <br>Bob", "a": "x"}, {"q": "plain", "a": "y"}]
    data = ftdata.read(rows).html_to_text("q").strip_mail("q").to_chat(user="q", assistant="a")
    changed = data.tally().to_dict()["changed"] if hasattr(data, "tally") else None
    assert [one["messages"][0]["content"] for one in data] == ["Hi", "plain"]
    assert changed is None or changed["html_to_text"] == {"cells of HTML made text": 1}


# Conversations in rows


def test_a_row_with_messages_becomes_a_row_for_each() -> None:
    row = {"id": 7, "to": {"name": "Cy"}, "parts": {"items": [{"by": {"type": "user"}, "text": "hi"}, {"text": "yo"}]}}
    assert Explode(("parts.items",))(row) == [
        {"text": "hi", "by_type": "user", "conversation": 7, "turn": 0, "parent_id": 7, "parent_to_name": "Cy"},
        {"text": "yo", "by_type": None, "conversation": 7, "turn": 1, "parent_id": 7, "parent_to_name": "Cy"},
    ]


def test_the_row_itself_may_be_the_first_message() -> None:
    made = Explode(("$", "replies"))({"id": 1, "text": "ask", "replies": [{"text": "answer", "turn": 5}]})
    assert isinstance(made, list)
    assert [(one["text"], one["turn_"]) for one in made if isinstance(one, dict)] == [("ask", 0), ("answer", 1)]


@pytest.mark.parametrize("cell", ['[{"a": 1}]', [{"a": 1}], {"a": 1}])
def test_messages_are_lists_their_text_or_one_object(cell: object) -> None:
    made = Explode(("m",))({"m": cell})
    assert isinstance(made, list)
    assert isinstance(made[0], dict)
    assert made[0]["a"] == 1


@pytest.mark.parametrize("cell", [None, "", []])
def test_a_row_without_messages_is_dropped(cell: object) -> None:
    assert isinstance(Explode(("m",))({"m": cell, "id": 1}), Drop)


@pytest.mark.parametrize(("cell", "path"), [(5, "$.m"), ([5], "$.m[0]"), ("no dialogue", "$.m"), ("[broken", "$.m")])
def test_what_are_no_messages_is_refused_with_its_place(cell: object, path: str) -> None:
    with pytest.raises(RowError) as caught:
        Explode(("m",))({"m": cell})
    assert caught.value.json_path == path


def test_equal_rows_stay_apart() -> None:
    rows = [{"talk": "User: hi\nAgent: yo"}] * 3
    data = (
        ftdata.read(rows)
        .explode("talk")
        .gather_messages(
            group_by="conversation", role_column="speaker", content_column="text", role_map={"Agent": "assistant"}
        )
    )
    assert [len(one["messages"]) for one in data] == [2, 2, 2]


def test_columns_of_turns_are_messages_under_their_names() -> None:
    made = Explode(("q1", "a1", "q2", "a2"))({"q1": "x", "a1": "y", "q2": "", "a2": None})
    assert isinstance(made, list)
    assert [(one["speaker"], one["text"]) for one in made if isinstance(one, dict)] == [("q1", "x"), ("a1", "y")]


@tries(50)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["text", "turn", "id", "by"]), st.integers() | st.text(max_size=3)), max_size=4
    )
)
def test_every_key_of_every_message_is_kept(messages: list[dict[str, object]]) -> None:
    made = Explode(("m",)).counting(Counter())({"m": messages, "id": 3})
    if not messages:
        assert isinstance(made, Drop)
        return
    assert isinstance(made, list)
    for one, own in zip(made, messages, strict=True):
        assert isinstance(one, dict)
        assert {name: one[name] for name in own} == own
        assert one["parent_id"] == 3


SLACK = {
    "<@U012AB3CD> see <https://a.example/x|this page>, &amp; &lt;that&gt;": "@U012AB3CD see this page, & <that>",
    "<@W1|ann>: <#C024BE7LR|general> or <#C1>, <!here>, <!subteam^S1|@team>": "@ann: #general or #C1, @here, @team",
    "<mailto:ann@example.org|ann@example.org> <tel:+12|call>": "ann@example.org call",
    "a < c > d, <ann@example.org>, <@home>": "a < c > d, <ann@example.org>, <@home>",
    "<https://a.example": "<https://a.example",
}


@pytest.mark.parametrize("text", SLACK)
def test_what_slack_writes_for_names_and_links_becomes_what_it_shows(text: str) -> None:
    assert text_of(text) == SLACK[text]
    assert text_of(SLACK[text]) == SLACK[text]
    assert has_markup(text) is ("<@home>" not in text and not text.endswith("example"))


def test_links_of_slack_keep_their_target_where_it_is_asked_for() -> None:
    assert text_of("<https://a.example|this> <https://b.example>", "target") == (
        "this (https://a.example) https://b.example"
    )


def node(kind: str, *content: Any, **attributes: Any) -> dict[str, Any]:
    return {"type": kind, "content": list(content), **({"attrs": attributes} if attributes else {})}


def said(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def test_documents_of_atlassian_are_their_text() -> None:
    document = {**node(
        "doc",
        node("heading", said("Steps"), level=2),
        node("paragraph", said("Hi "), node("mention", id="1", text="@Ann"), {"type": "hardBreak"}, said("see "), node("inlineCard", url="https://a.example")),
        node("orderedList", *(node("listItem", node("paragraph", said(text)), node("bulletList", node("listItem", node("paragraph", said("sub"))))) for text in ("one", "two"))),
        node("codeBlock", said("x = 1\ny = 2"), language="python"),
        node("blockquote", node("paragraph", said("so")), node("paragraph", said("it is"))),
        node("table", *(node("tableRow", node("tableHeader", node("paragraph", said(a))), node("tableCell", node("paragraph", said(b)))) for a, b in ("ab", "cd"))),
        node("mediaSingle", node("media", id="9", type="file")),
        node("panel", node("paragraph", said("Note"), {"type": "emoji", "attrs": {"shortName": ":smile:", "text": "😄"}})),
    ), "version": 1}  # fmt: skip
    text = (
        "Steps\n\nHi @Ann\nsee https://a.example\n\n1. one\n   - sub\n2. two\n   - sub\n\n```\nx = 1\ny = 2\n```\n\n"
        "> so\n>\n> it is\n\na | b\nc | d\n\nNote😄"
    )
    rows = Explode(("comments",))(
        {"id": 1, "body": document, "comments": [{"body": document, "by": {"note": document}}]}
    )
    assert isinstance(rows, list) and isinstance(rows[0], dict)
    assert [rows[0][name] for name in ("body", "by_note", "parent_body")] == [text] * 3


def test_deep_documents_end() -> None:
    document: dict[str, Any] = node("paragraph", said("a"))
    for _ in range(500):
        document = node("panel", document)
    assert text_of_document({**node("doc", document), "version": 1}) == ""
