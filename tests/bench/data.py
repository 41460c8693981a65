"""The benchmarks' data: made up, seeded, the same on every machine."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from math import gcd
from pathlib import Path
from random import Random
from typing import Any

QUEUES = ("billing", "shipping", "technical", "account", "feedback")
SUBJECTS = (
    "Question about my last invoice",
    "Parcel has not moved for a week",
    "App closes when I open the report, again",
    "Cannot change the e-mail address",
    "A few thoughts after the first month",
    "Refund, partially received",
)
ENGLISH = (
    "I placed the order on Monday, and the confirmation arrived within a minute.",
    "Since then nothing has happened, although the page says that it was handed to the carrier.",
    "Could you please check whether the amount was charged twice?",
    "The export stops at about sixty percent and the progress bar stays where it is.",
    "I have tried another browser, a private window and a different computer, with the same result.",
    "My colleague, who has the same plan, does not see this.",
    "We need the document for our bookkeeping before the end of the quarter.",
    "Otherwise I am quite happy with the service and would like to keep it.",
    "The tracking number that you sent belongs to somebody else's parcel.",
    "After the update the button for signing in does nothing at all.",
    "Please remove the second user from the account, she left the company in March.",
    "It would help a lot if the list could be sorted by date, newest first.",
    "I was told on the phone that this would take two days; that was nine days ago.",
    "Thank you in advance for looking into this.",
)
QUOTED = (
    'It says "payment declined" although the card works elsewhere.',
    'The log shows:\n\n  error: "connection reset"\n  retry in 30 s\n',
    'Your colleague wrote "we will call you back",\nbut nobody did.',
    'The address is:\n14 Orchard Row, Flat "B"\nNewhaven',
)
WIDE = (
    "我上周下的订单到现在还没有收到，请帮我查一下物流信息。",
    "发票上的公司名称写错了，能否重新开一张？",
    "Still waiting 😕 the tracking page has not changed since Friday.",
    "登录的时候一直提示“验证码错误”，换了手机也不行。",
    "Works again, thank you so much 🎉👍🏽",
)
INSTRUCTIONS = (
    "Rewrite the following message so that it is polite and short.",
    "Which queue should handle this ticket? Answer with one word and explain why in a sentence.",
    "Summarise what the customer wants in two sentences.",
    "List the facts in the text as bullet points, in the order in which they are told.",
)
CITIES = ("Lyon", "Kraków", "Osaka", "Porto", "Leeds", "成都", "Graz", "Bergen")


def tickets_csv(path: Path, rows: int) -> None:
    """Tickets: a fifth with quoted newlines and quotes, a tenth with Chinese or emoji; 670 bytes a row."""
    rng = Random(20240611)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("id", "customer_id", "subject", "body", "queue"))
        for number in range(rows):
            subject = f"{rng.choice(SUBJECTS)} ({number % 9973:04d})"
            customer = f"{rng.randrange(80_000):06d}"
            writer.writerow((f"{number:07d}", customer, subject, _body(rng, number), rng.choice(QUEUES)))


def _body(rng: Random, number: int) -> str:
    sentences = rng.choices(ENGLISH, k=rng.randint(6, 9))
    chance = rng.random()
    if chance < 0.2:
        sentences[rng.randrange(len(sentences))] = rng.choice(QUOTED)
    if 0.15 < chance < 0.25:
        sentences.insert(rng.randrange(len(sentences)), rng.choice(WIDE))
    return f"Hello, I am writing to you about order {number * 7919 % 10_000_019:08d}. {' '.join(sentences)}"


def four_times(source: Path, path: Path) -> None:
    """The rows of a CSV file four times, below one header."""
    with path.open("wb") as out:
        for turn in range(4):
            with source.open("rb") as stream:
                header = stream.readline()
                if turn == 0:
                    out.write(header)
                shutil.copyfileobj(stream, out, 1 << 20)


def messages_csv(path: Path, rows: int) -> None:
    """Single messages of conversations that are all scattered over the file, times in no order; 110 bytes a row."""
    rng = Random(20240614)
    conversations = max(1, rows // 8)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("conversation_id", "ts", "speaker", "text"))
        for number in range(rows):
            turn = rows // conversations - number // conversations
            speaker = "agent" if turn % 2 == 0 else "customer"
            writer.writerow((f"c{number % conversations:07d}", 1_700_000_000 + turn, speaker, rng.choice(ENGLISH)))


def alpaca_jsonl(path: Path, rows: int) -> None:
    """Instruction, input and output; four in ten inputs are empty; 1.1 kB a row."""
    rng = Random(20240612)
    _write_lines(path, (_alpaca(rng, number) for number in range(rows)))


def _alpaca(rng: Random, number: int) -> dict[str, Any]:
    empty = rng.random() < 0.4
    text = " ".join(rng.choices(ENGLISH, k=4 if empty else 7))
    return {
        "instruction": f"{rng.choice(INSTRUCTIONS)} (case {number})" + (f" {text}" if empty else ""),
        "input": "" if empty else f"{text} {rng.choice(WIDE + QUOTED)}",
        "output": " ".join(rng.choices(ENGLISH, k=9 if empty else 7)),
    }


def sharegpt_jsonl(path: Path, rows: int) -> None:
    """Conversations of eight turns in ShareGPT; a fifth with a call, its result and a definition; 1.7 kB a row."""
    rng = Random(20240614)
    _write_lines(path, (_sharegpt(rng, number) for number in range(rows)))


def _sharegpt(rng: Random, number: int) -> dict[str, Any]:
    turns: list[dict[str, str]] = [{"from": "system", "value": "You answer customers."}]
    for turn in range(4):
        turns.append({"from": "human", "value": f"{' '.join(rng.choices(ENGLISH, k=2))} (case {number}.{turn})"})
        turns.append({"from": "gpt", "value": " ".join(rng.choices(ENGLISH + WIDE, k=3))})
    if number % 5:
        return {"conversations": turns}
    city = rng.choice(CITIES)
    call = json.dumps({"name": "forecast", "arguments": {"city": city, "days": rng.randint(1, 7)}}, ensure_ascii=False)
    calling = [{"from": "function_call", "value": call}, {"from": "observation", "value": f'{{"city": "{city}"}}'}]
    return {"conversations": [*turns[:-1], *calling, turns[-1]], "tools": json.dumps([_tool("forecast")["function"]])}


def in_format(name: str, rows: Path, path: Path) -> None:
    """The rows of a file in another format."""
    import ftdata

    ftdata.read(rows).write(path, format=name, force=True, max_rejects="100%")


def tools_jsonl(path: Path, rows: int) -> None:
    """Chat examples with a tool call, its result and two tool definitions; 1.1 kB a row."""
    rng = Random(20240613)
    _write_lines(path, (_with_tools(rng, number) for number in range(rows)))


def requests_jsonl(path: Path, rows: int) -> None:
    """The requests of a batch; 1.3 kB a row."""
    rng = Random(20240617)
    _write_lines(path, (_request(rng, number) for number in range(rows)))


def answers_jsonl(path: Path, rows: int) -> None:
    """The answers of the same batch in another order; 1.2 kB a row."""
    rng = Random(20240618)
    step = next(step for step in range(rows // 3 + 1, rows + 2) if gcd(step, rows) == 1)
    _write_lines(path, (_answer(rng, number * step % rows) for number in range(rows)))


def _request(rng: Random, number: int) -> dict[str, Any]:
    messages = [
        {"role": "system", "content": "You answer the shop's customers. " + " ".join(ENGLISH[:6])},
        {"role": "user", "content": _body(rng, number)},
    ]
    body = {"model": "gpt-4.1", "messages": messages, "temperature": 0.2, "max_tokens": 400}
    return {"custom_id": f"ticket-{number:08d}", "method": "POST", "url": "/v1/chat/completions", "body": body}


def _answer(rng: Random, number: int) -> dict[str, Any]:
    said = " ".join(rng.choices(ENGLISH, k=10))
    message: dict[str, Any] = {"role": "assistant", "content": said, "refusal": None, "annotations": []}
    usage = {"prompt_tokens": 230, "completion_tokens": 150, "total_tokens": 380}
    body = {
        "id": f"chatcmpl-{number:010d}",
        "object": "chat.completion",
        "created": 1769860800 + number,
        "model": "gpt-4.1-2025-04-14",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": usage,
        "service_tier": "default",
        "system_fingerprint": "fp_3c1e7a",
    }
    response = {"status_code": 200, "request_id": f"req_{number:010d}", "body": body}
    return {"id": f"batch_req_{number:010d}", "custom_id": f"ticket-{number:08d}", "response": response, "error": None}


def texts_jsonl(path: Path, rows: int) -> None:
    """Chat examples of words that are made up, so that no two are near; 0.9 kB a row."""
    rng = Random(20240614)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(rng.choices(letters, k=rng.randint(2, 9))) for _ in range(20_000)]
    _write_lines(path, (_with_words(rng, words) for _ in range(rows)))


def _with_words(rng: Random, words: list[str]) -> dict[str, Any]:
    said, answer = " ".join(rng.choices(words, k=90)), " ".join(rng.choices(words, k=30))
    return {"messages": [{"role": "user", "content": said}, {"role": "assistant", "content": answer}]}


def _with_tools(rng: Random, number: int) -> dict[str, Any]:
    city, call = rng.choice(CITIES), f"call_{number:08d}"
    arguments = json.dumps({"city": city, "days": rng.randint(1, 7)}, ensure_ascii=False)
    function = {"name": "forecast", "arguments": arguments}
    result = json.dumps({"city": city, "high": round(rng.uniform(-5, 35), 1)}, ensure_ascii=False)
    messages = [
        {"role": "system", "content": "You plan deliveries around the weather."},
        {"role": "user", "content": f"{' '.join(rng.choices(ENGLISH, k=3))} Will it rain in {city}?"},
        {"role": "assistant", "tool_calls": [{"id": call, "type": "function", "function": function}]},
        {"role": "tool", "tool_call_id": call, "content": result},
        {"role": "assistant", "content": rng.choice(ENGLISH + WIDE)},
    ]
    return {"messages": messages, "tools": [_tool("forecast"), _tool("reschedule")]}


STEMS = """
order invoice parcel carrier address ware refund custom sign deliver schedule damage replace voucher subscribe
renew pass account device update firm print cable adapt batter charge screen key network route certify back
archive fold document contract clause dead meet agenda propose budget cast quarter revenue margin discount supply
ship invent cause although there how mean after fortune appear occasion immediate describe compare explain
recommend confirm cancel post transfer escalate investigate reproduce configure measure observe settle clear
light heavy short round quick solid common differ amount question answer reason house water travel market
""".split()  # noqa: SIM905
ENDINGS = ("", "", "", "", "", "s", "s", "ed", "ing", "er", "ers", "ly", "ment", "able", "ation", "ness", "less", "up")
STARTS = ("", "", "", "", "", "", "", "", "re", "un", "pre", "over", "inter", "out", "mis", "sub")
SMALL = "the a of to and in is it that for was on with as be at this have from or by not but".split()  # noqa: SIM905
OTHER = """
物流 发票 登录 无法 请帮我查一下 доставка оплата заказ пожалуйста ご注文 お支払い 送料 배송 환불 계정 फ़ाइल مشكلة
Straße über für größer façade été où São ação Kraków się
""".split()  # noqa: SIM905
MARKS = (", ", ", ", ". ", ". ", "; ", " (", ") ", "\n", "\n\n- ", ": ", "? ", " / ", ".\n\n")


def _text(rng: Random, words: int) -> str:
    """Text like no other: small words, a long tail of longer ones, numbers and marks; a tenth in other scripts."""
    foreign = rng.random() < 0.1
    found = []
    for _ in range(words):
        chance = rng.random()
        if chance < 0.05:
            found.append(f"{rng.randrange(10**6):,}")
        elif chance < 0.45:
            found.append(rng.choice(SMALL))
        elif foreign:
            found.append(rng.choice(OTHER))
        else:
            word = rng.choice(STARTS) + rng.choice(STEMS) + rng.choice(ENDINGS)
            found.append(word if chance < 0.9 else word.capitalize())
        found.append(" " if rng.random() < 0.87 else rng.choice(MARKS))
    return "".join(found).strip()


def unique_chats_jsonl(path: Path, rows: int) -> None:
    """Chats with a call, its result and tools, no text twice; 3.3 kB a row."""
    rng = Random(20240614)
    _write_lines(path, (_unique_chat(rng, number) for number in range(rows)))


def _unique_chat(rng: Random, number: int) -> dict[str, Any]:
    chat = _with_tools(rng, number)
    turns = chat["messages"]
    for at, words in ((0, 20), (1, 150), (4, 90)):
        turns[at] = {**turns[at], "content": _text(rng, words)}
    turns[3] = {**turns[3], "content": json.dumps({"report": _text(rng, 60)}, ensure_ascii=False)}
    return chat


def long_chats_jsonl(path: Path, rows: int) -> None:
    """Chats of text alone, long enough that only counting tells whether they fit a model; 115 kB a row."""
    rng = Random(20240616)

    def chat(number: int) -> dict[str, Any]:
        turns = [{"role": "system", "content": "You sum up reports."}]
        for role in ("user", "assistant") * 10:
            turns.append({"role": role, "content": _text(rng, 1000)})
        return {"messages": turns}

    _write_lines(path, (chat(number) for number in range(rows)))


def with_a_wrong_role(source: Path, path: Path) -> None:
    """The same lines with an error in each."""
    with source.open("rb") as lines, path.open("wb") as out:
        for line in lines:
            out.write(line.replace(b'"role":"user"', b'"role":"human"', 1))


def same_prompt_chats_jsonl(path: Path, rows: int) -> None:
    """Chats that all begin with one system prompt and list of tools of 1,500 tokens together; 8 kB a row."""
    rng = Random(20240615)
    prompt, tools = _text(rng, 370), [_described_tool(rng, name) for name in ("forecast", "reschedule", "notify")]

    def chat(number: int) -> dict[str, Any]:
        found = _with_tools(rng, number)
        turns = found["messages"]
        turns[0] = {"role": "system", "content": prompt}
        turns[1] = {"role": "user", "content": _text(rng, 30)}
        return {"messages": turns, "tools": tools}

    _write_lines(path, (chat(number) for number in range(rows)))


def _described_tool(rng: Random, name: str) -> dict[str, Any]:
    properties = {f"field_{number}": {"type": "string", "description": _text(rng, 12)} for number in range(8)}
    parameters = {"type": "object", "properties": properties, "required": ["field_0"]}
    return {"type": "function", "function": {"name": name, "description": _text(rng, 20), "parameters": parameters}}


def _tool(name: str) -> dict[str, Any]:
    properties = {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1, "default": None}}
    parameters = {"type": "object", "properties": properties, "required": ["city"]}
    return {"type": "function", "function": {"name": name, "parameters": parameters}}


def described_tools_jsonl(path: Path, rows: int) -> None:
    """The same with descriptions, of the functions and of their parameters; 1.6 kB a row."""
    rng = Random(20240614)
    _write_lines(path, (_described(_with_tools(rng, number)) for number in range(rows)))


def _described(example: dict[str, Any]) -> dict[str, Any]:
    for tool in example["tools"]:
        function = tool["function"]
        function["description"] = f"Calls the service {function['name']} and returns what it says about the next days."
        function["parameters"]["properties"]["city"]["description"] = "The city, as people who live there call it."
        function["parameters"]["properties"]["days"]["description"] = "How many days, today included."
    return example


def tickets_parquet(source: Path, path: Path) -> None:
    """The rows of a CSV file as text columns, in one row group as pyarrow's own default makes it."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    names = source.open(encoding="utf-8").readline().strip().split(",")
    text = pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    table = pa.csv.read_csv(source, parse_options=pa.csv.ParseOptions(newlines_in_values=True), convert_options=text)
    pa.parquet.write_table(table, path)


def as_array(source: Path, path: Path, times: int) -> None:
    """The lines of a file as one JSON array, so many times over."""
    with path.open("wb") as out:
        out.write(b"[")
        for turn in range(times):
            with source.open("rb") as stream:
                for number, line in enumerate(stream):
                    out.write((b",\n" if turn or number else b"") + line.rstrip(b"\n"))
        out.write(b"]\n")


def as_gzip(source: Path, path: Path, times: int) -> None:
    """A file compressed, so many times over."""
    with gzip.open(path, "wb", 1) as out:
        for _ in range(times):
            with source.open("rb") as stream:
                shutil.copyfileobj(stream, out, 1 << 20)


def _write_lines(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for row in rows:
            stream.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


def made(path: Path, make: Callable[[Path], None]) -> Path:
    """The path, after making the file where it is not there yet."""
    if not path.exists():
        unfinished = path.with_name(path.name + ".part")
        make(unfinished)
        unfinished.replace(path)
    return path
