"""A job's body: made and checked offline, for each service and kind of line."""

from __future__ import annotations

import json
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ftdata.errors import InputError, UsageError
from ftdata.findings import FindingsError
from ftdata.jobs.graders import NEEDED, grader_of
from ftdata.jobs.job import job, loaded
from ftdata.jobs.services import SERVICES, service_of
from ftdata.jobs.settings import TUNED, Setting
from tests.cli.running import ftdata
from tests.jobs.making import GRADER, chat, files, graded

MINI = "gpt-4.1-mini"


@pytest.mark.parametrize(
    "kind, model, given, method",
    [
        ("chat", MINI, {"epochs": 2, "batch_size": 8, "learning_rate_multiplier": 0.1},
         {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 2, "batch_size": 8, "learning_rate_multiplier": 0.1}}}),
        ("chat", MINI, {}, {"type": "supervised", "supervised": {}}),
        ("pair", "gpt-4.1", {"beta": 0.3, "epochs": "auto"}, {"type": "dpo", "dpo": {"hyperparameters": {"n_epochs": "auto", "beta": 0.3}}}),
        ("graded", "o4-mini", {"target": "azure", "grader": "grader.json", "reasoning_effort": "low", "eval_interval": 5, "compute_multiplier": 2},
         {"type": "reinforcement", "reinforcement": {
             "grader": GRADER,
             "hyperparameters": {"compute_multiplier": 2, "eval_interval": 5, "reasoning_effort": "low"}}}),
    ],
    ids=["supervised", "nothing said", "preference", "reinforcement"],
)  # fmt: skip
def test_the_method_follows_from_the_kind_of_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    model: str,
    given: dict[str, Any],
    method: dict[str, Any],
) -> None:
    files(tmp_path, kind)
    monkeypatch.chdir(tmp_path)
    made = job("train.jsonl", valid="valid.jsonl", model=model, **given)
    assert made.body["method"] == method
    assert (made.body["training_file"], made.body["validation_file"]) == ("train.jsonl", "valid.jsonl")


def test_the_body_of_azure(tmp_path: Path) -> None:
    train, valid = files(tmp_path)
    made = job(
        train, valid=valid, target="azure", model=MINI, epochs=2, suffix="cs", seed=7, training_type="Developer",
        metadata={"team": "support"}, wandb_project="p", wandb_name="n", wandb_entity="e", wandb_tags=["a", "b"],
    )  # fmt: skip
    digests = [sha256(Path(path).read_bytes()).hexdigest() for path in (train, valid)]
    assert made.body == {
        "model": MINI, "training_file": train, "validation_file": valid,
        "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 2}}},
        "seed": 7, "suffix": "cs", "trainingType": "Developer",
        "integrations": [{"type": "wandb", "wandb": {"project": "p", "name": "n", "entity": "e", "tags": ["a", "b"]}}],
        "metadata": {"training_file_sha256": digests[0], "validation_file_sha256": digests[1], "made_for": "azure", "team": "support"},
    }  # fmt: skip
    assert made.files == {"training_file": train, "validation_file": valid}
    assert any("Source: " in line for line in made.advice)


@pytest.mark.parametrize(
    "kind, target, model, given, expected",
    [
        ("chat", "together", "meta-llama/Llama-3.3-70B-Instruct-Reference",
         {"epochs": 3, "batch_size": 16, "learning_rate": 1e-5, "suffix": "cs", "seed": 1, "wandb_project": "p", "settings": {"lora": True}},
         {"n_evals": 3, "training_method": "sft", "n_epochs": 3, "batch_size": 16, "learning_rate": 1e-5, "suffix": "cs",
          "random_seed": 1, "wandb_project_name": "p", "lora": True}),
        ("pair", "together", "Qwen/Qwen3-8B", {"beta": 0.2}, {"n_evals": 1, "training_method": "dpo", "n_epochs": 1, "dpo_beta": 0.2}),
        ("chat", "fireworks", "accounts/fireworks/models/qwen3-8b", {"epochs": 2, "suffix": "cs", "batch_size": 8, "settings": {"lora_rank": 8}},
         {"base_model": "accounts/fireworks/models/qwen3-8b", "epochs": 2, "batch_size_samples": 8, "output_model": "cs", "lora_rank": 8}),
        ("graded", "fireworks", "accounts/fireworks/models/qwen3-8b", {"evaluator": "exact"},
         {"evaluator": "exact", "training_config": {"base_model": "accounts/fireworks/models/qwen3-8b"}}),
    ],
    ids=["together", "together dpo", "fireworks", "fireworks rft"],
)  # fmt: skip
def test_the_bodies_of_open_models(
    tmp_path: Path, kind: str, target: Any, model: str, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    train, valid = files(tmp_path, kind)
    made = job(train, valid=valid, target=target, model=model, **given)
    assert {
        key: value for key, value in made.body.items() if value not in (train, valid) and key != "model"
    } == expected
    assert service_of(made.body).name == target
    assert set(made.files.values()) == {train, valid}


REFUSED = [
    ("chat", {"epochs": 0}, "epochs is auto or a whole number from 1 up to 50"),
    ("chat", {"epochs": "three"}, "epochs is auto or"),
    ("chat", {"batch_size": 257}, "up to 256; got 257"),
    ("chat", {"learning_rate_multiplier": 0}, "a number above 0"),
    ("chat", {"learning_rate": 0.1}, "learning_rate is not for OpenAI. Use learning_rate_multiplier"),
    ("chat", {"beta": 1}, "beta is not for supervised jobs"),
    ("chat", {"grader": "grader.json"}, "a grader is for reinforcement"),
    ("chat", {"suffix": "x" * 65}, "1 to 64 characters"),
    ("chat", {"target": "azure", "suffix": "v1.2"}, "without dots"),
    ("chat", {"target": "azure", "suffix": "x" * 19}, "1 to 18"),
    ("chat", {"training_type": "Developer"}, "training_type is not for OpenAI"),
    ("chat", {"metadata": {f"k{n}": "v" for n in range(15)}}, "at most 16 keys"),
    ("chat", {"metadata": {"k": "v" * 513}}, "at most 512"),
    ("chat", {"metadata": {"k" * 65: "v"}}, "1 to 64 characters"),
    ("chat", {"wandb_project": "p", "wandb_tags": ["t"] * 51}, "at most 50 tags"),
    ("chat", {"settings": {"model": "x"}}, "model is made of the other options"),
    ("chat", {"target": "together", "model": "m", "settings": {"n_eval": 1}}, 'no setting n_eval. Did you mean "n_evals"'),
    ("pair", {"model": "gpt-4.1", "beta": 2.5}, "above 0 up to 2"),
    ("graded", {"model": "o4-mini", "target": "azure"}, "needs a grader"),
    ("graded", {"model": "o4-mini", "target": "azure", "grader": "grader.json"}, "needs a validation file"),
    ("graded", {"model": "m", "target": "together"}, "has no jobs for rft"),
    ("graded", {"model": "m", "target": "fireworks"}, "needs an evaluator"),
]  # fmt: skip


@pytest.mark.parametrize("kind, given, words", REFUSED, ids=[words for _, _, words in REFUSED])
def test_what_no_job_may_say_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, given: dict[str, Any], words: str
) -> None:
    files(tmp_path, kind)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as told:
        job("train.jsonl", **{"model": MINI, **given})
    assert words in str(told.value)


@pytest.mark.parametrize("one", [one for ones in TUNED.values() for one in ones], ids=lambda one: one.name)
def test_bounds_hold_at_their_edges(one: Setting) -> None:
    least = one.least if not one.above else one.least + 1e-6
    assert one.checked("auto") == "auto"
    assert one.checked(least) == least
    for beyond in (
        one.least if one.above else one.least - 1,
        None if one.most is None else one.most + 1,
        "many",
        True,
        [1],
    ):
        if beyond is not None:
            with pytest.raises(UsageError, match=f"{one.asked or one.name} is auto or"):
                one.checked(beyond)


def test_errors_in_a_file_refuse_the_job(tmp_path: Path) -> None:
    train, valid = files(tmp_path)
    bad = {"messages": [{"role": "user", "content": "?"}]}
    with Path(valid).open("a", encoding="utf-8") as file:
        file.write(json.dumps(bad) + "\n")
    with pytest.raises(FindingsError, match=r"valid\.jsonl:16.*ftdata check .*valid\.jsonl --for openai") as told:
        job(train, valid=valid, model=MINI)
    assert told.value.findings
    done = ftdata(tmp_path, "job", train, "--valid", valid, "--model", MINI, "-o", "job.json")
    assert done.code == 1
    assert not (tmp_path / "job.json").exists()


def test_a_model_that_was_shut_down_is_refused(tmp_path: Path) -> None:
    train, valid = files(tmp_path, "graded")
    with pytest.raises(FindingsError, match=r"o4-mini at OpenAI was shut down on 2026-10-23.*Azure"):
        job(train, valid=valid, model="o4-mini", grader=tmp_path / "grader.json")


def test_a_grader_is_held_against_the_rows(tmp_path: Path) -> None:
    train, valid = files(tmp_path, "graded")
    with Path(train).open("a", encoding="utf-8") as file:
        file.write(json.dumps({key: value for key, value in graded(99).items() if key != "answer"}) + "\n")
    with pytest.raises(FindingsError, match=r"1 of 61 rows lack what the grader names as item\.answer"):
        job(train, valid=valid, target="azure", model="o4-mini", grader=tmp_path / "grader.json")


@pytest.mark.parametrize("kind", NEEDED)
def test_graders_say_what_their_kind_needs(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "g.json"
    whole: dict[str, Any] = {
        "name": "g", "input": "{{ sample.output_text }}", "reference": "{{ item.answer }}", "operation": "eq",
        "evaluation_metric": "bleu", "source": "def grade(sample, item): return 1.0", "model": "gpt-4.1",
        "graders": {"one": GRADER}, "calculate_output": "one",
    }  # fmt: skip
    path.write_text(json.dumps({"type": kind, **whole}))
    assert grader_of(path)["type"] == kind
    for key in NEEDED[kind]:
        path.write_text(json.dumps({"type": kind, **{name: value for name, value in whole.items() if name != key}}))
        with pytest.raises(InputError, match=f"a {kind} grader needs {key}"):
            grader_of(path)


@pytest.mark.parametrize(
    "grader, words",
    [
        ({"type": "label_model"}, r"\$\.type: .*use score_model"),
        ({**GRADER, "reference": "{{ answer }}"}, r"\$\.reference: a template names item or sample"),
        ({**GRADER, "input": "{{ sample.output_txt }}"}, "sample has no output_txt"),
        ({**GRADER, "operation": "equals"}, "expected one of eq, ne, like, ilike"),
        ({"type": "multi", "name": "m", "calculate_output": "a", "graders": {"a": {"type": "string_chek"}}}, r"\$\.graders\.a\.type"),
        ([], "expected a grader, an object"),
    ],
)  # fmt: skip
def test_graders_that_no_job_takes(tmp_path: Path, grader: Any, words: str) -> None:
    (tmp_path / "g.json").write_text(json.dumps(grader))
    with pytest.raises(InputError, match=words):
        grader_of(tmp_path / "g.json")


def test_what_stands_in_both_files_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    train, valid = files(tmp_path)
    with Path(valid).open("a", encoding="utf-8") as file:
        file.write(json.dumps(chat(3)) + "\n")
    job(train, valid=valid, model=MINI)
    assert "stand in the validation file too" in caplog.text


def test_a_written_job_is_read_again(tmp_path: Path) -> None:
    train, valid = files(tmp_path)
    done = ftdata(
        tmp_path, "job", "train.jsonl", "--valid", "valid.jsonl", "--for", "azure", "--model", MINI, "-o", "job.json"
    )
    assert (done.code, done.out) == (0, "")
    assert "ftdata submit job.json sends it" in done.err
    again = loaded(tmp_path / "job.json")
    assert (again.service, again.files) == ("azure", {"training_file": train, "validation_file": valid})
    assert "exists already" in ftdata(tmp_path, "job", "train.jsonl", "--model", MINI, "-o", "job.json").err
    assert ftdata(tmp_path, "job", "train.jsonl", "--model", MINI, "-o", "train.jsonl", "--force").code == 2


@pytest.mark.parametrize("service", SERVICES)
def test_python_scripts_are_python(tmp_path: Path, service: Any) -> None:
    train, valid = files(tmp_path)
    text = job(train, valid=valid, target=service, model=MINI).to_python()
    compile(text, "job.py", "exec")
    assert "sk-" not in text
    assert text.count("= uploaded(body[") == 2


def test_curl_scripts_keep_the_text_of_the_body(tmp_path: Path) -> None:
    train, _ = files(tmp_path)
    text = job(train, model=MINI, metadata={"note": 'a $HOME `x` "\\ é'}).to_curl()
    body = text.split("<<JSON\n")[1].removesuffix("JSON\n")
    shown = subprocess.run(
        ["sh", "-c", f"training_file=file-1\ncat <<JSON\n{body}JSON"], capture_output=True, text=True, check=True
    )
    sent = json.loads(shown.stdout)
    assert (sent["training_file"], sent["metadata"]["note"]) == ("file-1", 'a $HOME `x` "\\ é')
    with pytest.raises(UsageError, match="Write a script"):
        job(train, model="m", target="together").to_curl()
