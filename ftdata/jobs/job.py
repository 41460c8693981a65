"""Build a training job: check the files, build the body and check it. Nothing is sent."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, field, replace
from ftdata.dataset import read
from ftdata.errors import InputError, UsageError, option
from ftdata.facts.methods import Method
from ftdata.findings import FindingsError
from ftdata.jobs.graders import format_of, grader_of
from ftdata.jobs.services import SERVICES, Asked, JobService, advice_on
from ftdata.tokens.models import model_table
from ftdata.tokens.money import advice, epochs_for
from ftdata.verbs import Needs, verb
from ftdata.verbs.types import Count, Effort, JobPlace, Keys, Multiplier, PathLike, Settings, TrainingType

if TYPE_CHECKING:
    from ftdata.report.checked import Report

log = logging.getLogger("ftdata")

_OVERLAP = ("shared-example", "shared-prompt")


@dataclass(frozen=True)
class Job:
    """A training job ready to be created: its request body, with file paths in place of ids.

    Attributes:
        service: The service: openai, azure, together or fireworks.
        body: The request body.
        advice: Advice from the guides, each with its source.
        reports: The checks of the files: the training file's, then the validation file's.
    """

    service: str
    body: Mapping[str, Any]
    advice: tuple[str, ...] = ()
    reports: tuple[Report, ...] = field(default=(), repr=False)

    @property
    def files(self) -> dict[str, str]:
        """The files of the body, by the key under which their ids are sent."""
        return {key: self.body[key] for key in SERVICES[self.service].files if key in self.body}

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values, with the advice."""
        return {"for": self.service, "body": dict(self.body), "advice": list(self.advice)}

    def to_json(self) -> str:
        """Return the body as JSON text, which `ftdata submit` takes."""
        return json.dumps(self.body, ensure_ascii=False, indent=2) + "\n"

    def to_python(self) -> str:
        """Return a script that uploads the files and creates the job, with the key from the environment."""
        from ftdata.jobs.scripts import python

        return python(self.service, self.body)

    def to_curl(self) -> str:
        """Return a shell script that does the same with curl.

        Raises:
            UsageError: If the service's SDK does more than a single request.
        """
        from ftdata.jobs.scripts import curl

        return curl(self.service, self.body)

    def __str__(self) -> str:
        return self.to_json().rstrip()


@verb(
    Needs(("wandb_name", "wandb_entity", "wandb_tags"), ("wandb_project",)),
    metavars={"target": "PLACE", "model": "NAME", "models": "FILE", "epochs": "N|auto", "batch_size": "N|auto",
              "eval_interval": "N|auto", "eval_samples": "N|auto", "grader": "FILE.json", "suffix": "WORDS",
              "response_format": "FILE.json", "wandb_project": "NAME", "wandb_name": "NAME", "wandb_entity": "NAME",
              "evaluator": "NAME", "valid": "FILE", "beta": "X|auto"},
    flags={"target": "--for", "settings": "--set"},
    hidden=("train",),
    examples=(
        "ftdata job train.jsonl --valid valid.jsonl --model gpt-4.1-mini --epochs 2 --suffix cs -o job.json",
        "ftdata job train.jsonl --for azure --model gpt-4.1-mini --training-type GlobalStandard -o job.json",
        "ftdata job rft.jsonl --valid new.jsonl --for azure --model o4-mini --grader grader.json --as python -o job.py",
    ),
)  # fmt: skip
def job(
    train: PathLike,
    *,
    model: str,
    target: JobPlace = "openai",
    valid: PathLike | None = None,
    method: Method | None = None,
    epochs: int | str | None = None,
    batch_size: int | str | None = None,
    learning_rate_multiplier: Multiplier | None = None,
    learning_rate: float | None = None,
    beta: Multiplier | None = None,
    grader: PathLike | None = None,
    response_format: PathLike | None = None,
    compute_multiplier: Multiplier | None = None,
    eval_interval: int | str | None = None,
    eval_samples: int | str | None = None,
    reasoning_effort: Effort | None = None,
    evaluator: str | None = None,
    training_type: TrainingType | None = None,
    seed: int | None = None,
    suffix: str | None = None,
    metadata: Keys | None = None,
    wandb_project: str | None = None,
    wandb_name: str | None = None,
    wandb_entity: str | None = None,
    wandb_tags: Sequence[str] = (),
    settings: Settings | None = None,
    models: PathLike | None = None,
    workers: Count | None = None,
) -> Job:
    """Build the request for a training job and check it against its files. Nothing is sent.

    The files are checked as `ftdata check --for` does, and errors refuse the job. The method follows from the kind of
    line: supervised, preference (dpo) or reinforcement. What is not given is left to the service. The body names the
    files by their paths; `ftdata submit` uploads them and puts their ids there. Their SHA-256 stand in the metadata.

    Args:
        train: The training file.
        model: The model to train, such as gpt-4.1-mini, or a fine-tuned model (ft:…) to continue from.
        target: The place to train at: openai, azure, together or fireworks.
        valid: The validation file. Reinforcement jobs need one.
        method: The training method. Detected from the rows by default.
        epochs: Number of epochs, 1 to 50.
        batch_size: Examples per step, 1 to 256. Chosen by the service by default.
        learning_rate_multiplier: Multiplier of the service's learning rate (openai, azure).
        learning_rate: The learning rate (together, fireworks).
        beta: For preference pairs: how strongly the model is held to its reference, above 0 up to 2.
        grader: For reinforcement: the grader as JSON. Every row must have the fields that it uses.
        response_format: For reinforcement: a JSON Schema or response format for sampled answers.
        compute_multiplier: For reinforcement: multiplier of the compute for exploration, above 0.00001 up to 10.
        eval_interval: For reinforcement: steps between evaluations.
        eval_samples: For reinforcement: samples per evaluation.
        reasoning_effort: For reinforcement: the model's reasoning effort.
        evaluator: For reinforcement on fireworks: the evaluator to use.
        training_type: For azure: the training tier, which sets the price.
        seed: Random seed, to repeat a job with nearly the same result.
        suffix: Suffix of the trained model's name: up to 64 characters on openai, 18 without dots on azure.
        metadata: Metadata to find the job by: up to 16 keys, including those that ftdata sets.
        wandb_project: Send metrics to this Weights & Biases project.
        wandb_name: The name of the run.
        wandb_entity: The team or user that owns the run.
        wandb_tags: The tags of the run.
        settings: Another key of the request and its JSON value, as the service's SDK takes it.
        models: A TOML file with models of your own, as for `ftdata models`.
        workers: Worker processes of the check.

    Raises:
        FindingsError: If a file has errors; it carries them.
        InputError: If a file cannot be read, or the grader is none that a job takes.
        UsageError: If an option does not apply to this service or method, or is out of range.

    Examples:
        >>> from pathlib import Path
        >>> import tempfile, json
        >>> row = {"messages": [{"role": "user", "content": "2 + 2?"}, {"role": "assistant", "content": "4"}]}
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "train.jsonl")
        ...     _ = path.write_text("".join(json.dumps(row) + chr(10) for _ in range(12)))
        ...     job(path, model="gpt-4.1-mini", epochs=2).body["method"]
        {'type': 'supervised', 'supervised': {'hyperparameters': {'n_epochs': 2}}}
    """
    given = {name: value for name, value in locals().items() if name not in _OWN and value not in (None, (), [], {})}
    service = SERVICES[target]
    for name, load in (("grader", grader_of), ("response_format", format_of)):
        if name in given:
            given[name] = load(given[name])
    checks = _Checks(service, model, method, grader, os.fspath(models) if models else None, workers)
    reports = checks.of(os.fspath(train), os.fspath(valid) if valid is not None else "")
    paths = {service.files[0]: os.fspath(train)} | ({service.files[1]: os.fspath(valid)} if valid is not None else {})
    digests = {key: digest_of(path) for key, path in paths.items()}
    asked = Asked(os.fspath(train), os.fspath(valid or ""), model, checks.method_of(reports), given, digests)
    service.refuse(asked)
    body = service.body(service, asked)
    for report, path in zip(reports, paths.values(), strict=True):
        refuse_errors(report, path, target)
    said = [*advice_on(service, body, asked), *_of_guide(reports[0], epochs)]
    return Job(target, body, tuple(said), tuple(reports))


_OWN = ("train", "model", "target", "valid", "method", "models", "workers")


def _of_guide(report: Report, epochs: int | str | None) -> list[str]:
    if report.method not in ("sft", "completion"):
        return []
    return advice(report.rows, epochs_for(epochs if epochs is not None else "auto", report.rows))


@dataclass(frozen=True)
class _Checks:
    """How the files of a job are checked."""

    service: JobService
    model: str
    method: Method | None
    grader: PathLike | None
    models: str | None
    workers: int | None

    def of(self, train: str, valid: str) -> list[Report]:
        """The reports of the files.

        Raises:
            UsageError: If they are of two kinds.
        """
        first = self._checked(train, valid, self.method)
        if not valid:
            return [first]
        second = self._checked(valid, "", self.method)
        if second.method != first.method:
            raise UsageError(
                f"{valid} is for {second.method}, and {train} for {first.method}",
                hint="Both files of a job are of one kind.",
            )
        return [first, second]

    def method_of(self, reports: list[Report]) -> Method:
        """The method that the training file was checked for."""
        return self.method or reports[0].method  # type: ignore[return-value] # a Report says one of the methods

    def _checked(self, path: str, valid: str, method: Method | None) -> Report:
        data = read(path)
        known = model_table(self.models).find(self.model) is not None
        if not known and not valid and self.service.name in ("openai", "azure"):
            log.warning("%s is not a known model, so its limits and methods are not checked", self.model)
        report = data.check(
            target=self.service.name,
            method=method,
            model=self.model if known else None,
            models=self.models if known else None,
            grader=self.grader,
            against=read(valid) if valid else None,
            workers=self.workers,
        )
        if shared := sum(report.counts.get(slug, 0) for slug in _OVERLAP):
            log.warning("%s of the training examples or prompts stand in the validation file too: its loss will look "
                        "better than it is; ftdata overlap %s %s shows them", f"{shared:,}", path, valid)  # fmt: skip
        return report


def refuse_errors(report: Report, path: str, service: str) -> None:
    """Do nothing, if a file has no errors.

    Raises:
        FindingsError: If it has; with the first, and how to see all.
    """
    try:
        report.raise_if("error")
    except FindingsError as error:
        hint = f"See all: ftdata check {path} --for {service}."
        raise FindingsError(error.message, findings=error.findings, hint=hint) from None


def digest_of(path: str) -> str:
    """The SHA-256 of a file.

    Raises:
        InputError: If it cannot be read.
    """
    found = sha256()
    try:
        with Path(path).open("rb") as file:
            while piece := file.read(1 << 20):
                found.update(piece)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None
    return found.hexdigest()


def loaded(path: PathLike, target: str | None = None) -> Job:
    """The job of a body that was written.

    Raises:
        InputError: If the file cannot be read, or holds no JSON object.
        UsageError: If it is not a training job's body.
    """
    from ftdata.distill.bodies import json_file
    from ftdata.jobs.services import service_of

    name = os.fspath(path)
    body = json_file(name, "the job")
    if not isinstance(body, dict):
        raise InputError("is not a training job: it holds no JSON object", path=name)
    if set(body) >= {"for", "body"} and isinstance(body["body"], dict):
        body = body["body"]  # what `ftdata job --json` prints
    service = SERVICES[target] if target else service_of(body)
    return replace(Job(service.name, body), body=_beside(name, body, service))


def _beside(name: str, body: dict[str, Any], service: JobService) -> dict[str, Any]:
    """The same, where files that lie beside the job are found from anywhere."""
    found = dict(body)
    for key in service.files:
        given = body.get(key)
        if isinstance(given, str) and not Path(given).exists() and Path(name).parent.joinpath(given).exists():
            found[key] = str(Path(name).parent / given)
    return found


__all__ = ["Job", "digest_of", "job", "loaded", "option", "refuse_errors"]
