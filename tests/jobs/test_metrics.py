"""What training measured, read from whatever it left."""

from __future__ import annotations

import base64
import json
from math import exp
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata as library
from ftdata.errors import InputError, UsageError
from ftdata.jobs.logs import parsed
from ftdata.jobs.metrics import Metrics, metrics
from ftdata.jobs.runs import TrainingRun, lower_is_better, made
from tests.cli.running import ftdata
from tests.jobs.making import files
from tests.strategies import tries

AZURE = "step,train_loss,train_mean_token_accuracy,valid_loss,valid_mean_token_accuracy,full_valid_loss,full_valid_mean_token_accuracy\n"


def losses(step: int) -> tuple[float, float]:
    """A training loss that falls and a validation loss that turns at step 20."""
    return 2 * exp(-step / 15), 0.6 + abs(step - 20) / 40


def azure() -> str:
    rows = []
    for step in range(1, 31):
        train, valid = losses(step)
        full = f"{valid:.4f},0.8" if step % 10 == 0 else ","
        rows.append(f"{step},{train:.5f},0.9,{valid:.4f},0.8,{full}\n")
    return AZURE + "".join(rows)


def openai_csv() -> str:
    rows = [
        f"{step},{losses(step)[0]:.5f},0.9,{f'{losses(step)[1]:.4f}' if step % 5 == 0 else ''},\n"
        for step in range(1, 31)
    ]
    return "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n" + "".join(rows)


def event(step: int, **data: float) -> dict[str, Any]:
    return {"object": "fine_tuning.job.event", "id": f"e{step}", "created_at": step, "level": "info", "type": "metrics",
            "message": f"Step {step}/30: training loss={losses(step)[0]:.2f}", "data": {"step": step, "total_steps": 30, **data}}  # fmt: skip


def events() -> list[dict[str, Any]]:
    found = [
        {
            "object": "fine_tuning.job.event",
            "id": "e0",
            "type": "message",
            "message": "Fine-tuning job started",
            "data": {},
        }
    ]
    for step in range(1, 31):
        whole = {"full_valid_loss": losses(step)[1]} if step % 10 == 0 else {}
        found.append(event(step, train_loss=losses(step)[0], **whole))
    return found[::-1]  # the API gives the latest first


def told() -> list[dict[str, Any]]:
    """Events of which only the words have numbers."""
    found = []
    for step in (10, 20, 30):
        train, valid = losses(step)
        words = (
            f"Step {step}/30: training loss={train:.4f}, validation loss={valid:.4f}, full validation loss={valid:.4f}"
        )
        found.append({"object": "fine_tuning.job.event", "id": f"e{step}", "message": words, "data": None})
    return found


def checkpoints() -> list[dict[str, Any]]:
    return [
        {"object": "fine_tuning.job.checkpoint", "id": f"c{step}", "step_number": step, "fine_tuned_model_checkpoint": f"ft:m:o::x:ckpt-step-{step}",
         "metrics": {"step": float(step), "train_loss": losses(step)[0], "full_valid_loss": losses(step)[1], "valid_loss": None}}
        for step in (10, 20, 30)
    ]  # fmt: skip


def trainer() -> dict[str, Any]:
    history: list[dict[str, Any]] = []
    for step in range(1, 31):
        history.append(
            {
                "loss": losses(step)[0],
                "grad_norm": 1.0,
                "learning_rate": 1e-5,
                "epoch": step / 10,
                "step": step,
                "num_tokens": 5.0 * step,
            }
        )
        if step % 10 == 0:
            history.append(
                {
                    "eval_loss": losses(step)[1],
                    "eval_runtime": 1.5,
                    "eval_mean_token_accuracy": 0.8,
                    "epoch": step / 10,
                    "step": step,
                }
            )
    history.append({"train_runtime": 99.0, "train_loss": 77.0, "total_flos": 1e15, "epoch": 3.0, "step": 30})
    return {"best_metric": 0.6, "best_model_checkpoint": "out/checkpoint-20", "global_step": 30, "log_history": history}


def factory() -> str:
    rows: list[dict[str, Any]] = []
    for step in range(1, 31):
        rows.append(
            {
                "current_steps": step,
                "total_steps": 30,
                "loss": losses(step)[0],
                "lr": 1e-5,
                "epoch": step / 10,
                "percentage": 3.3,
                "elapsed_time": "0:00:01",
            }
        )
        if step % 10 == 0:
            rows.append(
                {
                    "current_steps": step,
                    "total_steps": 30,
                    "loss": None,
                    "eval_loss": losses(step)[1],
                    "epoch": step / 10,
                    "remaining_time": "0:00:09",
                }
            )
    return "".join(json.dumps(row) + "\n" for row in rows)


def together() -> dict[str, Any]:
    rows: list[dict[str, float]] = []
    for step in range(1, 31):
        rows.append(
            {
                "train/global_step": step,
                "train/loss": losses(step)[0],
                "train/epoch": step / 10,
                "train/learning_rate": 1e-5,
                "timestamp": 1e9,
            }
        )
        if step % 10 == 0:
            rows.append({"train/global_step": step, "eval/loss": losses(step)[1]})
    return {"metrics": rows}


def lines(values: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


SOURCES: dict[str, str] = {
    "a job's result file of Azure": azure(),
    "with a mark": "\ufeff" + azure(),
    "in base64": base64.b64encode(azure().encode()).decode(),
    "in base64 with line ends": base64.encodebytes(azure().encode()).decode(),
    "with line ends of Windows": azure().replace("\n", "\r\n"),
    "a list of events": json.dumps(events()),
    "a page of events": json.dumps({"object": "list", "data": events(), "has_more": False}),
    "lines of events": lines(events()),
    "lines of pages": lines([{"object": "list", "data": events()[:10]}, {"object": "list", "data": events()[10:]}]),
    "what events say": lines(told()),
    "checkpoints": json.dumps({"object": "list", "data": checkpoints()}),
    "events and checkpoints": lines([*events(), *checkpoints()]),
    "trainer_state.json": json.dumps(trainer()),
    "log_history alone": json.dumps(trainer()["log_history"][:-1]),
    "trainer_log.jsonl": factory(),
    "Together's metrics": json.dumps(together()),
    "Together's rows": json.dumps(together()["metrics"]),
}


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_tells_the_same_training(tmp_path: Path, source: str) -> None:
    path = tmp_path / "log"
    path.write_text(SOURCES[source], encoding="utf-8", newline="")
    (run,) = metrics(path)
    assert run.best is not None
    assert (run.best.step, round(run.best.value, 3)) == (20, 0.6), run
    assert run.turn is not None
    assert (run.turn.step, round(run.turn.last, 3)) == (20, 0.85)
    assert run.ends == (10, 20, 30)
    assert [epoch.number for epoch in run.epochs] == [1, 2, 3]
    train = dict(run.series("train_loss"))
    assert train[20] == pytest.approx(losses(20)[0], abs=0.01)
    assert max(train.values()) < 2.1, "what a trainer sums up is not a step"
    assert not {name for name in run.metrics if "time" in name or "runtime" in name or "tokens" in name}


def test_openais_own_columns() -> None:
    run = parsed(openai_csv().encode(), "x").run("x", 3)
    assert (run.best.metric, run.best.step) == ("valid_loss", 20) if run.best else None
    assert run.metrics == ("train_loss", "train_mean_token_accuracy", "valid_loss")
    assert run.ends == (10, 20, 30)


def test_checkpoints_name_the_model_of_the_best_step(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(SOURCES["events and checkpoints"])
    (run,) = metrics(tmp_path / "c.json")
    assert run.best
    assert run.best.checkpoint == "ft:m:o::x:ckpt-step-20"
    assert "use the checkpoint ft:m:o::x:ckpt-step-20" in str(metrics(tmp_path / "c.json"))


def test_rewards_are_to_rise() -> None:
    rows = [
        {"step": step, "full_valid_mean_reward": 1 - abs(step - 2) / 5, "train_mean_reward": step / 10}
        for step in range(6)
    ]
    run = parsed(json.dumps(rows).encode(), "x").run("x")
    assert run.best
    assert (run.best.step, run.best.value) == (2, 1)
    assert run.turn
    assert "turns down after step 2" in str(Metrics((run,)))


def test_one_noisy_batch_is_no_best_step() -> None:
    rows = [
        {"step": step, "valid_loss": 1.0 + abs(step - 50) / 100 + (0.2 if step % 2 else 0)} for step in range(1, 101)
    ]
    rows[9]["valid_loss"] = 0.01
    run = parsed(json.dumps(rows).encode(), "x").run("x")
    assert run.best
    assert 40 <= run.best.step <= 60
    assert run.best.mean_of == 11


def test_what_diverged_is_told(tmp_path: Path) -> None:
    rows = "step,train_loss\n1,0.5\n2,nan\n3,inf\n"
    run = parsed(rows.encode(), "x").run("x")
    assert run.series("train_loss") == [(1, 0.5)]
    assert "train_loss is not a number at 2 steps, from step 2: training may have diverged" in run.notes[0]


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "holds no metrics"), ("a,b\n1,2\n", "holds no metrics"), ("step,train_loss\n", "holds no metrics"),
        ("{", "holds no metrics"), ("[1, 2]", "holds no metrics"), ('{"step": 1}', "holds no metrics"), ("null", "holds no metrics"),
        (json.dumps({"object": "fine_tuning.job", "id": "ftjob-1", "result_files": []}), "the job ftjob-1 itself holds no metrics: ftdata metrics ftjob-1"),
        ('{"messages": []}', "holds no metrics"), ("\x00\x01", "holds no metrics"), ("QUJD", "holds no metrics"),
        ('{"log_history": [null, {"step": "x"}]}', "holds no metrics"),
    ],
)  # fmt: skip
def test_what_is_no_metrics_is_told(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "x").write_text(text, encoding="utf-8")
    done = ftdata(tmp_path, "metrics", "x")
    assert done.code == 3
    assert words in done.err


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="or the id of a job"):
        metrics(tmp_path / "nothing.csv")
    (tmp_path / "x").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8 text"):
        metrics(tmp_path / "x")
    with pytest.raises(UsageError, match="nothing to read"):
        metrics()


# -- what is told --------------------------------------------------------------------------------------------------------


def test_several_runs_side_by_side(tmp_path: Path) -> None:
    for name, text in (("one", azure()), ("two", azure().replace(",0.6000,", ",0.3000,"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "results.csv").write_text(text)
    (tmp_path / "state.json").write_text(json.dumps(trainer()))
    done = ftdata(tmp_path, "metrics", "one/results.csv", "two/results.csv", "state.json")
    assert done.code == 0
    assert "full_valid_loss:  • one/results  × two/results  + state" not in done.out, "the third has no full_valid_loss"
    assert "full_valid_loss:  • one/results  × two/results" in done.out
    assert "train_loss:  • one/results  × two/results  + state" in done.out
    named = ftdata(tmp_path, "metrics", "one/results.csv", "two/results.csv", "--names", "a,b", "--json")
    assert [run["name"] for run in json.loads(named.out)["runs"]] == ["a", "b"]
    assert ftdata(tmp_path, "metrics", "state.json", "--names", "a,b").code == 2


def test_the_page_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "r<b>.csv").write_text(azure())
    done = ftdata(tmp_path, "metrics", "r<b>.csv", "--html", "m.html")
    assert done.code == 0, done.err
    page = (tmp_path / "m.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert "<b>" not in page
    assert not any(word in page for word in ("<script", "<link", "src=", "href="))
    assert ftdata(tmp_path, "metrics", "r<b>.csv", "--html", "m.html").code == 2
    assert ftdata(tmp_path, "metrics", "r<b>.csv", "--html", "m.svg", "--force").code == 0
    ElementTree.fromstring((tmp_path / "m.svg").read_text(encoding="utf-8"))  # noqa: S314 - ours
    assert ftdata(tmp_path, "metrics", "r<b>.csv", "--force").code == 2


def test_what_share_was_trained(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(azure())
    files(tmp_path)
    stats = library.read(tmp_path / "train.jsonl").stats("gpt-4o")
    done = ftdata(tmp_path, "metrics", "r.csv", "--data", "train.jsonl", "--model", "gpt-4o", "--json")
    told = json.loads(done.out)["data"]
    assert (told["tokens"], told["trained"]) == (stats.total.total, stats.trained.total)
    assert 0 < told["share"] < 1
    assert ftdata(tmp_path, "metrics", "r.csv", "--model", "gpt-4o").code == 2


def test_frames(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(azure())
    found = library.metrics(tmp_path / "r.csv")
    frame = found.to_pandas()
    assert list(frame.columns[:3]) == ["run", "step", "train_loss"]
    assert len(frame) == 30
    assert found["r"] is found.runs[0]
    assert len(found) == 1
    assert "<svg" in found._repr_html_()


VALUES = st.floats(allow_nan=True, allow_infinity=True, width=32)
POINTS = st.lists(
    st.fixed_dictionaries(
        {"step": st.integers(0, 50)},
        optional={"train_loss": VALUES, "valid_loss": VALUES, "epoch": st.floats(0, 9), "reward": VALUES},
    ),
    max_size=40,
)


@given(POINTS)
@tries(60)
def test_whatever_was_measured_can_be_shown(points: list[dict[str, float]]) -> None:
    run: TrainingRun = made("x", "rows", points, {}, None, [])
    assert [point["step"] for point in run.points] == sorted({point["step"] for point in points})
    found = Metrics((run,))
    assert str(found)
    ElementTree.fromstring(
        f"<x>{''.join(piece for piece in [found.to_html().split('<body>')[1].split('</body>')[0]])}</x>"
    )  # noqa: S314
    json.dumps(found.to_dict(), allow_nan=False)
    if run.best:
        values = [value for _, value in run.series(run.watched)]
        assert min(values) <= run.best.value + 1e-3 * abs(run.best.value) + 1e-6 or not lower_is_better(run.watched)
        assert list(run.ends) == sorted(set(run.ends))
