"""The whole loop: a table is asked, answered over real connections, joined, selected, shortened, checked and compared."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import openai
import pytest

import ftdata as library
from tests.cli.running import Done, ftdata
from tests.distill.asking import chat, lines, write
from tests.distill.server import Asked, Reply, Server, completion, serving

Row = dict[str, Any]

COUNT = 40
TICKETS = Path(__file__).parents[2] / "examples" / "tickets.csv"
QUEUES = ("billing", "shipping", "account", "technical", "feedback")
FORM = {
    "title": "ticket",
    "type": "object",
    "properties": {"queue": {"type": "string", "enum": list(QUEUES)}},
    "required": ["queue"],
    "additionalProperties": False,
}
LONG = "You route the tickets of a shop. Read the whole ticket, think of who can help, and answer with the queue alone."


def route(queue: Literal["billing", "shipping", "account", "technical", "feedback"]) -> None:
    """Send a ticket to a queue."""


LIMITED, BAD, EXPIRED, CUT, REFUSED, INVALID = range(1, 7)
"""The numbers of the requests to which something happens."""

EXPIRES = 408
"""The status of what the batch does not execute in time."""


def error(status: int, code: str) -> Reply:
    return Reply(
        {"error": {"message": f"{code}: it did not work", "type": "error", "code": code, "param": None}}, status
    )


class Models:
    """What the models behind the server answer: the right queue, but for what happens; the small one is often wrong."""

    def __init__(self, rights: dict[str, str]) -> None:
        self.rights, self.numbers = rights, {prompt: number for number, prompt in enumerate(rights)}

    def __call__(self, asked: Asked) -> Reply:
        body = asked.body
        prompt = body["messages"][-1]["content"]
        right, number = self.rights[prompt], self.numbers[prompt]
        if body["model"] != "gpt-4.1":
            return Reply(self.made(body, [right if number % 4 else "billing"]))
        if number == LIMITED:
            return error(429, "rate_limit_exceeded")
        if number == BAD:
            return error(400, "invalid_prompt")
        if number == EXPIRED:
            return error(EXPIRES, "timeout")
        made = self.made(body, [right, "feedback"][: body.get("n", 1)])
        choice = made["choices"][0]
        if number == CUT:
            choice["finish_reason"] = "length"
        if number == REFUSED:
            choice["message"] = {"role": "assistant", "content": None, "refusal": "I'm sorry, I cannot help with that."}
        if number == INVALID:
            choice["message"] = self.made(body, ["parking"])["choices"][0]["message"]
        return Reply(made)

    def made(self, body: Row, queues: list[str]) -> Row:
        texts = [json.dumps({"queue": queue}) for queue in queues]
        if "tools" not in body:
            return completion(*texts)
        calls = [{"id": "call_1", "type": "function", "function": {"name": "route", "arguments": texts[0]}}]
        return completion(None, finish="tool_calls", tool_calls=calls)


def answer(server: Server, path: Path, output: Path, errors: Path) -> None:
    """Do what OpenAI does with a batch: post each body, and write what comes back, in another order."""
    client = openai.OpenAI(base_url=server.url, api_key="none", max_retries=0)
    good: list[Row] = []
    bad: list[Row] = []
    for request in lines(path):
        line: Row = {"id": f"batch_req_{len(good)}", "custom_id": request["custom_id"], "response": None, "error": None}
        body = request["body"]
        try:
            made = client.chat.completions.create(**body)
            good.append(
                {**line, "response": {"status_code": 200, "request_id": "r", "body": made.model_dump(mode="json")}}
            )
        except openai.APIStatusError as failed:
            if failed.status_code == EXPIRES:
                bad.append({**line, "error": {"code": "batch_expired", "message": "It was not executed in time."}})
                continue
            what = {"status_code": failed.status_code, "request_id": "r", "body": {"error": failed.body}}
            bad.append({**line, "response": what})
    write(output, reversed(good))
    if bad:
        write(errors, bad)


@pytest.fixture(scope="module")
def tickets() -> list[dict[str, str]]:
    with TICKETS.open(encoding="utf-8", newline="") as file:
        return list(islice(csv.DictReader(file), COUNT))


def prompt_of(ticket: dict[str, str]) -> str:
    return f"{ticket['subject']}\n\n{ticket['body']}"


@pytest.fixture
def server(tickets: list[dict[str, str]]) -> Iterator[Server]:
    with serving(Models({prompt_of(ticket): ticket["queue"] for ticket in tickets})) as running:
        yield running


def done(folder: Path, *args: str) -> Done:
    finished = ftdata(folder, *args)
    assert finished.code == 0, finished.err
    return finished


def balanced(tally: Row) -> bool:
    """Whether nothing got lost: read + added = written + dropped + rejected + merged."""

    def total(value: Any) -> int:
        return value if isinstance(value, int) else sum(map(total, value.values()))

    came = total(tally["read"]) + total(tally.get("added", {}))
    return came == sum(total(tally.get(what, {})) for what in ("written", "dropped", "rejected", "merged"))


def test_from_a_table_to_a_training_set(tmp_path: Path, tickets: list[dict[str, str]], server: Server) -> None:
    with (tmp_path / "tickets.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(tickets[0]))
        table.writeheader()
        table.writerows([*tickets, {**tickets[0], "customer_id": "another"}])
    (tmp_path / "form.json").write_text(json.dumps(FORM), encoding="utf-8")
    asking = (
        "--user", "{{ subject }}\\n\\n{{ body }}", "--response-format", "form.json", "--max-tokens", "50",
        "--metadata", "customer_id,channel", "--expected", '{"queue": "{{ queue }}"}', "--json",
    )  # fmt: skip
    asked = json.loads(
        done(tmp_path, "requests", "tickets.csv", "-o", "in.jsonl", "--model", "gpt-4.1", "--system", LONG, "--n", "2",
             "--max-rows", "15", *asking).out
    )  # fmt: skip
    assert (asked["tally"]["written"], asked["tally"]["merged"], balanced(asked["tally"])) == (
        COUNT,
        {"requests": 1},
        True,
    )
    for number in (1, 2, 3):
        batch = f"{number:05}.jsonl"
        answer(server, tmp_path / f"in-{batch}", tmp_path / f"out-{batch}", tmp_path / f"err-{batch}")
    assert [path.name for path in sorted(tmp_path.glob("err-*"))] == ["err-00001.jsonl"]

    joining = ("distill", "out-*.jsonl", "--requests", "in-*.jsonl", "--errors", "err-*.jsonl",
               "--columns-from", "in.metadata.jsonl", "--json")  # fmt: skip
    selecting = ("--valid", "--no-refusals", "--choices", "first", "--repeats", "majority", "--teacher", "gpt-4.1",
                 "--where", "channel != 'fax'", "--system", "Route the ticket.", "--drop-few-shot")  # fmt: skip
    told = json.loads(
        done(tmp_path, *joining, *selecting, "-o", "train.jsonl", "--price-in", "2", "--price-out", "8").out
    )
    tally = told["tally"]
    assert tally["dropped"] == {
        "join": {
            "the request failed: status 429: rate_limit_exceeded": 1,
            "the request failed: status 400: invalid_prompt": 1,
            "the request failed: batch_expired": 1,
        },
        "finished": {"the answer ended with length": 1},
        "filter": {"the answer refuses": 1},
        "valid": {"the answer does not fit the schema of its response_format": 1},
        "choices": {"it is not the first answer to its request": COUNT - 6},
    }
    assert (tally["written"], balanced(tally)) == (COUNT - 3, True)
    assert not (tmp_path / "train.rejects.jsonl").exists()
    assert told["saved"]["after"] < told["saved"]["before"]
    train = lines(tmp_path / "train.jsonl")
    rights = {prompt_of(ticket): ticket["queue"] for ticket in tickets}
    second = {prompt_of(tickets[number]) for number in (CUT, REFUSED, INVALID)}
    for row in train:
        assert [turn["role"] for turn in row["messages"]] == ["system", "user", "assistant"]
        prompt = row["messages"][1]["content"]
        assert json.loads(row["messages"][2]["content"]) == {
            "queue": "feedback" if prompt in second else rights[prompt],
        }
    assert [row["messages"][1]["content"] for row in train] == [
        prompt for number, prompt in enumerate(rights) if number not in (LIMITED, BAD, EXPIRED)
    ]

    checked = json.loads(
        done(tmp_path, "check", "train.jsonl", "--for", "openai", "--model", "gpt-4.1-mini", "--json").out
    )
    assert not [finding for finding in checked["findings"] if finding["severity"] == "error"]
    counted = json.loads(done(tmp_path, "stats", "train.jsonl", "--model", "gpt-4.1-mini", "--json").out)
    assert counted["examples"] == COUNT - 3

    done(tmp_path, *joining, "-o", "kept.jsonl", "--to", "ftdata", "--choices", "first")
    assert {row["metadata"]["channel"] for row in lines(tmp_path / "kept.jsonl")} == {
        ticket["channel"] for number, ticket in enumerate(tickets) if number not in (LIMITED, BAD, EXPIRED)
    }


def test_two_models_with_prompts_of_their_own_answer_a_test_set(
    tmp_path: Path, tickets: list[dict[str, str]], server: Server
) -> None:
    held = [ticket for ticket in tickets if ticket["channel"] == "email"]
    texts = [(prompt_of(ticket), json.dumps({"queue": ticket["queue"]})) for ticket in held]
    write(tmp_path / "test.jsonl", (chat(prompt, answer, system="Route.") for prompt, answer in texts))
    for model, system in (("gpt-4.1", LONG), ("mini", "Route.")):
        done(tmp_path, "requests", "test.jsonl", "-o", f"{model}.jsonl", "--model", model, "--system", system)
        answer(server, tmp_path / f"{model}.jsonl", tmp_path / f"{model}-out.jsonl", tmp_path / f"{model}-err.jsonl")
    args = ("compare", "test.jsonl", "gpt-4.1-*.jsonl", "mini-out.jsonl", "--by", "answer.queue", "-o", "differ.jsonl")
    large, mini = json.loads(done(tmp_path, *args, "--json").out)["models"]
    numbers = [number for number, ticket in enumerate(tickets) if ticket in held]
    lost = [number for number in numbers if number in (LIMITED, BAD, EXPIRED)]
    wrong = [number for number in numbers if number % 4 == 0 and tickets[number]["queue"] != "billing"]
    assert (large["answered"], mini["answered"]) == (len(held) - len(lost), len(held))
    assert large["failed"] == {"batch_expired": 1}
    assert mini["exact"] == len(held) - len(wrong) < len(held)
    assert {row["place"] for row in lines(tmp_path / "differ.jsonl")} >= {
        f"test.jsonl:{numbers.index(number) + 1}" for number in wrong
    }


def test_the_same_in_python_with_calls(tmp_path: Path, tickets: list[dict[str, str]], server: Server) -> None:
    examples: list[Row] = [
        {
            **library.chat(
                library.system("Route."),
                library.user("Where is my parcel?"),
                library.assistant("shipping"),
                library.user(prompt_of(ticket)),
                library.assistant(tool_calls=[library.tool_call("route", queue=ticket["queue"])]),
                tools=[library.tool(route)],
                metadata={"customer": ticket["customer_id"]},
            )
        }
        for ticket in tickets
    ]
    result = {}
    for model in ("gpt-4.1", "gpt-4.1-mini"):
        batch = tmp_path / f"{model}.jsonl"
        asked = library.requests(examples, batch, model=model, system=LONG if model == "gpt-4.1" else "Route.")
        assert asked.result is not None
        assert asked.result.tally.balanced
        result[model] = tmp_path / f"{model}-out.jsonl"
        answer(server, batch, result[model], tmp_path / f"{model}-err.jsonl")

    logs = library.read(result["gpt-4.1"]).join(
        tmp_path / "gpt-4.1.jsonl",
        errors=tmp_path / "gpt-4.1-err.jsonl",
        columns_from=tmp_path / "gpt-4.1.metadata.jsonl",
    )
    good = logs.select(teacher="gpt-4.1").filter("customer != ''", unknown="drop").without_refusals().valid()
    short = good.choices("first").repeats("first").drop_few_shot().system("Route.")
    written = short.write(tmp_path / "train.jsonl", format="openai")
    tally = written.tally
    assert tally.balanced
    assert (tally.written, tally.rejected.total()) == (COUNT - 6, 0)
    assert tally.dropped["valid", "the arguments of a call do not fit the function's parameters"] == 1
    train = library.read(tmp_path / "train.jsonl")
    assert all([turn["role"] for turn in row["messages"]] == ["system", "user", "assistant"] for row in train)
    assert train.check(model="gpt-4.1-mini").ok
    assert train.stats(model="gpt-4.1-mini").examples == COUNT - 6
    found = library.compare(examples, {name: str(path) for name, path in result.items()}, by="tool")
    assert [model.answered for model in found.models] == [COUNT - 3, COUNT]
