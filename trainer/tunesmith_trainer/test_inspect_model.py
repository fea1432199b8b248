from __future__ import annotations

import json
import shutil
import struct
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from .errors import AppError
from .inspect_model import MAX_LENGTHS, describe_model, inspect
from .model_folder import known_architectures, read_config, read_tensors, weights_sha256
from .prepare_rows import frozen_rows
from .rows import IGNORED
from .show_tokens import show_tokens
from .spec import load_spec
from .testing_models import shared_model
from .testing_runs import make_rows, make_run, prepare

PLAIN = ["down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"]


def write_rows(file: Path, rows: list[dict[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("family", "linear"),
    [
        ("starter", PLAIN),
        ("qwen2", PLAIN),
        ("qwen3", PLAIN),
        ("gemma3", PLAIN),
        ("phi3", ["down_proj", "gate_up_proj", "o_proj", "qkv_proj"]),
    ],
)
def test_linear_modules_are_those_of_the_loaded_model(family: str, linear: list[str]) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    folder = shared_model(family)
    facts = describe_model(folder)
    model = AutoModelForCausalLM.from_pretrained(folder)
    layers = [n for n, m in model.named_modules() if isinstance(m, torch.nn.Linear)]
    assert facts["linearModules"] == linear
    assert set(linear) == {name.rsplit(".", 1)[-1] for name in layers} - {"lm_head"}
    assert facts["parameters"] == model.num_parameters()
    assert facts["tiedEmbeddings"] == (model.lm_head.weight is model.model.embed_tokens.weight)
    assert facts["hasBias"] == any(name.endswith(".bias") for name, _ in model.named_parameters())
    assert facts["architecture"] == type(model).__name__
    assert facts["weightsDtype"] == str(model.dtype).removeprefix("torch.")
    assert facts["vocabSize"] == model.config.vocab_size
    assert facts["maxPositions"] == model.config.max_position_embeddings


def test_fused_names_of_other_families_are_found() -> None:
    from .inspect_model import linear_modules
    from .model_folder import TensorInfo

    names = [
        "gpt_neox.layers.0.attention.query_key_value.weight",
        "gpt_neox.layers.0.mlp.dense_h_to_4h.weight",
        "transformer.h.0.attn.c_attn.weight",
        "transformer.wte.weight",
        "model.layers.0.input_layernorm.weight",
        "model.layers.0.block_sparse_moe.gate.weight",
        "model.layers.0.mlp.experts.3.up_proj.weight",
        "vision_tower.encoder.layers.0.fc1.weight",
        "lm_head.weight",
    ]
    tensors = {n: TensorInfo("F32", [4] if "norm" in n else [4, 4]) for n in names}
    assert linear_modules(tensors) == ["c_attn", "dense_h_to_4h", "query_key_value"]


def test_the_table_of_architectures_is_that_of_transformers() -> None:
    from transformers.models.auto import modeling_auto

    theirs = modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES
    plain = {kind: name for kind, name in theirs.items() if isinstance(name, str)}
    assert known_architectures() == plain


def copy(folder: Path, without: tuple[str, ...] = ()) -> Path:
    shutil.copytree(shared_model("starter"), folder, ignore=shutil.ignore_patterns(*without))
    return folder


def change_config(folder: Path, **values: Any) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | values))


def no_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def no_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def torn_config(folder: Path) -> None:
    (folder / "config.json").write_text("{")


def unknown_architecture(folder: Path) -> None:
    change_config(folder, model_type="brandnew", architectures=["BrandNewForCausalLM"])


def remote_code(folder: Path) -> None:
    change_config(folder, architectures=["MyLlamaForCausalLM"], auto_map={"AutoModel": "m.M"})


def quantised(folder: Path) -> None:
    change_config(folder, quantization_config={"quant_method": "gptq"})


def no_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def torn_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{}")


def no_template(folder: Path) -> None:
    (folder / "tokenizer_config.json").write_text("{}")


def pickle_only(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def cut_weights(folder: Path) -> None:
    data = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(data[:-100])


def web_page_for_weights(folder: Path) -> None:
    (folder / "model.safetensors").write_text("<html>404</html>")


def missing_shard(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    shards = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": shards}))


FAULTS = {
    no_folder: "model_not_found",
    no_config: "model_no_config",
    torn_config: "model_config_unreadable",
    unknown_architecture: "model_unknown_architecture",
    remote_code: "model_unknown_architecture",
    quantised: "model_already_quantized",
    no_tokenizer: "model_no_tokenizer",
    torn_tokenizer: "model_tokenizer_unreadable",
    no_template: "model_no_template",
    pickle_only: "model_pickle_only",
    no_weights: "model_no_weights",
    cut_weights: "model_weights_unreadable",
    web_page_for_weights: "model_weights_unreadable",
    missing_shard: "model_weights_incomplete",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_each_fault_of_a_model_folder_has_its_code(tmp_path: Path, fault: Any) -> None:
    folder = copy(tmp_path / "model")
    fault(folder)
    with pytest.raises(AppError) as caught:
        inspect(folder, None, None, None, None, "answers", None)
    assert caught.value.code == FAULTS[fault]
    assert caught.value.message


def test_a_tensor_that_is_missing_is_no_random_tensor(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = copy(tmp_path / "model")
    tensors = load_file(folder / "model.safetensors")
    del tensors["model.layers.1.mlp.up_proj.weight"]
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(AppError) as caught:
        prepare(make_run(tmp_path / "run", folder))
    assert caught.value.code == "model_weights_incomplete"
    assert "up_proj" in caught.value.params["first"]


def test_the_hash_is_over_all_weight_files_by_name(tmp_path: Path) -> None:
    import hashlib

    for name, data in (("b", b"two"), ("a", b"one")):
        (tmp_path / name).write_bytes(data)
    found = weights_sha256([tmp_path / "b", tmp_path / "a"])
    assert found == hashlib.sha256(b"onetwo").hexdigest()


def test_headers_are_read_without_the_tensors(tmp_path: Path) -> None:
    header = json.dumps({"w": {"dtype": "F16", "shape": [2, 3], "data_offsets": [0, 12]}})
    file = tmp_path / "x.safetensors"
    file.write_bytes(struct.pack("<Q", len(header)) + header.encode() + bytes(12))
    assert read_tensors([file])["w"].shape == [2, 3]


def test_rows_are_described_with_what_is_wrong_with_them(tmp_path: Path) -> None:
    rows = make_rows(3)
    rows[1]["messages"][0]["content"] = "<|im_end|> hi"
    rows[2]["messages"][1]["content"] = "word " * 300
    train = write_rows(tmp_path / "t.jsonl", rows)
    check = write_rows(tmp_path / "c.jsonl", make_rows(1, 9))
    found = inspect(shared_model("starter"), train, check, 128, "Be brief.", "answers", None)
    first, control, long, checked = found["rows"]
    assert "error" not in first
    assert 0 < first["supervised"] < first["tokens"]
    assert control["error"]["code"] == "row_control_token"
    assert control["error"]["params"]["token"] == "<|im_end|>"
    assert long["error"]["code"] == "row_too_long"
    assert long["tokens"] > 300
    assert checked["id"] == "things.jsonl:9"
    assert set(found["packs"]) == {str(n) for n in MAX_LENGTHS}
    assert found["packs"]["128"] == 1
    assert found["packs"]["8192"] == 1
    assert found["template"]["mask"] == "generation"
    assert found["template"]["stopTokens"] == ["<|im_end|>"]


def test_inspect_tokens_and_training_agree_to_the_token(tmp_path: Path) -> None:
    model = shared_model("qwen3")
    run = make_run(tmp_path / "run", model, make_rows(6))
    work = prepare(run)
    system = work.context.spec.modelfile["system"]
    file = run / "data" / "train.jsonl"
    day = date(2026, 11, 22)
    shown = list(show_tokens(model, file, 128, system, "answers", day, None))
    described = inspect(model, file, None, 128, system, "answers", day)["rows"]
    for row, tokens, facts in zip(work.context.train, shown, described, strict=True):
        assert (tokens["id"], tokens["ids"], tokens["labels"]) == (row.id, row.ids, row.labels)
        assert len(tokens["pieces"]) == len(row.ids)
        first = next(i for i, label in enumerate(row.labels) if label != IGNORED)
        expected = {"id": row.id, "tokens": len(row.ids), "supervised": row.supervised}
        assert facts == expected | {"first": first}
        assert row.supervised == sum(label != IGNORED for label in tokens["labels"])


def test_a_run_with_a_row_that_is_too_long_is_refused(tmp_path: Path) -> None:
    rows = make_rows(4)
    rows[2]["messages"][1]["content"] = "word " * 300
    with pytest.raises(AppError) as caught:
        prepare(make_run(tmp_path / "run", shared_model("starter"), rows))
    assert caught.value.code == "row_too_long"
    assert caught.value.params["id"] == "things.jsonl:2"


def test_a_row_longer_than_the_model_sees_is_too_long(tmp_path: Path) -> None:
    folder = copy(tmp_path / "model")
    change_config(folder, max_position_embeddings=100)
    rows = make_rows(1)
    rows[0]["messages"][1]["content"] = "word " * 40
    file = write_rows(tmp_path / "t.jsonl", rows)
    error = inspect(folder, file, None, 512, None, "answers", None)["rows"][0]["error"]
    assert (error["code"], error["params"]["max_length"]) == ("row_too_long", 100)
    shown = list(show_tokens(folder, file, 512, None, "answers", None, None))
    assert shown[0]["error"] == error
    with pytest.raises(AppError) as caught:
        prepare(make_run(tmp_path / "run", folder, rows, max_length=512))
    assert caught.value.code == "row_too_long"


@pytest.mark.parametrize("name", ["train", "check"])
def test_rows_other_than_the_frozen_ones_are_refused(tmp_path: Path, name: str) -> None:
    run = make_run(tmp_path / "run", shared_model("starter"), make_rows(4), make_rows(2, 9))
    with (run / "data" / f"{name}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(make_rows(1, 99)[0]) + "\n")
    with pytest.raises(AppError) as caught:
        frozen_rows(run, load_spec(run))
    assert caught.value.code == "rows_changed"


def test_no_rows_are_refused(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", shared_model("starter"), [])
    with pytest.raises(AppError) as caught:
        frozen_rows(run, load_spec(run))
    assert caught.value.code == "no_rows"


def test_a_config_in_parts_is_read_where_the_text_model_is() -> None:
    config = read_config(shared_model("gemma3"))
    assert config["model_type"] == "gemma3_text"
