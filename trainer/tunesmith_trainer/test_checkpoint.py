from __future__ import annotations

import errno
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from . import checkpoint as module
from .checkpoint import list_checkpoints, newest_valid, prune, read_record, write_checkpoint
from .errors import AppError
from .export_adapter import export_adapter, exported_step
from .spec import load_spec
from .testing_models import shared_model
from .testing_runs import make_rows, make_run, prepare, read_events
from .train_stage import make_live_training, train


@pytest.fixture
def live(tmp_path: Path) -> Any:
    """A run that has not begun to train, and what its checkpoints are made of."""
    work = prepare(make_run(tmp_path / "run", shared_model("starter"), make_rows(8)))
    training = make_live_training(work)
    return work, training


def write(live: Any, step: int) -> Path:
    work, training = live
    training.trainer.progress.step = step
    parent = work.context.folder / "checkpoints"
    return write_checkpoint(parent, training.trainer, training.memory, work.context.spec, "steps")


def test_a_checkpoint_holds_hashes_of_all_its_files(live: Any) -> None:
    folder = write(live, 7)
    record = read_record(folder)
    assert record is not None
    assert (record.step, record.reason) == (7, "steps")
    names = {file.name for file in folder.iterdir()}
    assert names == {*record.files, "checkpoint.json"}


@pytest.mark.parametrize("name", ["adapter_model.safetensors", "adapter_config.json", "state.pt"])
def test_a_changed_or_missing_file_makes_it_torn(live: Any, name: str) -> None:
    folder = write(live, 1)
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[:-1] + b"?")
    assert read_record(folder) is None
    (folder / name).unlink()
    assert read_record(folder) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schemaVersion": 1, "step": 1}'])
def test_a_torn_record_makes_it_torn(live: Any, text: str) -> None:
    folder = write(live, 1)
    (folder / "checkpoint.json").write_text(text)
    assert read_record(folder) is None


def test_the_newest_and_the_best_are_kept(live: Any) -> None:
    parent = write(live, 1).parent
    for step in range(2, 8):
        write(live, step)
    prune(parent, keep=3, best_step=2)
    names = [folder.name for folder in list_checkpoints(parent)]
    assert names == ["step-000002", "step-000005", "step-000006", "step-000007"]
    prune(parent, keep=1, best_step=-1)
    assert [folder.name for folder in list_checkpoints(parent)] == ["step-000007"]


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes: real writers fail for real."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


if sys.platform != "win32":

    @pytest.mark.parametrize("size", [1 << 10, 80 << 10])
    def test_a_write_that_fails_leaves_earlier_checkpoints_whole(live: Any, size: int) -> None:
        # 80 KiB let the adapter (70 KiB) be written and stop the optimizer's state (140 KiB).
        live[1].trainer.train([])
        first = write(live, 1)
        with pytest.raises(AppError) as caught, file_size_limit(size):
            write(live, 2)
        assert caught.value.code == "checkpoint_failed"
        assert list(first.parent.iterdir()) == [first]
        assert read_record(first) is not None


def test_a_full_disk_is_said(live: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = write(live, 1)

    def full(file: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(file))

    monkeypatch.setattr(module, "sync_file", full)
    with pytest.raises(AppError) as caught:
        write(live, 2)
    assert caught.value.code == "disk_full"
    assert list(first.parent.iterdir()) == [first]


def test_a_half_written_folder_never_counts(live: Any) -> None:
    work, _ = live
    folder = write(live, 3)
    shutil.copytree(folder, folder.with_name("step-000009.part"))
    assert newest_valid(folder.parent, work.context.spec, work.context.events) == folder
    write(live, 9)
    assert not folder.with_name("step-000009.part").exists()


def test_the_same_weights_give_the_same_bytes(live: Any) -> None:
    first = write(live, 1)
    names = ("adapter_model.safetensors", "adapter_config.json")
    before = [(first / name).read_bytes() for name in names]
    write(live, 1)
    assert [(first / name).read_bytes() for name in names] == before
    config = json.loads(before[1])
    assert config["base_model_name_or_path"] == "tiny"
    assert config["target_modules"] == sorted(config["target_modules"])


def test_another_output_format_does_not_make_it_another_run(tmp_path: Path, live: Any) -> None:
    work, _ = live
    folder = write(live, 1)
    for settings, same in (({"output_quantization": "q4_k_m"}, True), ({"r": 16}, False)):
        run = make_run(tmp_path / str(same), shared_model("starter"), make_rows(8), **settings)
        spec = load_spec(run)
        if same:
            assert newest_valid(folder.parent, spec, work.context.events) == folder
        else:
            with pytest.raises(AppError) as caught:
                newest_valid(folder.parent, spec, work.context.events)
            assert caught.value.params["detail"] == "settings"


def test_an_exported_adapter_is_known_by_its_hashes(live: Any, tmp_path: Path) -> None:
    spec = live[0].context.spec
    folder = write(live, 5)
    target = tmp_path / "adapter"
    assert exported_step(target, spec) is None
    export_adapter(folder, target, spec, 5, "last")
    assert exported_step(target, spec) == 5
    (target / "adapter_config.json").write_text("{}")
    assert exported_step(target, spec) is None


@pytest.mark.parametrize(
    ("settings", "reasons"),
    [
        ({"save_strategy": "epoch"}, [(4, "epoch"), (8, "epoch")]),
        ({"save_strategy": "no"}, [(8, "end")]),
        ({"save_strategy": "steps", "save_steps": 3}, [(3, "steps"), (6, "steps"), (8, "end")]),
        ({"save_strategy": "no", "checkpointSeconds": 1e-9}, [(n, "time") for n in range(1, 8)]),
    ],
    ids=str,
)
def test_when_checkpoints_are_written(tmp_path: Path, settings: dict, reasons: list) -> None:
    run = make_run(tmp_path / "run", shared_model("starter"), make_rows(16), **settings)
    work = prepare(run)
    train(work, make_live_training(work))
    found = [(e["step"], e["reason"]) for e in read_events(run, "train.checkpoint")]
    assert found[: len(reasons)] == reasons
    assert found[-1][0] == 8


@pytest.mark.parametrize("strategy", ["epoch", "no"])
def test_the_best_checkpoint_is_exported_where_it_is_known(tmp_path: Path, strategy: str) -> None:
    check = make_rows(4, 60)
    for row in check:  # what training takes the model away from
        row["messages"][-1]["content"] = "zq xj 77 vw"
    run = make_run(
        tmp_path / "run", shared_model("starter"), make_rows(16), check, num_train_epochs=8,
        learning_rate=0.02, save_strategy=strategy, keepCheckpoints=1,
    )  # fmt: skip
    work = prepare(run)
    step = train(work, make_live_training(work))
    evaluated = {e["step"]: e["loss"] for e in read_events(run, "train.evaluated")}
    best = min(evaluated, key=lambda s: evaluated[s])
    assert best < 32, "the last checkpoint must not be the best one for this test to tell"
    assert step == (best if strategy == "epoch" else 32)
    assert exported_step(run / "adapter", work.context.spec) == step
    kept = {folder.name for folder in list_checkpoints(run / "checkpoints")}
    assert kept == ({f"step-{best:06d}", "step-000032"} if strategy == "epoch" else {"step-000032"})
