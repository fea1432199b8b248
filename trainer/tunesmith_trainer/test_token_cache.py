"""The cache gives what tokenising gives, notices every change, and never gives what is torn."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from . import token_cache
from .rows import Row, read_rows, sha256_file
from .template import load_template
from .test_tokenize_batch import tricky_rows
from .testing_models import shared_model
from .testing_runs import make_rows
from .token_cache import FEWEST_ROWS, RowsInTokens, keep_table, read_table
from .token_table import TokenTable
from .tokenize_batch import BatchTokenizer
from .tokenize_rows import row_tokenizer
from .tokenizer import load_tokenizer


def rows_in_tokens(system: str | None = None, train_on: str = "answers") -> RowsInTokens:
    folder = shared_model("starter")
    tokenizer = load_tokenizer(folder)
    template = load_template(folder, tokenizer)
    tokenize, _ = row_tokenizer(folder, tokenizer, template, system, train_on)
    return RowsInTokens(tokenize, folder, 2)


def assert_same(one: TokenTable, other: TokenTable) -> None:
    for name in token_cache.ARRAYS:
        found, expected = getattr(one, name), getattr(other, name)
        assert found.dtype == expected.dtype
        assert np.array_equal(found, expected), name
    assert one.expected == other.expected
    assert {i: e.to_dict() for i, e in one.errors.items()} == {
        i: e.to_dict() for i, e in other.errors.items()
    }


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(token_cache.FOLDER_VARIABLE, str(tmp_path / "tokens"))
    return tmp_path / "tokens"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "train.jsonl"
    lines = [json.dumps(row) + "\n" for row in make_rows(FEWEST_ROWS)]
    file.write_text("".join(lines), encoding="utf-8")
    return file


def test_a_second_reading_tokenises_nothing(
    folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens, rows, sha256 = rows_in_tokens(), read_rows(file), sha256_file(file)
    first = tokens.of_file(rows, sha256)
    assert len(list(folder.iterdir())) == 1
    monkeypatch.setattr(BatchTokenizer, "table", None)
    heard: list[int] = []
    assert_same(tokens.of_file(rows, sha256, heard.append), first)
    assert heard == [len(rows)]


def test_what_decides_the_tokens_decides_the_name(folder: Path, file: Path) -> None:
    rows, sha256 = read_rows(file), sha256_file(file)
    tables = [
        tokens.of_file(rows, sha256)
        for tokens in (rows_in_tokens(), rows_in_tokens("Hi."), rows_in_tokens(None, "everything"))
    ]
    rows_in_tokens().of_file(rows, "0" * 64)
    other = rows_in_tokens()
    masker = other.tokenize.masker
    template = replace(masker.template, source=masker.template.source + " ")
    changed = replace(other.tokenize, masker=replace(masker, template=template))
    replace(other, tokenize=changed).of_file(rows, sha256)
    assert len(list(folder.iterdir())) == 5
    assert len({(len(t.ids), int(t.learned.sum())) for t in tables}) == 3


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "text"])
def test_a_torn_file_is_made_anew(folder: Path, file: Path, damage: str) -> None:
    tokens, rows, sha256 = rows_in_tokens(), read_rows(file), sha256_file(file)
    whole = tokens.of_file(rows, sha256)
    (kept,) = folder.iterdir()
    data = kept.read_bytes()
    place = len(data) - 1000
    torn = {
        "cut": data[:place],
        "flip": data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :],
        "empty": b"",
        "text": b"what is this",
    }[damage]
    kept.write_bytes(torn)
    assert read_table(kept) is None
    assert_same(tokens.of_file(rows, sha256), whole)
    assert kept.read_bytes() == data


def test_errors_and_tool_calls_come_back(folder: Path) -> None:
    tokens, rows = rows_in_tokens(), [*tricky_rows(), Row("x", [])]
    table = BatchTokenizer(tokens.tokenize).rows(rows)
    assert table.errors
    assert not table.errors.keys() & table.expected.keys()
    keep_table(folder / "a.safetensors", table)
    found = read_table(folder / "a.safetensors")
    assert found is not None
    assert_same(found, table)
    assert_same(found.part(3, 50), BatchTokenizer(tokens.tokenize).rows(rows[3:50]))


def test_the_oldest_go_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = BatchTokenizer(rows_in_tokens().tokenize).rows(tricky_rows())
    files = [folder / f"{name}.safetensors" for name in "abcd"]
    keep_table(files[0], table)
    size = files[0].stat().st_size
    monkeypatch.setattr(token_cache, "MOST_BYTES", 3 * size)
    for age, file in enumerate(files[:3]):
        keep_table(file, table)
        os.utime(file, (1_000_000 + age, 1_000_000 + age))
    assert read_table(files[0]) is not None  # which makes it the youngest
    left = folder / "x.safetensors.1.part"
    left.write_bytes(b"x")
    os.utime(left, (1, 1))
    keep_table(files[3], table)
    assert sorted(folder.iterdir()) == [files[0], files[2], files[3]]


def test_without_a_folder_nothing_is_kept(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(token_cache.FOLDER_VARIABLE, raising=False)
    table = rows_in_tokens().of_file(read_rows(file), sha256_file(file))
    assert len(table) == FEWEST_ROWS
