"""``ftdata distill``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftdata.cli.changing import pruning, save_pruning
from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import opened, say_what_is_read, told, values_of, written
from ftdata.cli.sections import in_section
from ftdata.cli.talk import notices, say
from ftdata.dataset.distilled import DISTILL, SHORTENING, SHORTER, way
from ftdata.dataset.distilling import asked_of
from ftdata.errors import UsageError
from ftdata.files.extensions import is_table
from ftdata.formats import FORMATS, named
from ftdata.report.work import work, work_lines
from ftdata.verbs import Needs

if TYPE_CHECKING:
    from ftdata.dataset import Dataset
    from ftdata.report.saved import Saved

__all__ = ["distill"]

_PRUNING = Needs(("pruning",), ("system", "shorten", "strip"), hint="It remembers what these do.")


def _distilled(call: Invocation) -> int:
    _PRUNING.check({name: call[name] for name in call.said})
    _refuse(call)
    with notices(call.quiet):
        values = values_of(call)
        shortening = {name: values.pop(name) for name in (*SHORTENING, "replace_all") if name in values}
        whole = DISTILL.function(opened(call), **values)
        data = DISTILL.function(whole, **shortening)
        say_what_is_read(data, call.quiet)
        to = format_of(call)
        result = written(data, call, format=to)
        saved = _saved(whole, data, call) if result.written else None
    found = work(result.tally, [step.name for step in data.plan().steps], to)
    report = {"work": found, **({"saved": saved.to_dict()} if saved else {})}
    code = told(call, result, report, work_lines(found), loses=named(FORMATS, to).loses)
    if saved:
        say(str(saved), quiet=call.quiet)
    save_pruning(data, call)
    return code


def format_of(call: Invocation) -> str:
    """The format that is written: openai, or ftdata's own form for tables."""
    return named(FORMATS, call["to"] or ("ftdata" if is_table(call["output"]) else "openai")).name


def _refuse(call: Invocation) -> None:
    """Refuse, before any work, what cannot be meant."""
    for one in call.values.get("strip", ()):
        way(one)
    if call.values.keys() & set(SHORTENING):
        asked_of(call["model"], call["epochs"], None, call["price_in"], call["price_out"], call["place"])


def _saved(whole: Dataset, data: Dataset, call: Invocation) -> Saved | None:
    """What was saved, if prompts were shortened and the input can be read again."""
    if data is whole or whole.source.one_shot or (call.quiet and not call["json"]):
        return None
    asked: dict[str, Any] = {
        name: call[name] for name in ("model", "place", "epochs", "price_in", "price_out", "workers")
    }
    return data.saved(whole, teacher=_teacher(call.values.get("teacher")), **asked)


def _teacher(given: str | list[str] | None) -> str | None:
    """The teacher's name, if it is one model whose price may be known."""
    from ftdata.tokens.models import model_table

    try:
        return model_table()[given].name if isinstance(given, str) else None
    except UsageError:
        return None


distill = command(DISTILL, _distilled, extra=in_section(SHORTER, [pruning()]))
