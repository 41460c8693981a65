"""Reading what training left: result files, events, checkpoints, and the logs of trainers.

Sources: the types of openai 3.57 and together 3.1.1; result files and events as OpenAI's and Azure's guides show them;
transformers' ``TrainerState.log_history``; LLaMA-Factory's ``trainer_log.jsonl``.
"""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ftdata.classes import dataclass, field
from ftdata.errors import InputError
from ftdata.jobs.runs import TrainingRun, made
from ftdata.lazily import pattern

_STEPS = (
    "step",
    "current_steps",
    "global_step",
    "train/global_step",
    "train/step",
    "eval/step",
    "_step",
    "step_number",
)
_EPOCHS = ("epoch", "train/epoch", "current_epoch")
_NAMES = {
    "loss": "train_loss", "training_loss": "train_loss", "mean_token_accuracy": "train_mean_token_accuracy",
    "train_accuracy": "train_mean_token_accuracy", "validation_loss": "valid_loss", "val_loss": "valid_loss",
    "eval_loss": "valid_loss", "lr": "learning_rate", "train_learning_rate": "learning_rate",
    "train_grad_norm": "grad_norm",
}  # fmt: skip
_PREFIXES = {"train/": "train_", "training/": "train_", "eval/": "valid_", "eval_": "valid_", "validation/": "valid_",
             "valid/": "valid_", "val/": "valid_", "val_": "valid_"}  # fmt: skip
_WORK = pattern(
    r"runtime|per_second|flos|percentage|elapsed|remaining|throughput|total_tokens|num_tokens|total_steps|max_steps"
    r"|input_tokens_seen|timestamp|_at$"
)
"""Names of what says how fast it went, and not how well."""

_SAID = pattern(r"\bStep (\d+)(?:/\d+)?: (.+)")
_LOSS = pattern(r"(full validation|validation|training) (loss|mean token accuracy)=([-\d.eE+]+|nan)")
_OF_MESSAGE = {"training": "train", "validation": "valid", "full validation": "full_valid"}

ENCODING = pattern(r"[A-Za-z0-9+/=\s]+")


@dataclass
class TrainingLog:
    """What a source holds: rows with a step, models by step, and what is said of it."""

    source: str
    rows: list[dict[str, float]] = field(default_factory=list)
    checkpoints: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    epochs: int | None = None

    def run(self, name: str, epochs: int | None = None) -> TrainingRun:
        """The run of this name."""
        return made(name, self.source, self.rows, self.checkpoints, epochs or self.epochs, list(self.notes))


def read_log(path: str) -> TrainingLog:
    """What a file holds.

    Raises:
        InputError: If it cannot be read, or holds no numbers of a training.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        hint = "Give a file, or the id of a job." if not Path(path).exists() else ""
        raise InputError(f"cannot be read: {error.strerror}", hint=hint, path=path) from None
    return parsed(data, path)


def parsed(data: bytes, path: str) -> TrainingLog:
    """What the bytes of a file hold.

    Raises:
        InputError: If there are no training metrics.
    """
    text = _text(data, path)
    found = _of_json(text) if text.lstrip()[:1] in ("{", "[") else _of_csv(text)
    if found is None or not found.rows:
        said = "" if found is None or not found.notes else f": {found.notes[0]}"
        raise InputError(f"holds no metrics of a training{said}", hint=_HINT, path=path)
    return found


_HINT = (
    "Give a job's result file (CSV), its events or checkpoints, trainer_state.json, trainer_log.jsonl, "
    "Together's metrics, or the id of a job."
)


def _text(data: bytes, path: str) -> str:
    """The text of a file; result files may come in base64."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("is not UTF-8 text", hint=_HINT, path=path) from None
    bare = text.strip().strip('"')
    if "," in bare or not ENCODING.fullmatch(bare):
        return text
    try:
        return base64.b64decode("".join(bare.split()), validate=True).decode("utf-8-sig")
    except (binascii.Error, UnicodeDecodeError):
        return text


# -- result files -----------------------------------------------------------------------------------------------------


def _of_csv(text: str) -> TrainingLog | None:
    rows = csv.DictReader(io.StringIO(text))
    names = rows.fieldnames or ()
    if not set(names) & set(_STEPS):
        return None
    # OpenAI's and Azure's columns; others write CSV too.
    known = {"train_loss", "valid_loss", "full_valid_loss", "train_mean_reward"} & set(names)
    found = TrainingLog("a job's result file" if known else "CSV")
    found.rows += filter(None, (_numbers({key: _number(cell) for key, cell in row.items()}) for row in rows))
    return found


def _number(cell: Any) -> Any:
    try:
        return float(cell)
    except (TypeError, ValueError):
        return None


# -- JSON -------------------------------------------------------------------------------------------------------------


def _of_json(text: str) -> TrainingLog | None:
    try:
        value = json.loads(text)
    except ValueError:
        try:
            value = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError:
            return None
    return of_value(value)


def of_value(value: Any) -> TrainingLog | None:
    """What a JSON value holds; None where it is of no known kind."""
    if isinstance(value, dict):
        if isinstance(value.get("log_history"), list):
            return _of_trainer(value)
        for key, source in (("metrics", "Together's metrics"), ("data", ""), ("events", "")):
            if isinstance(value.get(key), list):
                return _of_rows(value[key], source)
        value = [value]
    return _of_rows(value, "")


def _of_rows(values: list[Any], source: str) -> TrainingLog | None:
    """Events, checkpoints and rows, of each kind as many as there are."""
    found, kinds = TrainingLog(source), set()
    pages = (one["data"] if isinstance(one, dict) and isinstance(one.get("data"), list) else [one] for one in values)
    for page in pages:  # a page of a list is a line, where pages were appended one by one
        kinds |= {_take(found, value) for value in page if isinstance(value, dict)}
    kinds -= {""}
    found.source = found.source or " and ".join(sorted(kinds))
    return found if kinds or found.notes else None


def _take(found: TrainingLog, value: dict[str, Any]) -> str:
    """Take in one value; what it is, or nothing."""
    kind = value.get("object")
    if kind == "fine_tuning.job.event" or (kind is None and value.get("type") == "metrics" and "data" in value):
        add(found, _of_event(value))
        return "a job's events"
    if kind == "fine_tuning.job.checkpoint" or "fine_tuned_model_checkpoint" in value:
        metrics = value.get("metrics") or {}
        add(found, {**metrics, "step": value.get("step_number", metrics.get("step"))})
        if value.get("fine_tuned_model_checkpoint") and value.get("step_number") is not None:
            found.checkpoints[int(value["step_number"])] = str(value["fine_tuned_model_checkpoint"])
        return "a job's checkpoints"
    if kind == "fine_tuning.job":
        found.notes.append(f"the job {value.get('id')} itself holds no metrics: ftdata metrics {value.get('id')}")
        return ""
    if add(found, value):
        if "current_steps" in value:
            return "LLaMA-Factory's log"
        return "Together's metrics" if any("/" in key for key in value) else "rows"
    return ""


def add(found: TrainingLog, row: Mapping[str, Any]) -> bool:
    """Add a row, if it is one of numbers at a step."""
    numbers = _numbers(row)
    if numbers:
        found.rows.append(numbers)
    return bool(numbers)


def _of_event(event: Mapping[str, Any]) -> dict[str, Any]:
    """What an event measured: its data, or what its message says of a step."""
    data = event.get("data")
    if isinstance(data, dict) and _numbers(data):
        return data
    said = _SAID.search(str(event.get("message") or ""))
    if not said:
        return {}
    names = {"loss": "loss", "mean token accuracy": "mean_token_accuracy"}
    numbers = {f"{_OF_MESSAGE[of]}_{names[what]}": float(value) for of, what, value in _LOSS.findall(said[2])}
    return {"step": int(said[1]), **numbers} if numbers else {}


def _of_trainer(state: Mapping[str, Any]) -> TrainingLog:
    """A state of transformers' Trainer; what it sums up at the end is not a step."""
    found = TrainingLog("the Trainer's state")
    for row in state["log_history"]:
        if isinstance(row, dict) and not {"train_runtime", "total_flos"} & row.keys():
            add(found, row)
    kept = state.get("best_model_checkpoint")
    if isinstance(kept, str) and (number := re.search(r"checkpoint-(\d+)", kept)):
        found.checkpoints[int(number[1])] = kept
    return found


def _numbers(row: Mapping[str, Any]) -> dict[str, float] | None:
    """The numbers of a row by the names that they have here; None where it has no step or nothing else."""
    step = next((row[key] for key in _STEPS if _is_number(row.get(key))), None)
    if step is None:
        return None
    found: dict[str, float] = {"step": int(step)}
    epoch = next((row[key] for key in _EPOCHS if _is_number(row.get(key))), None)
    if epoch is not None:
        found["epoch"] = float(epoch)
    found |= dict(_metrics(row.items()))
    return found if len(found) > 1 + (epoch is not None) else None


def _metrics(items: Iterable[tuple[str | None, Any]]) -> Iterator[tuple[str, float]]:
    for key, value in items:
        if key is None or key in (*_STEPS, *_EPOCHS) or not _is_number(value):
            continue
        prefix = next((one for one in _PREFIXES if key.startswith(one)), "")
        name = _PREFIXES.get(prefix, "") + key.removeprefix(prefix)
        name = _NAMES.get(key) or _NAMES.get(name) or name
        if not _WORK.search(name):
            yield name, float(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
