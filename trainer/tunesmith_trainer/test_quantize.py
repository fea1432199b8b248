import numpy as np
import pytest

from tunesmith_trainer.errors import AppError
from tunesmith_trainer.evaluate_gguf import generate
from tunesmith_trainer.llama_cpp import LlamaContext, LlamaModel
from tunesmith_trainer.quantize import FILE_TYPES, describe, quantize, resolve_format
from tunesmith_trainer.testing_export import shared_gguf

# Rows of 256 weights fill one K-quant block each.
WIDE = {"hidden_size": 256, "intermediate_size": 512, "tie_word_embeddings": False}
MAIN_TYPE = {
    "f32": "F32", "f16": "F16", "bf16": "BF16", "q8_0": "Q8_0", "q6_k": "Q6_K",
    "q5_k_m": "Q5_K", "q4_k_m": "Q4_K", "q4_k_s": "Q4_K",
}  # fmt: skip


def logits(file, ids):
    with LlamaModel(file) as model, LlamaContext(model, length=32, threads=1) as context:
        context.decode(ids, range(len(ids)), [0] * len(ids), [True] * len(ids))
        return np.stack([context.logits(i) for i in range(len(ids))])


@pytest.mark.parametrize("format", FILE_TYPES)
def test_every_format_has_its_types_and_answers(format, tmp_path):
    source = shared_gguf("starter", **WIDE)
    made = quantize(source, tmp_path / f"model-{format}.gguf", format, threads=1)
    assert made.fallbacks == []
    matrices = {kind: n for kind, n in made.types.items() if kind != "F32"} or made.types
    assert max(matrices, key=matrices.get) == MAIN_TYPE[format]
    with LlamaModel(tmp_path / f"model-{format}.gguf") as model, LlamaModel(source) as before:
        assert model.metadata("general.file_type") == str(FILE_TYPES[format])
        assert model.chat_template() == before.chat_template()
        ids = model.tokenize("The heron stands")
        [(answer, _)] = generate(model, [ids], {1}, 8, threads=1)
        assert 0 < len(answer) <= 8
    exact = logits(source, ids)
    error = np.abs(logits(tmp_path / f"model-{format}.gguf", ids) - exact).std() / exact.std()
    limit = {"f32": 1e-3, "f16": 1e-9, "bf16": 1e-2, "q8_0": 0.02, "q6_k": 0.06}.get(format, 0.5)
    assert error <= limit
    assert not list(tmp_path.glob("*.part"))


def test_more_bits_are_closer_and_larger(tmp_path):
    source = shared_gguf("starter", **WIDE)
    order = ["q4_k_s", "q5_k_m", "q6_k", "q8_0", "f32"]
    for format in order:
        quantize(source, tmp_path / format, format, threads=1)
    sizes = [(tmp_path / format).stat().st_size for format in order]
    assert sizes == sorted(sizes)
    ids = [10, 20, 30, 40]
    errors = [np.abs(logits(tmp_path / f, ids) - logits(source, ids)).mean() for f in order]
    assert errors == sorted(errors, reverse=True)


@pytest.mark.parametrize("format", ["q6_k", "q5_k_m", "q4_k_m", "q4_k_s"])
def test_rows_that_fill_no_block_are_reported(format, tmp_path):
    made = quantize(shared_gguf("starter"), tmp_path / "m.gguf", format, threads=1)
    rows = {f["tensor"]: f["row"] for f in made.fallbacks}
    assert rows["blk.0.ffn_down.weight"] == 128
    assert rows["blk.1.attn_q.weight"] == 64
    assert all("K" not in str(f["type"]) for f in made.fallbacks)
    assert describe(tmp_path / "m.gguf", format) == made


@pytest.mark.parametrize(
    ("value", "parameters", "expected"),
    [
        ("auto", 3_300_000, "q8_0"),
        ("auto", 3_000_000_000, "q8_0"),
        ("auto", 3_000_000_001, "q4_k_m"),
        ("q6_k", 70_000_000_000, "q6_k"),
    ],
)
def test_auto_goes_by_size(value, parameters, expected):
    assert resolve_format(value, parameters) == expected


def test_a_broken_source_is_an_error_and_leaves_nothing(tmp_path):
    source = tmp_path / "source.gguf"
    source.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(AppError) as caught:
        quantize(source, tmp_path / "target.gguf", "q8_0", threads=1)
    assert caught.value.code == "export_quantize_failed"
    assert list(tmp_path.iterdir()) == [source]


def test_a_full_disk_is_said_before_writing(tmp_path, monkeypatch):
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("tunesmith_trainer.output_file.shutil.disk_usage", lambda _path: usage)
    with pytest.raises(AppError) as caught:
        quantize(shared_gguf("starter"), tmp_path / "m.gguf", "q8_0", threads=1)
    assert caught.value.code == "disk_full"
    assert "m.gguf" in caught.value.message
