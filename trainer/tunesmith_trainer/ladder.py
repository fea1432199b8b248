"""When memory runs out: a checkpoint, the next rung, and on.

The rungs: freed memory goes back to the system at once; micro-batches are halved, with more of them
per step; activations are computed twice. All but the first end the promise of bit-equality.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .allocator import give_back_freed_memory
from .checkpoint import load_checkpoint, newest_valid
from .errors import AppError
from .loop import Trainer
from .out_of_memory import free_unused, is_out_of_memory
from .output_file import sync_file

if TYPE_CHECKING:
    from .context import RunContext
    from .setup import Live

FILE = "memory.json"  # this run's rungs, so that a new attempt need not find them again
KILLED_FILE = "memory-killed.json"  # written by the runner: how often the system ended the trainer


@dataclass(frozen=True)
class Rungs:
    """How far down the ladder a run is. `micro_batch` 0 = as set; `kills` were answered so far."""

    allocator: bool = False
    micro_batch: int = 0
    checkpointing: bool = False
    kills: int = 0


def read_rungs(run_folder: Path) -> Rungs:
    """The rungs of earlier attempts; the top where there is no file that can be read."""
    try:
        data = json.loads((run_folder / FILE).read_text(encoding="utf-8"))
        rungs = Rungs(**{field.name: data[field.name] for field in dataclasses.fields(Rungs)})
    except (OSError, ValueError, KeyError, TypeError):
        return Rungs()
    return rungs


def write_rungs(run_folder: Path, rungs: Rungs) -> None:
    """Keep the rungs for the next attempt."""
    part = run_folder / f"{FILE}.part"
    part.write_text(json.dumps(dataclasses.asdict(rungs)) + "\n", encoding="utf-8")
    sync_file(part)
    part.replace(run_folder / FILE)


class Ladder:
    """Trains a run, one rung lower each time that memory runs out."""

    def __init__(self, context: RunContext, live: Live) -> None:
        self._context = context
        self._live = live
        self._rungs = read_rungs(context.folder)

    def stand(self) -> None:
        """Take the rungs of earlier attempts, and one more for each time the system ended one.

        Error: out_of_memory.
        """
        trainer, rungs = self._live.trainer, self._rungs
        if rungs.allocator:
            give_back_freed_memory()
        if rungs.micro_batch:
            _limit(trainer, rungs.micro_batch)
        if rungs.checkpointing:
            _checkpoint_activations(trainer)
        kills = _kills(self._context.folder)
        for _ in range(rungs.kills, kills):
            self.lower()
        if kills > rungs.kills:
            self._keep(kills=kills)

    def train(self) -> None:
        """Train to the end. Errors: out_of_memory, and those of `Trainer.train`."""
        trainer = self._live.trainer
        while not self._attempt():
            trainer.optimizer.zero_grad(set_to_none=True)
            free_unused()
            if trainer.phase == "update":
                self._go_back()
            elif trainer.progress.step > 0:
                self._live.checkpointer.save_now(trainer, "memory")
            self.lower()

    def _attempt(self) -> bool:
        """Whether training ended in good order; False where memory ran out within a step."""
        trainer = self._live.trainer
        try:
            trainer.train(self._live.callbacks, self._live.owed())
        except Exception as error:
            if trainer.phase == "callbacks" or not is_out_of_memory(error):
                raise
            return False
        return True

    def _go_back(self) -> None:
        """Half an update is none: begin at the last checkpoint."""
        context, live = self._context, self._live
        start = newest_valid(context.folder / "checkpoints", context.spec, context.events)
        if start is None:
            raise AppError("out_of_memory", stage="train")
        load_checkpoint(start, live.trainer, live.memory)
        context.events.emit(
            "train.resumed", step=live.trainer.progress.step, folder=f"checkpoints/{start.name}"
        )

    def lower(self) -> None:
        """Take the next rung and say so. Error out_of_memory where there is none."""
        trainer = self._live.trainer
        size = trainer.batches.micro_size
        if not self._rungs.allocator and trainer.device.type == "cpu" and give_back_freed_memory():
            self._keep(allocator=True)
            self._say("allocator")
        elif size > 1:
            self._keep(allocator=True, micro_batch=-(-size // 2))
            _limit(trainer, self._rungs.micro_batch)
            self._say("micro_batch", before=size)
        elif not self._rungs.checkpointing and _checkpoint_activations(trainer):
            self._keep(checkpointing=True)
            self._say("checkpointing")
        else:
            raise AppError("out_of_memory", stage="train")

    def _keep(self, **changes: Any) -> None:
        self._rungs = dataclasses.replace(self._rungs, **changes)
        write_rungs(self._context.folder, self._rungs)

    def _say(self, rung: str, **params: Any) -> None:
        trainer, events = self._live.trainer, self._context.events
        batches, step = trainer.batches, trainer.progress.step
        size = batches.micro_size
        effective = batches.batch_size * batches.accumulation
        accumulation = -(-effective // size)
        if rung == "micro_batch":
            params |= {"size": size, "accumulation": accumulation, "effective": effective}
        events.warn(f"memory_{rung}", step=step + 1, **params)
        events.emit(
            "memory.lowered",
            rung=rung,
            step=step,
            batchSize=size,
            accumulation=accumulation,
            checkpointing=is_checkpointing(trainer),
        )


def _limit(trainer: Trainer, size: int) -> None:
    trainer.batches = dataclasses.replace(trainer.batches, micro_limit=size)


def is_checkpointing(trainer: Trainer) -> bool:
    """Whether activations are computed twice."""
    return bool(trainer.model.get_base_model().is_gradient_checkpointing)


def _checkpoint_activations(trainer: Trainer) -> bool:
    """Switch it on; False where it was on already or the architecture cannot do it."""
    inner = trainer.model.get_base_model()
    if not inner.supports_gradient_checkpointing or is_checkpointing(trainer):
        return False
    # The form without re-entrance needs no gradient at the frozen embeddings.
    inner.activation_checkpointing_enable({"use_reentrant": False})
    return True


def _kills(run_folder: Path) -> int:
    try:
        return int(json.loads((run_folder / KILLED_FILE).read_text(encoding="utf-8"))["count"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0
