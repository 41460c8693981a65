"""Ask a large model: turn examples or table rows into files for OpenAI's Batch API."""

from __future__ import annotations

import logging
import os
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass, field, replace
from ftdata.codec import encode
from ftdata.distill.batches import BESIDE, Batches
from ftdata.distill.bodies import (
    FORGOTTEN,
    MAX_BYTES,
    MAX_REQUESTS,
    REMEMBERED,
    Body,
    json_file,
    response_format_of,
    settings_of,
    tools_of,
)
from ftdata.distill.judging import ANSWER_FORM, AskJudge, rubric_of
from ftdata.distill.others import SERVICES
from ftdata.distill.others import settings_of as settings_of_other
from ftdata.distill.pricing import Pricing
from ftdata.distill.prompts import ALL, NOTHING, PREFIX, UNUSED, Ask, FromColumns, Given, as_chats, dataset_of
from ftdata.errors import UsageError, option
from ftdata.files.opening import stem
from ftdata.manifest import noting
from ftdata.steps.primitives import AuthoringStep
from ftdata.verbs import Apart, Needs, verb
from ftdata.verbs.types import Count, Endpoint, PathLike, PathOrNone, Service, Settings, Template
from ftdata.writing import Writing, limit_of, write_all

if TYPE_CHECKING:
    from ftdata.dataset import Dataset, Result
    from ftdata.example.words import Example
    from ftdata.report.asked import Estimate

log = logging.getLogger("ftdata")

_ID_BYTES = 16
_NUMBER = 12  # bytes that numbering an id may add to its line


@dataclass(frozen=True)
class Requests:
    """The written requests, and their estimated cost.

    Attributes:
        result: The outputs and the tally; None for an estimate only.
        estimate: The estimated cost of the requests.
        remembered: The file with the columns and expected answers, by custom_id; None if there is none.
    """

    result: Result | None
    estimate: Estimate
    remembered: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        written = self.result.to_dict() if self.result else {}
        return {"estimate": self.estimate.to_dict(), "remembered": self.remembered, **written}


# -- equal requests, and what all of them cost ------------------------------------------------------------------------


@dataclass
class RequestSurvey:
    """A survey of requests: 24 bytes each."""

    step: Merge
    ids: bytearray = field(default_factory=bytearray)
    tokens: array[int] = field(default_factory=lambda: array("I"))
    sizes: array[int] = field(default_factory=lambda: array("I"))
    estimated: set[str] = field(default_factory=set)

    def add(self, record: Example) -> None:
        """Take in the next request."""
        counts = self.step.pricing.counter.example({key: record[key] for key in _COUNTED if key in record})
        self.ids += bytes.fromhex(record["custom_id"].removeprefix(PREFIX))
        self.tokens.append(counts.total + self.step.of_format)
        self.sizes.append(len(encode(self.step.body(record, Counter()))) + _NUMBER)
        self.estimated.update(counts.estimated)
        if self.step.of_format:
            self.estimated.add(_FORMAT_COUNTED)

    def merge(self, later: RequestSurvey) -> None:
        """Take in those of the requests that follow."""
        self.ids += later.ids
        self.tokens += later.tokens
        self.sizes += later.sizes
        self.estimated |= later.estimated


_COUNTED = ("messages", "tools")
_FORMAT_COUNTED = "a response format is counted as the text of its schema"


@dataclass(frozen=True)
class Merge:
    """Asks what several rows ask only once, or numbers their ids.

    Attributes:
        body: What makes a line of a request.
        pricing: What the requests cost.
        keep_duplicates: Whether each row is asked, under an id with a number.
    """

    body: Body
    pricing: Pricing
    keep_duplicates: bool = False
    name: ClassVar[str] = "requests"

    @cached_property
    def of_format(self) -> int:
        """The tokens of the format that each answer is asked in, which is sent with each request."""
        settings = self.body.settings
        format = settings.get("response_format") or (settings.get("text") or {}).get("format")
        if not format:
            return 0
        said, nothing = ({"role": "system", "content": text} for text in (encode(format).decode(), ""))
        return self.pricing.counter.message(said) - self.pricing.counter.message(nothing)

    def survey(self) -> RequestSurvey:
        """No requests yet."""
        return RequestSurvey(self)

    def decide(self, asked: RequestSurvey) -> Numbered:
        """Which requests are asked for the how manieth time, and what all of them come to."""
        seen: dict[bytes, int] = {}
        ordinals = array("I")
        for at in range(0, len(asked.ids), _ID_BYTES):
            key = bytes(asked.ids[at : at + _ID_BYTES])
            ordinals.append(seen.get(key, 0))
            seen[key] = seen.get(key, 0) + 1
        sent = [at for at, ordinal in enumerate(ordinals) if self.keep_duplicates or not ordinal]
        tokens, size = (sum(of[at] for at in sent) for of in (asked.tokens, asked.sizes))
        estimate = self.pricing.estimate(len(sent), tokens, tuple(sorted(asked.estimated)))
        return Numbered(ordinals, self.keep_duplicates, (estimate, size))


@dataclass(frozen=True)
class Numbered:
    """The decision: how often each request was asked before.

    Attributes:
        ordinals: That number, by position.
        keep: Whether it is asked again.
        about: The estimate and the bytes of all lines; they stay in the process that surveyed.
    """

    ordinals: array[int]
    keep: bool
    about: Any = None

    def __call__(self, record: Example, position: int) -> Example:
        """The request, under its number; without its prompt where it was asked before."""
        ordinal = self.ordinals[position]
        if not ordinal:
            return record
        if self.keep:
            return {**record, "custom_id": f"{record['custom_id']}-{ordinal + 1}"}
        return {key: value for key, value in record.items() if key != "body"}

    def __reduce__(self) -> tuple[Any, ...]:
        return Numbered, (self.ordinals, self.keep)


# -- the verb ---------------------------------------------------------------------------------------------------------


@verb(
    Apart(("judge", "user"), "a judge scores answers, and rows of a table have none"),
    Apart(("judge", "system"), "the rubric is the judge's prompt"),
    Apart(("judge", "tools"), "a judge calls no tools"),
    Needs(("price_out",), ("max_tokens",), hint="It limits the tokens of an answer."),
    metavars={"model": "NAME", "user": "COLUMN|TEMPLATE", "expected": "COLUMN|TEMPLATE", "metadata": "A,B|all|none",
              "judge": "RUBRIC.md",
              "models": "FILE", "price_in": "USD", "price_out": "USD", "temperature": "T"},
    old={"set": "settings"},
    flags={"service": "--for"},
    hidden=("dataset", "path", "force", "rejects", "max_rejects", "strict", "max_rows", "max_bytes", "workers",
            "manifest", "on_progress"),
    examples=(
        'ftdata requests prompts.csv -o batch.jsonl --model gpt-6.1-sol --system @long.txt --user "{{ question }}"',
        "ftdata requests test.jsonl -o batch.jsonl --model gpt-6-luna --max-tokens 200",
    ),
)  # fmt: skip
def requests(
    dataset: Given,
    path: PathLike | None = None,
    *,
    model: str,
    user: Template = "",
    system: Template | None = None,
    expected: Template = "",
    judge: PathLike | None = None,
    n: Count = 1,
    tools: PathLike | Sequence[dict[str, Any]] | None = None,
    response_format: PathLike | dict[str, Any] | None = None,
    max_tokens: Count | None = None,
    temperature: float | None = None,
    settings: Settings | None = None,
    endpoint: Endpoint = "chat",
    service: Service = "openai",
    metadata: str | Sequence[str] = UNUSED,
    keep_duplicates: bool = False,
    allow_empty: bool = False,
    columns_out: PathOrNone = BESIDE,
    price_in: float | None = None,
    price_out: float | None = None,
    models: PathLike | None = None,
    force: bool = False,
    rejects: PathLike | None = None,
    max_rejects: int | str = 0,
    strict: bool = False,
    max_rows: int = MAX_REQUESTS,
    max_bytes: int = MAX_BYTES,
    workers: int | None = None,
    manifest: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> Requests:
    """Write batch requests to a large model, and estimate their cost.

    The input is a table whose columns make the prompt (`user`, `system`), or examples, whose last answer is withheld.
    Nothing is sent; upload the files yourself. Without -o, only the cost is estimated. Beyond 50,000 requests or 200
    MB, files are numbered.

    A custom_id is a hash of the messages and tools, not of the model and its settings, so the same prompt has the same
    id in every run and for every model. Rows with the same prompt are asked once and counted as merged; the other
    columns go to out.metadata.jsonl under that id.

    Args:
        dataset: A table, whose prompt `user` and `system` define; or examples, whose last answer is withheld.
        path: The output; beyond `max_rows` requests or `max_bytes` bytes several, ``out-00001.jsonl`` and so on, or
            by the pattern's ``{n}``. None only to estimate.
        model: The model, such as gpt-6.1-sol.
        user: The user turn, for a table: a column, or a template.
        system: The system prompt: text or a template. Replaces that of examples; empty for none.
        expected: The correct answer, for a table: a column, or a template. It is saved with the columns.
        judge: Ask a judge to score each answer by this rubric. A rubric with {{ answer }} is the whole prompt; any
            other is the system prompt, followed by the conversation and the answer. The judge returns a reason and a
            score, unless `response_format` is given.
        n: Number of answers per request.
        tools: Tool definitions to use instead of the examples' own. In Python also a list.
        response_format: A JSON Schema, or a complete response format. In Python also a dict.
        max_tokens: The maximum number of tokens in an answer.
        temperature: The temperature.
        settings: Another parameter of the requests, such as top_p=0.5.
        endpoint: The API to use.
        service: The service to write the batch for. Services other than OpenAI have one API each.
        metadata: Columns to save for each row. Defaults to those that no template uses, and for examples to all of
            their metadata.
        keep_duplicates: Ask equal prompts once per row, with numbered ids.
        allow_empty: Also ask empty prompts. By default their rows are rejected.
        columns_out: Where to save columns and expected answers. By default out.metadata.jsonl beside out.jsonl,
            a line a row with ``custom_id``, ``metadata`` and ``expected``.
        price_in: Price in USD per million input tokens, without batch discount. Defaults to the price in the table
            of models.
        price_out: Price in USD per million output tokens, without batch discount. Defaults to the price in the
            table of models.
        models: A TOML file with models of your own, as for `ftdata models`.
        force: As for `Dataset.write`.
        rejects: As for `Dataset.write`.
        max_rejects: As for `Dataset.write`.
        strict: As for `Dataset.write`.
        max_rows: Requests per file; the API allows 50,000.
        max_bytes: Bytes per file; the API allows 200 MB.
        workers: Worker processes.
        manifest: As for `Dataset.write`.
        on_progress: Gets the bytes of each piece of input that is done.

    Raises:
        RejectedRows: If more rows were rejected than allowed; nothing was written.
        OutputError: If an output exists and `force` is off, or cannot be written.
        UsageError: If options contradict each other; a table needs `user`.

    Examples:
        >>> rows = [{"question": "2 + 2?", "id": 7}, {"question": "3 + 3?", "id": 8}]
        >>> requests(rows, model="gpt-4.1", user="{{ question }}", max_tokens=10).estimate.input_tokens
        24
    """
    data = dataset_of(dataset)
    format_ = _response_format(response_format if response_format or judge is None else ANSWER_FORM)
    given: dict[str, Any] = {"n": n, "max_tokens": max_tokens, "temperature": temperature, "response_format": format_}
    others = _settings(service, endpoint, given, dict(settings or {}))
    most, named = n * max_tokens if max_tokens else None, os.fspath(models) if models else None
    pricing = Pricing(model, most, price_in, price_out, named, service).telling()
    merge = Merge(Body(endpoint, model, others, service), pricing, keep_duplicates)
    words = (UNUSED, ALL, NOTHING)
    remember = metadata if metadata in words else (metadata,) if isinstance(metadata, str) else tuple(metadata)
    ask = Ask(merge.body.prompt, system, _tools(tools), remember, allow_empty)
    data = _prompted(data, ask, user, expected) if judge is None else _judged(data, ask, judge, expected)
    data = replace(data, steps=(*data.steps, merge))
    files = Batches.of(path, columns_out, max_rows, max_bytes)
    files.refuse_existing([file.name for file in data.source.files], force)
    decided = data.decided(workers)
    estimate, size = decided.decision.about  # type: ignore[union-attr] # a Numbered
    if files.path is None:
        if decided.places and decided.places.rejected:
            log.warning("not in the estimate, since they cannot be asked: %s rows", f"{decided.places.rejected:,}")
        return Requests(None, estimate)
    output = files.output(estimate.requests, size)
    asked = Writing(
        force=force,
        rejects=os.fspath(rejects) if rejects is not None else None,
        limit=limit_of(max_rejects),
        strict=strict,
        max_rows=output.max_rows,
        max_bytes=output.max_bytes,
        manifest=manifest,
        on_progress=on_progress,
    )
    plan = replace(data.plan(merge.body.format()), beside=REMEMBERED if files.beside else FORGOTTEN)
    names = [step.name for step in data.steps]
    with noting(manifest, output.pattern, (file.name for file in data.source.files), names) as noted:
        result = write_all(data.engine(workers), plan, (output.pattern,), asked, beside=files.beside)
        noted.append(result)
    kept = files.beside if files.beside in result.paths else None
    files.tell_leftovers(result)
    return Requests(result, estimate, kept)


def _settings(service: Service, endpoint: Endpoint, given: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    """The settings as the service names them.

    Raises:
        UsageError: If the service has no such endpoint or setting.
    """
    if service != "openai" and endpoint != "chat":
        raise UsageError(f"{option('endpoint')} is for OpenAI; {service} has one API", hint="Remove it.")
    if service in SERVICES:
        return settings_of_other(service, **given, others=others)
    named = settings_of(endpoint, **given, others=others)
    if service == "together" and "max_completion_tokens" in named:
        named["max_tokens"] = named.pop("max_completion_tokens")
    return named


def _judged(data: Dataset, ask: Ask, judge: PathLike, expected: str) -> Dataset:
    """The dataset of what a judge is asked about its answers."""
    rubric = rubric_of(os.fspath(judge))
    if data.detected().format is None:
        raise UsageError("a judge scores answers, but the rows are a table",
                         hint="Make examples of them first: ftdata convert.")  # fmt: skip
    if expected:
        raise UsageError("expected names a column of a table, but a judge reads examples",
                         hint="A judge is shown expected from the metadata automatically.")  # fmt: skip
    return replace(data, steps=(*data.steps, AskJudge(ask.sent, rubric)))


def _prompted(data: Dataset, ask: Ask, user: str, expected: str) -> Dataset:
    """The dataset of what is asked, of a table's columns or of examples."""
    if user:
        if data.steps:
            raise UsageError("user builds the prompt from a table's columns, but these are examples",
                             hint="Leave user out.")  # fmt: skip
        columns = data.as_rows("columns make the prompt").columns()
        step = FromColumns.bound(columns, ask.system or "", user, expected, ask.remembered, ask.allow_empty)
        return replace(data, steps=(step, replace(ask, system=None, remembered=ALL)))
    authored = any(isinstance(step, AuthoringStep) for step in data.steps)
    if not authored and data.detected().format is None:
        raise UsageError("the rows are a table, and no prompt is given",
                         hint=f"Add --user TEMPLATE (user=). Columns: {', '.join(data.columns())}.")  # fmt: skip
    if expected:
        raise UsageError("expected names a column of a table, but examples hold their own answers", hint="Remove it.")
    data = as_chats(data)
    return replace(data, steps=(*data.steps, ask))


def _tools(given: PathLike | Sequence[dict[str, Any]] | None) -> tuple[dict[str, Any], ...]:
    if given is None:
        return ()
    if isinstance(given, str | os.PathLike):
        path = os.fspath(given)
        return tools_of(json_file(path, "the tools"), path)
    return tools_of(list(given), "tools")


def _response_format(given: PathLike | dict[str, Any] | None) -> dict[str, Any] | None:
    if given is None:
        return None
    if isinstance(given, dict):
        return response_format_of(given, str(given.get("title") or "answer"))
    path = os.fspath(given)
    found = json_file(path, "the response format")
    if not isinstance(found, dict):
        raise UsageError("a response format is a JSON object", path=path)
    return response_format_of(found, str(found.get("title") or stem(path)))
