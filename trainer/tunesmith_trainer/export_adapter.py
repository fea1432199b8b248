"""adapter/: the chosen checkpoint's adapter, with a record of where it came from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from .checkpoint import ADAPTER_FILES, identity
from .output_file import disk_guard, sync_file, sync_folder
from .rows import sha256_file
from .spec import Spec

RECORD = "tunesmith.json"


def export_adapter(checkpoint: Path, target: Path, spec: Spec, step: int, choice: str) -> None:
    """Copy the adapter of `checkpoint` to `target` in one rename. Error: disk_full.

    `choice` is best or last.
    """
    part = target.with_name(target.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    with disk_guard(target):
        part.mkdir(parents=True)
        for name in ADAPTER_FILES:
            shutil.copyfile(checkpoint / name, part / name)
            sync_file(part / name)
        record = {
            "schemaVersion": 1,
            "step": step,
            "choice": choice,
            "identity": identity(spec, step),
            "files": {name: sha256_file(part / name) for name in ADAPTER_FILES},
        }
        (part / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        sync_file(part / RECORD)
        sync_folder(part)
        shutil.rmtree(target, ignore_errors=True)
        part.rename(target)
        sync_folder(target.parent)


def exported_step(target: Path, spec: Spec) -> int | None:
    """The step of a whole adapter/ that belongs to this run, else None."""
    try:
        record = json.loads((target / RECORD).read_text(encoding="utf-8"))
        whole = all(sha256_file(target / n) == h for n, h in record["files"].items())
        same = record["identity"] == identity(spec, record["step"])
        return int(record["step"]) if whole and same else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
