"""The bodies of training jobs: what each service is sent, and which options mean something there.

Sources: the types of openai 3.57 (OpenAI and Azure, which take one body), together 3.1.1 and fireworks-ai 1.2.30
(November 2026); Azure's ``trainingType`` and its suffix of 18 characters: Microsoft's guide to fine-tuning (2026).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass
from ftdata.errors import UsageError, did_you_mean, option
from ftdata.jobs import settings
from ftdata.jobs.graders import reads_json

if TYPE_CHECKING:
    from ftdata.facts.methods import Method

MADE_FOR = "made_for"
"""The key of a job's metadata that says for which service its body was made."""

_WANDB = ("wandb_project", "wandb_name", "wandb_entity", "wandb_tags")
_TUNED = ("epochs", "batch_size", "learning_rate_multiplier")
_GRADED = ("grader", "compute_multiplier", "eval_interval", "eval_samples", "reasoning_effort", "response_format")
_OPENAI = ("model", "method", "seed", "suffix", "metadata", "beta", "settings", *_WANDB, *_TUNED, *_GRADED)


@dataclass(frozen=True)
class Asked:
    """What a job is asked for.

    Attributes:
        train: The training file, or its id.
        valid: The validation file; empty for none.
        model: The model.
        method: How it is trained.
        options: The other options that were given, by their names.
        digests: The SHA-256 of the files, by their key in the body.
    """

    train: str
    valid: str
    model: str
    method: Method
    options: Mapping[str, Any]
    digests: Mapping[str, str]

    def get(self, name: str, default: Any = None) -> Any:
        """An option, if it was given."""
        return self.options.get(name, default)


@dataclass(frozen=True)
class JobService:
    """A service that trains.

    Attributes:
        name: As ``--for`` calls it.
        about: Its name for people.
        takes: The options that mean something there.
        methods: How it trains.
        suffix: How many characters a suffix may have, and which ones: as a pattern, and in words.
        body: The body of a job.
        key: The variable of the environment that holds its key.
        package: The package of its SDK, and the extra that installs it.
        files: The keys of a body that hold files.
    """

    name: str
    about: str
    takes: tuple[str, ...]
    methods: tuple[Method, ...]
    suffix: tuple[int, str, str]
    body: Callable[[JobService, Asked], dict[str, Any]]
    key: str
    package: tuple[str, str]
    files: tuple[str, ...] = ("training_file", "validation_file")

    def refuse(self, asked: Asked) -> None:
        """Refuse what the service does not know.

        Raises:
            UsageError: If an option does not apply there, a method is not offered, or a suffix is too long.
        """
        if asked.method not in self.methods:
            hint = f"It trains {', '.join(self.methods)}; ftdata models lists who trains {asked.method}."
            raise UsageError(f"{self.about} has no jobs for {asked.method}", hint=hint)
        for name in asked.options:
            if name not in self.takes:
                raise UsageError(f"{option(name)} is not for {self.about}", hint=self._instead(name))
        longest, allowed, words = self.suffix
        suffix = asked.get("suffix")
        if suffix is not None and not re.fullmatch(rf"{allowed}{{1,{longest}}}", suffix):
            raise UsageError(f"a suffix for {self.about} has 1 to {longest} {words}; got {suffix!r}")

    def _instead(self, name: str) -> str:
        other = {"learning_rate": "learning_rate_multiplier", "learning_rate_multiplier": "learning_rate"}.get(name)
        return f"Use {option(other)}." if other in self.takes and other else "Remove it."


# -- OpenAI and Azure -------------------------------------------------------------------------------------------------

_TYPE: Mapping[Method, str] = {"sft": "supervised", "completion": "supervised", "dpo": "dpo", "rft": "reinforcement"}
_KEYS, _KEY, _VALUE = 16, 64, 512
_TAGS, _TAG = 50, 64
_BODY = ("hyperparameters", "method", "training_file", "validation_file", "model")


def _openai(service: JobService, asked: Asked) -> dict[str, Any]:
    kind = _TYPE[asked.method]
    body: dict[str, Any] = {"model": asked.model, "training_file": asked.train}
    if asked.valid:
        body["validation_file"] = asked.valid
    body["method"] = {"type": kind, kind: _method(kind, asked)}
    for name in ("seed", "suffix"):
        if asked.get(name) is not None:
            body[name] = asked.get(name)
    if integration := _integration(asked):
        body["integrations"] = [integration]
    if asked.get("training_type"):
        body["trainingType"] = asked.get("training_type")
    body["metadata"] = _metadata(service, asked)
    return {**body, **_others(asked, _BODY)}


def _method(kind: str, asked: Asked) -> dict[str, Any]:
    known = {one.asked or one.name for one in settings.TUNED[kind]}
    if kind == "reinforcement":
        known |= {"reasoning_effort", "grader", "response_format"}
    for name in (*_TUNED, *_GRADED, "beta"):
        if name in asked.options and name not in known:
            raise UsageError(f"{option(name)} is not for {kind} jobs", hint="Remove it.")
    said = settings.hyperparameters(kind, asked.options)
    if kind == "reinforcement" and asked.get("reasoning_effort"):
        said["reasoning_effort"] = asked.get("reasoning_effort")
    made: dict[str, Any] = {"hyperparameters": said} if said else {}
    if kind != "reinforcement":
        return made
    if "grader" not in asked.options:
        raise UsageError("a reinforcement job needs a grader", hint=f"Add {option('grader', 'grader.json')}.")
    if not asked.valid:
        raise UsageError("a reinforcement job needs a validation file", hint=f"Add {option('valid', 'valid.jsonl')}.")
    made = {"grader": asked.get("grader"), **made}
    return {**made, **({"response_format": asked.get("response_format")} if asked.get("response_format") else {})}


def _integration(asked: Asked) -> dict[str, Any] | None:
    """Weights & Biases: project, and what else was said of the run."""
    project = asked.get("wandb_project")
    if not project:
        return None
    run: dict[str, Any] = {"project": project}
    for name in ("name", "entity"):
        if asked.get(f"wandb_{name}"):
            run[name] = asked.get(f"wandb_{name}")
    tags = list(asked.get("wandb_tags") or ())
    if len(tags) > _TAGS or any(len(tag) > _TAG for tag in tags):
        raise UsageError(f"a run of Weights & Biases has at most {_TAGS} tags of {_TAG} characters")
    return {"type": "wandb", "wandb": {**run, **({"tags": tags} if tags else {})}}


def _metadata(service: JobService, asked: Asked) -> dict[str, str]:
    """The user's keys, and the digests of the files by which the trained model is found again."""
    own = {f"{key}_sha256": digest for key, digest in asked.digests.items()} | {MADE_FOR: service.name}
    given = {str(key): str(value) for key, value in (asked.get("metadata") or {}).items()}
    found = {**own, **given}
    if len(found) > _KEYS:
        raise UsageError(
            f"a job's metadata has at most {_KEYS} keys, {len(own)} of them ftdata's own; got {len(found)}"
        )
    for key, value in given.items():
        if not key or len(key) > _KEY or len(value) > _VALUE:
            raise UsageError(
                f"a key of metadata has 1 to {_KEY} characters and its value at most {_VALUE}; got {key!r}"
            )
    return found


def _others(asked: Asked, own: tuple[str, ...], known: tuple[str, ...] = ()) -> dict[str, Any]:
    """Further keys of the body, as they were given."""
    given: dict[str, Any] = dict(asked.get("settings") or {})
    for name in given:
        if name in own:
            raise UsageError(f"{name} is made of the other options", hint="Leave it out of the settings.")
        if known and name not in known:
            raise UsageError(f"the service knows no setting {name}", hint=did_you_mean(name, known))
    return given


# -- Together ---------------------------------------------------------------------------------------------------------

_TOGETHER = (
    "packing", "max_seq_length", "n_evals", "n_checkpoints", "gradient_accumulation_steps", "lr_scheduler_type",
    "min_lr_ratio", "scheduler_num_cycles", "warmup_ratio", "max_grad_norm", "weight_decay", "lora", "lora_r",
    "lora_dropout", "lora_alpha", "lora_trainable_modules", "train_vision", "wandb_base_url", "early_stopping_enabled",
    "early_stopping_patience", "early_stopping_min_delta", "early_stopping_warmup_evals", "train_on_inputs",
    "dpo_normalize_logratios_by_length", "rpo_alpha", "simpo_gamma", "from_checkpoint", "from_hf_model",
    "hf_model_revision", "hf_output_repo_name",
)  # fmt: skip
"""What `fine_tuning.create` of together 3.1.1 takes beside our options; keys are left to the environment."""


def _together(service: JobService, asked: Asked) -> dict[str, Any]:
    epochs = _number(settings.EPOCHS, asked, "epochs")
    body: dict[str, Any] = {"training_file": asked.train, "model": asked.model}
    if asked.valid:
        # Without evaluations Together never looks at the validation file: the SDK's default is none.
        body |= {"validation_file": asked.valid, "n_evals": epochs or 1}
    body |= {"training_method": "dpo" if asked.method == "dpo" else "sft", "n_epochs": epochs or 1}
    numbers = {"batch_size": settings.SIZE, "learning_rate": settings.RATE}
    body |= {name: _number(one, asked) for name, one in numbers.items() if name in asked.options}
    if "beta" in asked.options:
        body["dpo_beta"] = _beta(asked, 2)
    names = {"suffix": "suffix", "seed": "random_seed", "wandb_project": "wandb_project_name"}
    names |= {"wandb_name": "wandb_name", "wandb_entity": "wandb_entity"}
    body |= {there: asked.get(ours) for ours, there in names.items() if ours in asked.options}
    return {**body, **_others(asked, ("training_file", "validation_file", "model", "n_epochs"), _TOGETHER)}


def _number(one: settings.Setting, asked: Asked, name: str = "") -> Any:
    value = asked.get(name or one.name)
    return None if value is None else one.checked(value)


def _beta(asked: Asked, most: float) -> Any:
    if asked.method != "dpo":
        raise UsageError(f"{option('beta')} is for preference pairs", hint="Remove it.")
    return settings.Setting("beta", least=0, most=most, above=True, whole=False, auto=False,
                            source="the service's SDK").checked(asked.get("beta"))  # fmt: skip


# -- Fireworks --------------------------------------------------------------------------------------------------------

_FIREWORKS = (
    "batch_size", "gradient_accumulation_steps", "jinja_template", "learning_rate_warmup_steps", "lora_rank",
    "max_context_length", "optimizer_weight_decay", "region", "warm_start_from",
    "sampler_checkpoint_save_interval_steps",
)  # fmt: skip
_FIREWORKS_JOB = ("display_name", "early_stop", "eval_auto_carveout", "is_turbo", "nodes", "reservation_target",
                  "use_reservation", "chunk_size", "inference_parameters", "loss_config")  # fmt: skip


def _fireworks(service: JobService, asked: Asked) -> dict[str, Any]:
    said: dict[str, Any] = {"base_model": asked.model}
    numbers = {"epochs": (settings.EPOCHS, "epochs"), "batch_size_samples": (settings.SIZE, "batch_size"),
               "learning_rate": (settings.RATE, "learning_rate")}  # fmt: skip
    said |= {there: _number(one, asked, name) for there, (one, name) in numbers.items() if name in asked.options}
    if "suffix" in asked.options:
        said["output_model"] = asked.get("suffix")
    others = _others(asked, ("dataset", "base_model", "epochs"), (*_FIREWORKS, *_FIREWORKS_JOB))
    of_training = {name: value for name, value in others.items() if name in _FIREWORKS}
    of_job = {name: value for name, value in others.items() if name in _FIREWORKS_JOB}
    said |= of_training
    body: dict[str, Any] = {"dataset": asked.train}
    if asked.valid and asked.method == "dpo":
        raise UsageError("Fireworks evaluates no preference pairs", hint=f"Leave {option('valid')} out.")
    if asked.valid:
        body["evaluation_dataset"] = asked.valid
    if asked.method == "rft":
        if "evaluator" not in asked.options:
            raise UsageError("a reinforcement job on Fireworks needs an evaluator that is there already",
                             hint=f"Add {option('evaluator', 'NAME')}.")  # fmt: skip
        body["evaluator"] = asked.get("evaluator")
    body |= said if asked.method in ("sft", "completion") else {"training_config": said}
    if "beta" in asked.options:
        body["loss_config"] = {"method": "DPO", "dpo": {"beta": _beta(asked, 0.5)}}
    if "wandb_project" in asked.options:
        run = {"enabled": True, "project": asked.get("wandb_project"), "entity": asked.get("wandb_entity")}
        body["wandb_config"] = {name: value for name, value in run.items() if value is not None}
    return {**body, **of_job}


_ANY = "[^\\n]"
_OPEN = (
    "model", "method", "epochs", "batch_size", "learning_rate", "beta", "suffix", "settings", "wandb_project",
    "wandb_entity",
)  # fmt: skip

SERVICES: Mapping[str, JobService] = {
    service.name: service
    for service in (
        JobService(
            "openai", "OpenAI", _OPENAI, ("sft", "completion", "dpo", "rft"), (64, _ANY, "characters"), _openai,
            "OPENAI_API_KEY", ("openai", "jobs"),
        ),
        JobService(
            "azure", "Azure OpenAI", (*_OPENAI, "training_type"), ("sft", "completion", "dpo", "rft"),
            (18, "[^.\\n]", "characters, without dots"), _openai, "AZURE_OPENAI_API_KEY", ("openai", "jobs"),
        ),
        JobService(
            "together", "Together", (*_OPEN, "seed", "wandb_name"), ("sft", "completion", "dpo"),
            (40, _ANY, "characters"), _together, "TOGETHER_API_KEY", ("together", "together"),
        ),
        JobService(
            "fireworks", "Fireworks", (*_OPEN, "evaluator"), ("sft", "dpo", "rft"),
            (63, "[a-z0-9-]", "lower-case letters, digits and dashes"), _fireworks, "FIREWORKS_API_KEY",
            ("fireworks-ai", "fireworks"), ("dataset", "evaluation_dataset"),
        ),
    )
}  # fmt: skip
"""Where training jobs can be created from here."""


def service_of(body: Mapping[str, Any]) -> JobService:
    """The service that a body was made for, as its metadata or its keys say.

    Raises:
        UsageError: If it is not a job's body.
    """
    metadata = body.get("metadata")
    made_for = str(metadata.get(MADE_FOR)) if isinstance(metadata, dict) else ""
    if made_for in SERVICES:
        return SERVICES[made_for]
    if "dataset" in body:
        return SERVICES["fireworks"]
    if "training_file" in body:
        together = "method" not in body and {"training_method", "n_epochs"} & body.keys()
        return SERVICES["together" if together else "azure" if "trainingType" in body else "openai"]
    raise UsageError(
        "this is not a training job: it names no file", hint="Make one: ftdata job train.jsonl -o job.json."
    )


def advice_on(service: JobService, body: Mapping[str, Any], asked: Asked) -> Iterator[str]:
    """What is worth knowing of a body before it is sent."""
    if "method" in body:
        kind = body["method"]["type"]
        said = body["method"][kind].get("hyperparameters", {})
        yield from settings.advised(kind, said, service.name)
        if kind == "reinforcement":
            if reads_json(asked.get("grader")) and not asked.get("response_format"):
                yield ("the grader reads sample.output_json, and nothing makes answers JSON: add "
                       f"{option('response_format', 'FILE')}. Source: OpenAI's reinforcement guide.")  # fmt: skip
        elif service.name == "azure" and kind == "dpo" and "n_epochs" not in said:
            yield "Azure trains preference pairs for 3 epochs by default. Source: Microsoft's guide, 2026."
    if service.name == "together" and asked.valid:
        yield (f"{body['n_evals']} evaluations of the validation file, which Together bills by its tokens: epochs x "
               "training tokens + evaluations x validation tokens. Set n_evals for another number.")  # fmt: skip
    if not asked.valid:
        yield ("without a validation file the metrics do not show when the model begins to overfit: add "
               f"{option('valid', 'valid.jsonl')}. Source: OpenAI's fine-tuning guide.")  # fmt: skip
