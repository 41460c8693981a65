"""The same talks as each help desk and chat writes them: files of the project's own, in the forms of their documents."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """One entry of a talk: what the customer asked, an agent answered, an agent noted, or a machine said."""

    kind: str
    text: str
    number: int
    at: datetime

    @property
    def html(self) -> str:
        return f"<p>{self.text}</p><p>&nbsp;</p><p>More &amp; more</p>"

    @property
    def iso(self) -> str:
        return self.at.strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def epoch(self) -> int:
        return int(self.at.timestamp())

    def one_of(self, **words: Any) -> Any:
        """The word for its kind."""
        return words[self.kind]


def talk(number: int) -> list[Said]:
    """A talk of two questions and answers, with a machine's words and a note between them."""
    begin = datetime(2024, 3, 1 + number % 20, 9, 0, tzinfo=UTC) + timedelta(days=30 * (number // 20))
    entries = [("ask", "ASK 1"), ("robot", "ROBOT"), ("answer", "ANSWER 1"), ("note", "INTERNAL"), ("ask", "ASK 2"),
               ("answer", "ANSWER 2")]  # fmt: skip
    return [
        Said(kind, f"{text} of {number}", at, begin + timedelta(minutes=at)) for at, (kind, text) in enumerate(entries)
    ]


TALKS = [talk(number) for number in range(6)]


def table(path: Path, rows: Sequence[Row]) -> Path:
    """A CSV file of rows, which stand in no order."""
    shuffled = sorted(rows, key=lambda row: hash_of(str(row)))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(shuffled)
    return path


def hash_of(text: str) -> int:
    return sum(ord(char) * (at + 7) * 31 % 1009 for at, char in enumerate(text))


def written(path: Path, value: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def lines(path: Path, rows: Sequence[Row]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def intercom_csv(folder: Path) -> Path:
    return table(folder / "parts.csv", [
        {"conversation_id": f"{n:05}", "part_id": f"{n}-{one.number}",
         "part_type": "conversation" if not one.number else one.one_of(ask="comment", robot="comment", answer="comment", note="note"),
         "author_type": one.one_of(ask="user", robot="bot", answer="admin", note="admin"),
         "author_name": one.one_of(ask=f"Cust {n}", robot="Fin", answer="Bob", note="Bob"), "created_at": one.epoch, "body": one.html}
        for n, said in enumerate(TALKS) for one in said
    ] + [{"conversation_id": f"{n:05}", "part_id": f"{n}-9", "part_type": "assignment", "author_type": "admin",
          "author_name": "Bob", "created_at": said[0].epoch + 5, "body": ""} for n, said in enumerate(TALKS)])  # fmt: skip


def intercom_json(folder: Path) -> Path:
    def part(one: Said) -> Row:
        return {
            "type": "conversation_part", "id": str(one.epoch), "part_type": one.one_of(ask="comment", robot="comment", answer="comment", note="note"),
            "body": one.html, "created_at": one.epoch, "assigned_to": None,
            "author": {"type": one.one_of(ask="user", robot="bot", answer="admin", note="admin"), "id": one.kind, "name": one.kind},
        }  # fmt: skip

    return written(folder / "intercom.json", {"type": "conversation.list", "conversations": [
        {"type": "conversation", "id": str(n), "created_at": said[0].epoch,
         "source": {"type": "conversation", "id": str(n), "body": said[0].html, "author": {"type": "user", "id": "ask", "name": "C"}},
         "conversation_parts": {"type": "conversation_part.list", "total_count": 5,
                                "conversation_parts": [part(one) for one in said[1:]] + [{**part(said[2]), "part_type": "assignment", "body": None}]}}
        for n, said in enumerate(TALKS)
    ]})  # fmt: skip


def zendesk_json(folder: Path) -> Path:
    return lines(folder / "tickets.jsonl", [
        {"id": n, "subject": "Order", "status": "solved", "requester_id": 100 + n, "assignee_id": 7, "tags": ["a"],
         "comments": [
             {"id": n * 10 + one.number, "type": "Comment", "author_id": one.one_of(ask=100 + n, answer=7, note=7, robot=7), "public": one.kind in ("ask", "answer"),
              "body": one.text, "html_body": f'<div class="zd-comment">{one.html}</div>', "plain_body": one.text, "created_at": one.iso}
             for one in said]}
        for n, said in enumerate(TALKS)
    ])  # fmt: skip


def zendesk_csv(folder: Path) -> Path:
    return table(folder / "comments.csv", [
        {"Ticket ID": n, "Comment ID": n * 10 + one.number, "Author": one.one_of(ask="Cy", answer="Bob", note="Bob", robot="Bob"),
         "Author role": one.one_of(ask="end-user", answer="agent", note="agent", robot="system"), "Public": str(one.kind != "note").lower(),
         "Created at": one.iso, "Body": one.html}
        for n, said in enumerate(TALKS) for one in said
    ])  # fmt: skip


def freshdesk_json(folder: Path) -> Path:
    return written(folder / "freshdesk.json", [
        {"id": n, "subject": "Order", "description": said[0].html, "description_text": said[0].text, "requester_id": 5, "created_at": said[0].iso,
         "conversations": [
             {"id": one.number, "body": one.html, "body_text": one.text, "incoming": one.kind == "ask", "private": one.kind in ("note", "robot"),
              "user_id": 5, "created_at": one.iso} for one in said[1:]]}
        for n, said in enumerate(TALKS)
    ])  # fmt: skip


def freshdesk_csv(folder: Path) -> Path:
    return table(folder / "conversations.csv", [
        {"ticket_id": n, "id": one.number, "incoming": str(one.kind == "ask"), "private": str(one.kind in ("note", "robot")), "user_id": 5,
         "created_at": one.iso, "body": one.html}
        for n, said in enumerate(TALKS) for one in said
    ])  # fmt: skip


def front_json(folder: Path) -> Path:
    return lines(folder / "front.jsonl", [
        {"id": f"cnv_{n}", "subject": "Order", "status": "archived", "comments": [{"body": "INTERNAL", "author": {"id": "tea_1"}, "posted_at": 1}],
         "messages": [
             {"id": f"msg_{one.number}", "type": "email", "is_inbound": one.kind == "ask", "is_draft": False, "created_at": float(one.epoch),
              "author": None if one.kind == "ask" else {"id": "tea_1", "username": "bob"}, "body": one.html, "text": one.text}
             for one in said if one.kind in ("ask", "answer")]}
        for n, said in enumerate(TALKS)
    ])  # fmt: skip


def front_messages(folder: Path) -> Path:
    return written(folder / "front.json", {"_results": [
        {"_links": {"self": "x", "related": {"conversation": f"https://api.example/conversations/cnv_{n}"}}, "id": f"msg_{n}_{one.number}", "type": "email",
         "is_inbound": one.kind == "ask", "is_draft": False, "created_at": one.epoch + 0.5, "body": one.html, "text": one.text, "author": None}
        for n, said in enumerate(TALKS) for one in reversed(said) if one.kind in ("ask", "answer")
    ]})  # fmt: skip


def front_csv(folder: Path) -> Path:
    return table(folder / "front.csv", [
        {"Message ID": f"{n}-{one.number}", "Conversation ID": f"cnv_{n}", "Direction": one.one_of(ask="Inbound", answer="Outbound", note="x", robot="x"),
         "Message date": one.iso, "Author": "x", "Extract": one.text}
        for n, said in enumerate(TALKS) for one in said if one.kind in ("ask", "answer")
    ])  # fmt: skip


def help_scout_json(folder: Path) -> Path:
    return written(folder / "helpscout.json", {"_embedded": {"conversations": [
        {"id": n, "number": n, "subject": "Order", "status": "closed", "_embedded": {"threads": [
            {"id": one.number, "type": one.one_of(ask="customer", answer="message", note="note", robot="lineitem"), "state": "published", "status": "active",
             "body": one.html if one.kind != "robot" else None, "createdBy": {"id": 1, "type": "customer" if one.kind == "ask" else "user", "email": "a@b.example"},
             "createdAt": one.iso} for one in reversed(said)]}}
        for n, said in enumerate(TALKS)
    ]}})  # fmt: skip


def hubspot_json(folder: Path) -> Path:
    return lines(folder / "hubspot.jsonl", [
        {"id": f"{n}-{one.number}", "conversationsThreadId": str(n), "createdAt": one.iso, "type": one.one_of(ask="MESSAGE", answer="MESSAGE", note="COMMENT", robot="WELCOME_MESSAGE"),
         "direction": "INCOMING" if one.kind == "ask" else "OUTGOING", "text": one.text, "richText": one.html, "senders": [{"actorId": "V-1"}]}
        for n, said in enumerate(TALKS) for one in reversed(said)
    ])  # fmt: skip


def hubspot_threads(folder: Path) -> Path:
    return written(folder / "threads.json", {"results": [
        {"id": str(n), "status": "CLOSED", "messages": {"results": [
            {"id": str(one.number), "createdAt": one.iso, "type": one.one_of(ask="MESSAGE", answer="MESSAGE", note="COMMENT", robot="WELCOME_MESSAGE"),
             "direction": "INCOMING" if one.kind == "ask" else "OUTGOING", "text": one.text, "senders": []} for one in reversed(said)]}}
        for n, said in enumerate(TALKS)
    ]})  # fmt: skip


def slack(folder: Path) -> Path:
    written(folder / "export/users.json", [{"id": "U1", "name": "ann", "profile": {"real_name": "Ann"}}])
    written(folder / "export/channels.json", [{"id": "C1", "name": "help", "members": ["U1"]}])
    for n, said in enumerate(TALKS):
        day: list[Row] = [
            {
                "type": "message",
                "subtype": "channel_join",
                "user": "U9",
                "text": "INTERNAL joined",
                "ts": f"{said[0].epoch - 9}.000100",
            }
        ]
        for one in said:
            if one.kind != "note":
                own: Row = (
                    {"subtype": "bot_message", "bot_id": "B1"}
                    if one.kind == "robot"
                    else {"user": f"U{n + 2}" if one.kind == "ask" else "U1"}
                )
                day.append(
                    {
                        "type": "message",
                        "text": one.text,
                        "ts": f"{one.epoch}.000100",
                        "thread_ts": f"{said[0].epoch}.000100",
                        **own,
                    }
                )
        written(folder / f"export/help/{said[0].at:%Y-%m-%d}.json", day)
    return folder / "export"


def slack_zip(folder: Path) -> Path:
    export = slack(folder)
    with zipfile.ZipFile(folder / "slack.zip", "w") as archive:
        for path in export.rglob("*.json"):
            archive.write(path, path.relative_to(export).as_posix())
    return folder / "slack.zip"


def discord_json(folder: Path) -> Path:
    def person(one: Said) -> Row:
        return {
            "id": one.one_of(ask="1", answer="2", robot="3", note="3"),
            "name": one.kind,
            "isBot": one.kind == "robot",
            "roles": [],
        }

    return written(folder / "discord.json", {
        "guild": {"id": "1", "name": "G"}, "channel": {"id": "2", "type": "GuildTextChat", "name": "help"}, "dateRange": {"after": None},
        "messages": [
            {"id": str(one.epoch), "type": "Default" if one.kind != "note" else "GuildMemberJoin", "timestamp": one.at.isoformat(), "content": one.text,
             "author": person(one), "attachments": [], "reactions": []}
            for said in TALKS for one in said],
    })  # fmt: skip


def discord_csv(folder: Path) -> Path:
    return table(folder / "discord.csv", [
        {"AuthorID": one.one_of(ask=str(n + 10), answer="2", robot="3", note="3"), "Author": one.kind, "Date": one.at.isoformat(), "Content": one.text,
         "Attachments": "", "Reactions": ""}
        for n, said in enumerate(TALKS) for one in said if one.kind in ("ask", "answer")
    ])  # fmt: skip


def telegram(folder: Path) -> Path:
    def text(one: Said) -> Any:
        return one.text if one.number % 2 else [one.text[:4], {"type": "bold", "text": one.text[4:]}]

    return written(folder / "result.json", {"name": "Cy", "type": "personal_chat", "id": 1, "messages": [
        {"id": one.epoch, "type": "service" if one.kind == "note" else "message", "date": one.at.strftime("%Y-%m-%dT%H:%M:%S"), "date_unixtime": str(one.epoch),
         "from": one.kind, "from_id": f"user{one.one_of(ask=1, answer=2, robot=3, note=3)}", "text": text(one), "text_entities": []}
        for said in TALKS for one in said if one.kind != "robot"
    ]})  # fmt: skip


def wechat_csv(folder: Path) -> Path:
    return table(folder / "wechat.csv", [
        {"localId": one.epoch, "TalkerId": n, "Type": 1 if one.kind != "note" else 10000, "SubType": 0, "IsSender": int(one.kind != "ask"), "CreateTime": one.epoch,
         "Status": 2, "StrContent": one.text, "StrTime": f"{one.at:%Y-%m-%d %H:%M:%S}", "Remark": "", "NickName": f"N{n}", "Sender": ""}
        for n, said in enumerate(TALKS) for one in said if one.kind != "robot"
    ])  # fmt: skip


def github(folder: Path) -> Path:
    def person(one: Said) -> Row:
        return {"login": one.one_of(ask="cy", answer="bob", robot="stale[bot]", note="x")}

    return written(folder / "issues.json", [
        {"number": n, "title": "Bug", "body": said[0].text, "author": person(said[0]), "createdAt": said[0].iso, "state": "CLOSED",
         "comments": [{"id": str(one.number), "author": person(one), "authorAssociation": "MEMBER", "body": one.text, "createdAt": one.iso}
                      for one in said[1:] if one.kind != "note"]}
        for n, said in enumerate(TALKS)
    ])  # fmt: skip


def jira(folder: Path) -> Path:
    def person(one: Said) -> Row:
        return {
            "accountId": one.kind,
            "displayName": one.one_of(ask="Cy", answer="Bob", robot="Bot", note="Bob"),
            "active": True,
        }

    return written(folder / "jira.json", {"startAt": 0, "total": 6, "issues": [
        {"id": str(n), "key": f"SUP-{n}", "fields": {
            "summary": "Bug", "description": said[0].text, "reporter": person(said[0]), "created": said[0].iso,
            "comment": {"total": 3, "comments": [
                {"id": str(one.number), "author": person(one), "body": one.text, "created": one.iso, "jsdPublic": one.kind != "note"}
                for one in said[1:] if one.kind != "robot"]}}}
        for n, said in enumerate(TALKS)
    ]})  # fmt: skip


def jira_csv(folder: Path) -> Path:
    def at(one: Said) -> str:
        return f"{one.at:%d/%b/%y} {int(f'{one.at:%I}')}:{one.at:%M %p}"

    heard = [[one for one in said if one.kind in ("ask", "answer")] for said in TALKS]
    most = max(map(len, heard)) - 1
    names = ["Summary", "Issue key", "Issue id", "Issue Type", "Reporter", "Reporter Id", "Created", "Description"]
    with (folder / "jira.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*names, *["Comment"] * most])
        for n, said in enumerate(heard):
            comments = [f"{at(one)};712020:{one.kind};{one.text}" for one in said[1:]]
            issue = ["Bug", f"SUP-{n}", n, "Support", "Cy", "712020:ask", at(said[0]), said[0].text]
            writer.writerow([*issue, *comments, *[""] * (most - len(comments))])
    return folder / "jira.csv"


def thread_cell(folder: Path) -> Path:
    def line(one: Said) -> str:
        return f"[{one.at:%H:%M}] {one.one_of(ask='Customer', answer='Agent Ann', note='', robot='')}: {one.text}\nmore"

    return table(folder / "threads.csv", [
        {"id": n, "conversation": "\n".join(line(one) for one in said if one.kind in ("ask", "answer")), "resolution": "resolved"}
        for n, said in enumerate(TALKS)
    ])  # fmt: skip


def turn_columns(folder: Path) -> Path:
    return table(folder / "turns.csv", [
        {"id": n, "q1": said[0].text, "a1": said[2].text, "q2": said[4].text, "a2": said[5].text, "topic": "x"} for n, said in enumerate(TALKS)
    ])  # fmt: skip


def whatsapp(folder: Path) -> Path:
    path = folder / "chat.txt"
    said = ["01.03.24, 08:59 - Messages and calls are end-to-end encrypted. INTERNAL"]
    for one in (one for talks in TALKS for one in talks if one.kind in ("ask", "answer")):
        said.append(
            f"{one.at:%d.%m.%y, %H:%M} - {one.one_of(ask='Cy', answer='Bob Shop', note='', robot='')}: {one.text}"
        )
    path.write_text("\n".join(said) + "\n", encoding="utf-8")
    return path


def generic(folder: Path) -> Path:
    return table(folder / "messages.csv", [
        {"case_id": n, "sender_type": one.one_of(ask="Customer", answer="Agent", note="Agent", robot="Chatbot"), "visibility": "internal" if one.kind == "note" else "public",
         "sent_at": one.iso, "message": one.html}
        for n, said in enumerate(TALKS) for one in said
    ])  # fmt: skip


EXPORTS: dict[str, Callable[[Path], Path]] = {
    make.__name__: make
    for make in (
        intercom_csv, intercom_json, zendesk_json, zendesk_csv, freshdesk_json, freshdesk_csv, front_json, front_messages, front_csv, help_scout_json,
        hubspot_json, hubspot_threads, slack, slack_zip, discord_json, discord_csv, telegram, wechat_csv, github, jira, jira_csv, thread_cell, turn_columns, whatsapp, generic,
    )
}  # fmt: skip
