"""Logs of evaluations, which hold answers and a verdict on each: the verdict is a score.

Source: Inspect's reference of its log format, promptfoo's reference of results, lm-evaluation-harness' samples,
OpenAI's API reference of eval runs (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.codec import encode
from ftdata.errors import RowError, shown
from ftdata.findings import Drop
from ftdata.formats import testsets
from ftdata.formats.transcripts import bodies, whole
from ftdata.formats.transcripts.envelopes.vendor import as_list, as_object, request_of, vendor
from ftdata.formats.transcripts.exchange import together
from ftdata.formats.transcripts.facts import first, iso, scored
from ftdata.formats.transcripts.failing import NO_ANSWER, failed
from ftdata.formats.transcripts.repair import unwrapped

if TYPE_CHECKING:
    from ftdata.formats.registry import Parsed

NO_TEXT = "the answer was scored by its likelihood, none was generated"

_VERDICTS = {"C": 1, "I": 0, "P": 0.5, "N": 0, True: 1, False: 0}
"""Inspect's letters: correct, incorrect, partly correct, no answer."""
_TURN = frozenset(("role", "content", "tool_calls", "tool_call_id"))


def _number(value: Any) -> Any:
    return _VERDICTS.get(value, value) if type(value) in (str, bool) else value


# -- Inspect ----------------------------------------------------------------------------------------------------------


def _inspect(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of each sample; a drop of one that failed.

    Raises:
        RowError: If a sample's messages cannot be read; with the JSON path.
    """
    if testsets.is_sample(row):
        return testsets.from_sample(row)
    samples = row.get("samples")
    if type(samples) is not list:
        return _sample(row, {}, "$", repaired)
    about = as_object(row.get("eval"))
    return together([_sample(one, about, f"$.samples[{index}]", repaired) for index, one in enumerate(samples)])


def _sample(sample: Any, about: dict[str, Any], path: str, repaired: Counter[str]) -> Parsed:
    messages = as_object(sample).get("messages")
    if type(messages) is not list:
        raise RowError(f"expected a sample with its messages; got {shown(messages)}", json_path=f"{path}.messages")
    if sample.get("error"):
        return failed(as_object(sample["error"]).get("message"))
    if not any(as_object(one).get("role") == "assistant" for one in messages):
        return Drop(NO_ANSWER)
    output = as_object(sample.get("output"))
    ends = as_list(output.get("choices"))
    finish = as_object(ends[0]).get("stop_reason") if ends else None
    kept = [{key: value for key, value in one.items() if key in _TURN and value not in (None, [])} for one in messages]
    found = whole.exchange(kept, f"{path}.messages", repaired, finish)
    found.tools = _tools(sample)
    usage = as_object(output.get("usage"))
    scores = {name: _number(as_object(one).get("value")) for name, one in as_object(sample.get("scores")).items()}
    plain = {name: value for name, value in scores.items() if type(value) in (int, float, str)}
    found.know(
        id=first(sample, "uuid", "id"),
        model=output.get("model") or about.get("model"),
        created=iso(about.get("created")),
        prompt_tokens=usage.get("input_tokens"),
        completion_tokens=usage.get("output_tokens"),
        **scored(plain),
    )
    found.own = {**as_object(sample.get("metadata")), "target": sample.get("target"), "task": about.get("task"),
                 "sample": sample.get("id"), "epoch": sample.get("epoch")}  # fmt: skip
    return found.examples(repaired)


def _tools(sample: dict[str, Any]) -> Any:
    """The definitions that the model was last given, which stand in the events of its calls."""
    for event in reversed(as_list(sample.get("events"))):
        if as_object(event).get("event") == "model" and as_list(event.get("tools")):
            return event["tools"]
    return None


def _is_inspect(row: dict[str, Any]) -> bool:
    if testsets.is_sample(row):
        return True
    if type(row.get("samples")) is list and type(row.get("eval")) is dict:
        return True
    return type(row.get("messages")) is list and {"target", "output", "scores"} <= row.keys()


INSPECT = vendor(
    "inspect", "evaluation logs of Inspect and their samples; written as samples of a test set", _inspect, _is_inspect,
    sign="an evaluation and its samples", source="Inspect's references of its log format and of data sets (2026)",
    dump=testsets.to_inspect, loses=testsets.LOSES,
)  # fmt: skip


# -- promptfoo --------------------------------------------------------------------------------------------------------


def _promptfoo(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of each result; a drop of one that has no answer.

    Raises:
        RowError: If a prompt or an answer cannot be read; with the JSON path.
    """
    if testsets.is_test(row):
        return testsets.from_test(row)
    given, path = _results(row)
    if not given:
        raise RowError("expected an evaluation with its results; got none", json_path="$.results")
    return together([_result(as_object(one), f"{path}[{index}]", repaired) for index, one in enumerate(given)])


def _results(row: dict[str, Any]) -> tuple[list[Any], str]:
    outer = row.get("results")
    if type(outer) is dict:
        return as_list(outer.get("results")), "$.results.results"
    return (outer, "$.results") if type(outer) is list else ([row], "$")


def _result(one: dict[str, Any], path: str, repaired: Counter[str]) -> Parsed:
    response = as_object(one.get("response"))
    said = response.get("output")
    if said is None or said == "":
        return failed(str(first(one, "error") or response.get("error") or "")) if one.get("error") else Drop(NO_ANSWER)
    prompt = one.get("prompt")
    raw = prompt.get("raw") if type(prompt) is dict else prompt
    asks = unwrapped(raw, Counter())
    asks = asks if bodies.body_of(request_of(asks)) is not None and type(asks) is not str else raw
    if type(said) is list and said and all(type(call) is dict and "function" in call for call in said):
        said = {"role": "assistant", "tool_calls": said}
    elif type(said) in (dict, list) and not bodies.is_body(said):
        said = encode(said).decode()
    found = bodies.exchange(request_of(asks), said, repaired, request_path=f"{path}.prompt.raw",
                            answer_path=f"{path}.response.output")  # fmt: skip
    for choice in found.choices:
        choice.finish = choice.finish or response.get("finishReason")
    provider, usage = one.get("provider"), as_object(response.get("tokenUsage"))
    scores = {**as_object(one.get("namedScores"))}
    found.know(
        id=first(one, "id"),
        model=str(first(as_object(provider), "id") or provider or "").partition(":")[2] or None,
        prompt_tokens=usage.get("prompt"),
        completion_tokens=usage.get("completion"),
        cost=one.get("cost"),
        scores=scores or None,
        score=first(one, "score"),
    )
    found.own = {**as_object(first(one, "vars") or as_object(one.get("testCase")).get("vars")),
                 "success": one.get("success")}  # fmt: skip
    return found.examples(repaired)


def _is_promptfoo(row: dict[str, Any]) -> bool:
    if testsets.is_test(row):
        return True
    given, _ = _results(row)
    one = as_object(given[0]) if given else {}
    return "prompt" in one and "response" in one and bool({"gradingResult", "promptIdx", "namedScores"} & one.keys())


PROMPTFOO = vendor(
    "promptfoo", "results of promptfoo; written as its test cases", _promptfoo, _is_promptfoo,
    sign="results with their grading", source="promptfoo's references of results and of test cases (2026)",
    dump=testsets.to_promptfoo, loses=testsets.LOSES,
)  # fmt: skip


# -- lm-evaluation-harness --------------------------------------------------------------------------------------------


def _lm_eval(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of each answer of a sample; a drop where likelihoods were compared.

    Raises:
        RowError: If the prompt cannot be read; with the JSON path.
    """
    said = [text for one in as_list(row.get("resps")) for text in (one if type(one) is list else [one])]
    if not said or not all(type(text) is str for text in said):
        return Drop(NO_TEXT if said else NO_ANSWER)
    prompt = _prompt(row.get("arguments"))
    if type(prompt) is not str or not prompt:
        raise RowError(f"expected the arguments of a request; got {shown(row.get('arguments'))}",
                       json_path="$.arguments")  # fmt: skip
    asks = unwrapped(prompt, Counter())
    turns = type(asks) is list and bool(asks) and all("role" in as_object(one) for one in asks)
    found = bodies.exchange(request_of(asks if turns else prompt), said if len(said) > 1 else said[0], repaired,
                            request_path="$.arguments", answer_path="$.resps")  # fmt: skip
    names = [name for name in as_list(row.get("metrics")) if name in row]
    found.know(id=row.get("doc_id"), **scored({name: row[name] for name in names}))
    found.own = {"target": row.get("target"), "doc": row.get("doc"), "filter": row.get("filter")}
    return found.examples(repaired)


def _prompt(arguments: Any) -> Any:
    """The prompt among the arguments of the first request."""
    if type(arguments) is dict:
        one = next(iter(arguments.values()), None)
        return next(iter(one.values()), None) if type(one) is dict else one
    first_one = arguments[0] if type(arguments) is list and arguments else None
    return first_one[0] if type(first_one) is list and first_one else first_one


LM_EVAL = vendor(
    "lm-eval", "samples of lm-evaluation-harness", _lm_eval,
    lambda row: {"doc", "arguments", "resps"} <= row.keys(), sign="arguments and resps",
    source="lm-evaluation-harness' samples (2026)",
)  # fmt: skip


# -- OpenAI's evals ---------------------------------------------------------------------------------------------------


def _openai_evals(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of the answer of an output item; a drop where it failed.

    Raises:
        RowError: If the sample cannot be read; with the JSON path.
    """
    sample = as_object(row.get("sample"))
    error = sample.get("error")
    if as_object(error).get("message") or row.get("status") == "error":
        return failed(as_object(error).get("code") or as_object(error).get("message"))
    if not sample.get("output"):
        return Drop(NO_ANSWER)
    found = bodies.exchange(request_of(sample.get("input")), sample["output"], repaired,
                            request_path="$.sample.input", answer_path="$.sample.output")  # fmt: skip
    for choice in found.choices:
        choice.finish = choice.finish or sample.get("finish_reason")
    bodies.define(found, sample, "$.sample")
    usage = as_object(sample.get("usage"))
    given = [one for one in as_list(row.get("results")) if type(one) is dict and "name" in one]
    found.know(
        id=row.get("id"),
        model=sample.get("model"),
        created=iso(row.get("created_at")),
        prompt_tokens=usage.get("prompt_tokens"),
        completion_tokens=usage.get("completion_tokens"),
        **scored({one["name"]: _number(first(one, "score", "passed")) for one in given}),
    )
    found.own = {**as_object(row.get("datasource_item")), "status": row.get("status")}
    return found.examples(repaired)


OPENAI_EVALS = vendor(
    "openai-evals", "output items of OpenAI's eval runs", _openai_evals,
    lambda row: type(row.get("sample")) is dict and "output" in row["sample"] and "results" in row,
    sign="a sample and its results", source="OpenAI's API reference: evals (2026)",
)  # fmt: skip
