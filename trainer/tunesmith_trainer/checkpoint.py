"""Checkpoints: written beside and renamed, with hashes, so that a torn one never counts."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from .callbacks import Memory
from .errors import AppError
from .loop import Progress, Trainer
from .output_file import FULL, sync_file, sync_folder
from .protocol import Events
from .random_state import random_state, restore_random_state
from .rows import sha256_file
from .spec import Spec

RECORD = "checkpoint.json"
ADAPTER_FILES = ("adapter_model.safetensors", "adapter_config.json")
STATE = "state.pt"
# torch's zip writer reports a failed write only by its text.
WRITER_ERRORS = ("PytorchStreamWriter", "No space left", "unexpected pos", "file write failed")


@dataclass(frozen=True)
class Record:
    """A checkpoint's own description. `loss` is its held-out loss, or None."""

    step: int
    epoch: int
    position: int
    loss: float | None
    reason: str
    identity: dict[str, str]
    files: dict[str, str]


def identity(spec: Spec, step: int) -> dict[str, str]:
    """What a checkpoint of `step` must agree with to be continued: model, data, settings, …

    Of the changes only those count that had taken effect by then.
    """
    settings = [dataclasses.asdict(s) for s in (spec.training, spec.lora, spec.quantization)]
    settings[2].pop("output_quantization")  # decided after training
    text = json.dumps([*settings, dataclasses.asdict(spec.precision)["mode"]], sort_keys=True)
    found = {
        "model": spec.model.sha256,
        "data": spec.data.train_sha256,
        "template": spec.template.sha256,
        "settings": hashlib.sha256(text.encode()).hexdigest(),
    }
    changes = [[c.step, c.key, c.value] for c in spec.changes if c.step < step]
    if changes:
        found["changes"] = hashlib.sha256(json.dumps(changes).encode()).hexdigest()
    return found


def write_checkpoint(
    parent: Path, trainer: Trainer, memory: Memory, spec: Spec, reason: str
) -> Path:
    """Write `step-000050/` under `parent`. Earlier checkpoints stay whole whatever happens.

    Errors: disk_full, checkpoint_failed.
    """
    progress = trainer.progress
    folder = parent / f"step-{progress.step:06d}"
    part = parent / f"{folder.name}.part"
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        write_adapter(trainer.model, part, spec.model.id)
        torch.save(_state(trainer, memory), part / STATE)
        names = (*ADAPTER_FILES, STATE)
        for name in names:
            sync_file(part / name)
        record = Record(
            step=progress.step,
            epoch=progress.epoch,
            position=progress.position,
            loss=memory.evaluated_loss if memory.evaluated_step == progress.step else None,
            reason=reason,
            identity=identity(spec, progress.step),
            files={name: sha256_file(part / name) for name in names},
        )
        text = json.dumps({"schemaVersion": 1, **dataclasses.asdict(record)}, indent=1)
        (part / RECORD).write_text(text + "\n", encoding="utf-8")
        sync_file(part / RECORD)
        sync_folder(part)
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
        sync_folder(parent)
    except Exception as error:
        shutil.rmtree(part, ignore_errors=True)
        raise _write_error(error, folder) from error
    return folder


def write_adapter(model: Any, folder: Path, base_name: str) -> None:
    """Write the adapter in PEFT's format, the same bytes for the same weights."""
    from peft import get_peft_model_state_dict
    from safetensors.torch import save_file

    tensors = get_peft_model_state_dict(model, save_embedding_layers=False)
    tensors = {name: t.detach().to("cpu").contiguous().clone() for name, t in tensors.items()}
    save_file(dict(sorted(tensors.items())), folder / ADAPTER_FILES[0], metadata={"format": "pt"})
    config = model.peft_config["default"]
    config.save_pretrained(folder)
    file = folder / ADAPTER_FILES[1]
    data = json.loads(file.read_text(encoding="utf-8"))
    # PEFT writes sets in the order of this process's hashes, and the folder of this machine.
    for key, value in data.items():
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            data[key] = sorted(value)
    data |= {"base_model_name_or_path": base_name, "inference_mode": True}
    file.write_text(json.dumps(data, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def load_adapter(model: Any, folder: Path) -> None:
    """Put the weights of a checkpoint or adapter folder into the model's adapter."""
    from peft import set_peft_model_state_dict
    from safetensors.torch import load_file

    result = set_peft_model_state_dict(model, load_file(folder / ADAPTER_FILES[0]))
    assert not result.unexpected_keys, result.unexpected_keys


def load_checkpoint(folder: Path, trainer: Trainer, memory: Memory) -> None:
    """Continue from a valid checkpoint: weights, optimizer, schedule, random states, position."""
    load_adapter(trainer.model, folder)
    state = torch.load(folder / STATE, map_location="cpu", weights_only=True)
    trainer.optimizer.load_state_dict(state["optimizer"])
    trainer.scheduler.load_state_dict(state["scheduler"])
    if trainer.scaler is not None:
        trainer.scaler.load_state_dict(state["scaler"])
    trainer.progress = Progress(**state["progress"])
    for name, value in state["memory"].items():
        setattr(memory, name, value)
    restore_random_state(state["random"])


def list_checkpoints(parent: Path) -> list[Path]:
    """Folders of finished checkpoints, oldest first."""
    return sorted(p for p in parent.glob("step-*") if p.is_dir() and p.suffix != ".part")


def read_record(folder: Path) -> Record | None:
    """A checkpoint's record if all its files have the hashes it names, else None."""
    try:
        data = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        data.pop("schemaVersion")
        record = Record(**data)
        whole = all(sha256_file(folder / n) == h for n, h in record.files.items())
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return record if whole and record.files.keys() == {*ADAPTER_FILES, STATE} else None


def newest_valid(parent: Path, spec: Spec, events: Events) -> Path | None:
    """The newest whole checkpoint; torn ones are warned about and passed over.

    Those from before a change that they lack are passed over, too: they lead elsewhere.
    Error checkpoint_other_run: a whole checkpoint belongs to another model, data or settings.
    """
    for folder in reversed(list_checkpoints(parent)):
        record = read_record(folder)
        if record is None:
            events.warn("checkpoint_torn", folder=folder.name)
            continue
        other = _other(record, spec)
        if other == ["changes"]:
            continue
        if other:
            raise AppError("checkpoint_other_run", folder=folder.name, detail=", ".join(other))
        return folder
    return None


def _other(record: Record, spec: Spec) -> list[str]:
    """In what a checkpoint does not belong to this run as it is now."""
    expected = identity(spec, record.step)
    names = {**expected, **record.identity}
    return [name for name in names if record.identity.get(name) != expected.get(name)]


def drop_superseded(parent: Path, spec: Spec) -> None:
    """Remove checkpoints behind the step of a change that was made since: they count no more."""
    if not spec.changes:
        return
    for folder in list_checkpoints(parent):
        record = read_record(folder)
        if record is not None and _other(record, spec) == ["changes"]:
            shutil.rmtree(folder, ignore_errors=True)


def good_checkpoint(parent: Path, spec: Spec, failed_step: int) -> int | None:
    """The step of the newest checkpoint from which `failed_step` need not fail again.

    The one right before it would: its weights alone gave what was not finite, at any rate.
    """
    for folder in reversed(list_checkpoints(parent)):
        record = read_record(folder)
        if record is None or record.step >= failed_step - 1 or _other(record, spec):
            continue
        if _is_finite(folder):
            return record.step
    return None


def _is_finite(folder: Path) -> bool:
    from safetensors.torch import load_file

    state = torch.load(folder / STATE, map_location="cpu", weights_only=True)
    moments = [v for per in state["optimizer"]["state"].values() for v in per.values()]
    tensors = [*load_file(folder / ADAPTER_FILES[0]).values(), *moments]
    floats = [t for t in tensors if isinstance(t, torch.Tensor) and t.is_floating_point()]
    return all(bool(torch.isfinite(tensor).all()) for tensor in floats)


def prune(parent: Path, keep: int, best_step: int) -> None:
    """Keep the `keep` newest checkpoints and the best one; the last is among the newest."""
    folders = list_checkpoints(parent)
    for folder in folders[: max(0, len(folders) - max(1, keep))]:
        if folder.name != f"step-{best_step:06d}":
            shutil.rmtree(folder, ignore_errors=True)


def _state(trainer: Trainer, memory: Memory) -> dict[str, Any]:
    return {
        "optimizer": trainer.optimizer.state_dict(),
        "scheduler": trainer.scheduler.state_dict(),
        "scaler": trainer.scaler.state_dict() if trainer.scaler is not None else None,
        "random": random_state(),
        "progress": dataclasses.asdict(trainer.progress),
        "memory": dataclasses.asdict(memory),
    }


def _write_error(error: Exception, folder: Path) -> Exception:
    """disk_full or checkpoint_failed for a failed write; programmer errors stay as they are."""
    full = isinstance(error, OSError) and error.errno in FULL
    text = str(error)
    if full or "No space left" in text or shutil.disk_usage(folder.parent).free < 1 << 20:
        return AppError("disk_full", file=str(folder))
    safetensors = type(error).__name__ == "SafetensorError"
    if isinstance(error, OSError) or safetensors or any(w in text for w in WRITER_ERRORS):
        return AppError("checkpoint_failed", folder=str(folder), detail=text[:200])
    return error
