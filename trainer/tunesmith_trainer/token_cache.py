"""Tokenised rows on disk, by everything that decides them: a second run need not tokenise again."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from .errors import AppError
from .output_file import disk_guard, require_space
from .rows import Row, sha256_file
from .token_table import TokenTable
from .tokenize_batch import BatchTokenizer
from .tokenize_rows import RowTokenizer

FOLDER_VARIABLE = "TUNESMITH_TOKEN_CACHE"
# Fewer rows are tokenised in less time than anyone notices.
FEWEST_ROWS = 500
MOST_BYTES = 4 << 30
ABANDONED_SECONDS = 3600
ARRAYS = ("ids", "learned", "starts", "prompts", "kept", "modes", "complete")
# Whatever of the package decides what a row becomes: a change in any of these makes all anew.
CODE = ("control_tokens", "masking", "row_plan", "row_shapes", "rows", "stop_tokens", "template",
        "template_environment", "token_cache", "token_table", "tokenize_batch", "tokenize_rows",
        "tokenizer", "traced_environment", "traced_text")  # fmt: skip


@dataclass(frozen=True)
class RowsInTokens:
    """Files of rows in tokens, from the cache where they are in it. `threads` tokenise."""

    tokenize: RowTokenizer
    model_folder: Path
    threads: int

    def of_file(
        self, rows: list[Row], sha256: str, on_rows: Callable[[int], None] | None = None
    ) -> TokenTable:
        """The rows of a file with this hash. `on_rows` hears how many are done."""
        folder = cache_folder()
        if folder is None or len(rows) < FEWEST_ROWS:
            return self._made(rows, on_rows)
        file = folder / f"{self._key(sha256)}.safetensors"
        table = read_table(file)
        if table is None or len(table) != len(rows):
            table = self._made(rows, on_rows)
            keep_table(file, table)
        elif on_rows:
            on_rows(len(rows))
        return table

    def _made(self, rows: list[Row], on_rows: Callable[[int], None] | None) -> TokenTable:
        return BatchTokenizer(self.tokenize).table(rows, self.threads, on_rows)

    def _key(self, sha256: str) -> str:
        masker = self.tokenize.masker
        stops, template, tokenizer = masker.stops, masker.template, masker.tokenizer
        parts = {
            "rows": sha256,
            "tokenizer": sha256_file(self.model_folder / "tokenizer.json"),
            "names": tokenizer.names,
            "template": template.source,
            "day": template.day.isoformat() if template.reads_clock else None,
            "stops": [stops.end, sorted(stops.ids)],
            "system": self.tokenize.system if self.tokenize.takes_system else None,
            "train_on": masker.train_on,
            "code": _code_hash(),
            "libraries": [version(name) for name in ("tokenizers", "jinja2")],
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:40]


def cache_folder() -> Path | None:
    """Where the caller wants it, or None where nothing is to be kept."""
    folder = os.environ.get(FOLDER_VARIABLE)
    return Path(folder) if folder else None


def read_table(file: Path) -> TokenTable | None:
    """A table as it was kept; None where it is not there, torn or changed."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="numpy") as opened:
            arrays = {name: opened.get_tensor(name) for name in (*ARRAYS, "notes")}
            expected = (opened.metadata() or {}).get("sha256")
        if _sha256(arrays) != expected:
            return None
        os.utime(file)  # what was used last goes last
        return _from_arrays(arrays)
    except (OSError, SafetensorError, ValueError, KeyError):
        return None


def keep_table(file: Path, table: TokenTable) -> None:
    """Keep a table; the oldest ones go where there would be too much. A full disk keeps none."""
    from safetensors.numpy import save_file

    arrays = _to_arrays(table)
    size = sum(array.nbytes for array in arrays.values())
    if size > MOST_BYTES:
        return
    # Two processes may make the same one: each writes its own, and the last name given counts.
    own = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        require_space(own, size)
        # Not synced: what a crash tears is noticed when it is read.
        with disk_guard(own):
            save_file(arrays, own, {"sha256": _sha256(arrays)})
            own.replace(file)
    except AppError:
        return
    finally:
        own.unlink(missing_ok=True)
    _make_room(file)


def _make_room(newest: Path) -> None:
    kept = []
    for file in newest.parent.iterdir():
        try:
            found = file.stat()
            if file.suffix == ".safetensors":
                kept.append((found.st_mtime, found.st_size, file))
            elif time.time() - found.st_mtime > ABANDONED_SECONDS:
                file.unlink()
        except OSError:
            continue
    room = MOST_BYTES
    for _, size, file in sorted(kept, reverse=True):
        room -= size
        if room < 0 and file != newest:
            file.unlink(missing_ok=True)


def _to_arrays(table: TokenTable) -> dict[str, Any]:
    notes = {
        "errors": {str(i): [e.code, e.params] for i, e in table.errors.items()},
        "expected": {str(i): text for i, text in table.expected.items()},
    }
    arrays = {name: np.ascontiguousarray(getattr(table, name)) for name in ARRAYS}
    return arrays | {"notes": np.frombuffer(json.dumps(notes).encode(), dtype=np.uint8)}


def _from_arrays(arrays: dict[str, Any]) -> TokenTable:
    notes = json.loads(arrays["notes"].tobytes())
    errors = {int(i): AppError(code, **params) for i, (code, params) in notes["errors"].items()}
    expected = {int(i): text for i, text in notes["expected"].items()}
    columns = {name: arrays[name] for name in ARRAYS}
    return TokenTable(**columns, errors=errors, expected=expected)


def _sha256(arrays: dict[str, Any]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"{name} {array.dtype} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _code_hash() -> str:
    here = Path(__file__).parent
    return hashlib.sha256("".join(sha256_file(here / f"{n}.py") for n in CODE).encode()).hexdigest()
