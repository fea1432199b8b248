"""Whole runs on tiny models: trained, merged, proven, quantised, reported; broken off, spoilt."""

import json
import shutil

import bitsandbytes  # noqa: F401 - runs that need none would leave it out for all later tests
import pytest

from tunesmith_trainer import convert, export_stages
from tunesmith_trainer.errors import AppError
from tunesmith_trainer.llama_cpp import LlamaModel
from tunesmith_trainer.llama_library import load_library
from tunesmith_trainer.protocol import Events
from tunesmith_trainer.quantize import FILE_TYPES
from tunesmith_trainer.spec import load_spec
from tunesmith_trainer.stages import run_stages
from tunesmith_trainer.testing_models import shared_model
from tunesmith_trainer.testing_runs import make_rows, make_run, read_events
from tunesmith_trainer.wishes import Stopped, Wishes

EXPORT = ("merge_lora", "convert_gguf", "quantize_gguf")


def carry(run, wishes=None):
    """One attempt, as the command `run` makes it."""
    events = Events(run / "trainer.jsonl")
    try:
        run_stages(run, load_spec(run), events, wishes or Wishes())
    finally:
        events.close()


def results(run):
    """The result of each export stage, the latest attempt's last."""
    finished = read_events(run, "stage.finished")
    return {e["stage"]: e["result"] for e in finished if e["stage"] in EXPORT}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A finished run of the starter's kind, with a check set."""
    run = make_run(
        tmp_path_factory.mktemp("run") / "r", shared_model("starter"), make_rows(16),
        make_rows(5, 50), modules_to_save=["lm_head", "embed_tokens"],
    )  # fmt: skip
    carry(run)
    return run


def test_a_run_leaves_all_its_outputs(finished):
    assert {p.name for p in (finished / "gguf").iterdir()} == {
        "model-q8_0.gguf", "proof.json",
    }  # fmt: skip
    assert not list(finished.rglob("*.part"))
    assert results(finished)["quantize_gguf"]["format"] == "q8_0"
    assert results(finished)["quantize_gguf"]["types"]["Q8_0"] > 10
    with LlamaModel(finished / "gguf" / "model-q8_0.gguf") as model:
        assert model.metadata("general.name") == "things"
        template = (finished / "merged" / "chat_template.jinja").read_text(encoding="utf-8")
        assert model.chat_template().endswith(template)


def test_the_proof_is_written_and_told(finished):
    proof = json.loads((finished / "gguf" / "proof.json").read_text(encoding="utf-8"))
    events = read_events(finished, "proof.gguf")
    assert [e["format"] for e in events] == ["f16", "q8_0"]
    assert proof["proven"] is True
    assert proof["f16"]["answers"] == 16
    assert proof["f16"]["drift"] < 0.02
    assert proof["f16"]["answersEqual"] + proof["f16"]["nearTies"] == 16
    for event in events:
        entry = proof["f16" if event["format"] == "f16" else "final"]
        assert event["tokenTexts"] == event["tokenTextsEqual"] == entry["tokenTexts"] > 180


def test_golden_prompts_are_there_before_training(finished):
    golden = [json.loads(line) for line in (finished / "golden.jsonl").open(encoding="utf-8")]
    assert len(golden) >= 24
    assert golden[0]["messages"][0]["content"] == "You are a helpful assistant."


def test_the_report_compares_base_tuned_and_gguf_on_the_same_rows(finished):
    report = json.loads((finished / "report.json").read_text(encoding="utf-8"))
    [event] = read_events(finished, "report")
    assert report["n"] == report["base"]["n"] == report["tuned"]["n"] == report["gguf"]["n"] == 5
    assert event["verdict"] == report["verdict"]
    assert event["interval"] == report["differences"][report["decidedBy"]]
    rows = json.loads((finished / "evaluation" / "gguf.json").read_text(encoding="utf-8"))["rows"]
    assert [row["id"] for row in rows] == [f"things.jsonl:{i}" for i in range(50, 55)]
    # What is exported scores as what was trained: 16 bits and q8_0 change little.
    assert report["gguf"]["loss"] == pytest.approx(report["tuned"]["loss"], rel=0.05)
    assert report["tuned"]["loss"] < report["base"]["loss"]
    assert report["answers"][0]["expected"] == "The heron is blue. Truly. Truly."


def test_a_second_attempt_makes_nothing_anew(finished, tmp_path):
    run = shutil.copytree(finished, tmp_path / "r")
    final = run / "gguf" / "model-q8_0.gguf"
    before = final.stat().st_mtime_ns
    merged = (run / "merged" / "model.safetensors").stat().st_mtime_ns
    carry(run)
    assert [results(run)[stage].get("reused") for stage in EXPORT] == [True] * 3
    assert final.stat().st_mtime_ns == before
    assert (run / "merged" / "model.safetensors").stat().st_mtime_ns == merged


@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_gguf_is_made_anew(finished, tmp_path, damage):
    run = shutil.copytree(finished, tmp_path / "r")
    final = run / "gguf" / "model-q8_0.gguf"
    whole = final.read_bytes()
    if damage == "cut":
        final.write_bytes(whole[:-100])
    else:
        final.unlink()
    carry(run)
    assert "reused" not in results(run)["convert_gguf"]
    assert results(run)["merge_lora"]["reused"]
    assert final.read_bytes() == whole


def test_another_adapter_makes_everything_anew(finished, tmp_path):
    run = shutil.copytree(finished, tmp_path / "r")
    (run / "merged" / "tunesmith.json").write_text('{"adapter": "another"}', encoding="utf-8")
    proof = run / "gguf" / "proof.json"
    proof.write_text(proof.read_text().replace('"adapter": "', '"adapter": "0'), encoding="utf-8")
    carry(run)
    assert all("reused" not in results(run)[stage] for stage in EXPORT)


def test_a_crash_after_the_proof_goes_on_with_the_f16(tmp_path, monkeypatch):
    run = make_run(tmp_path / "r", shared_model("starter"), make_rows(8), num_train_epochs=1)

    def crash(*_arguments):
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(export_stages, "quantize", crash)
        with pytest.raises(RuntimeError):
            carry(run)
    f16 = run / "gguf" / "model-f16.gguf"
    made = f16.stat().st_mtime_ns
    monkeypatch.setattr(export_stages, "convert_to_gguf", crash)
    carry(run)
    assert results(run)["convert_gguf"]["reused"]
    assert made
    assert not f16.exists()
    report = json.loads((run / "report.json").read_text(encoding="utf-8"))
    assert (report["verdict"], report["n"]) == ("not_measured", 0)


@pytest.mark.parametrize("format", sorted({*FILE_TYPES, "auto"} - {"q8_0"}))
def test_every_output_quantization_leaves_its_file_alone(finished, tmp_path, format):
    run = shutil.copytree(finished, tmp_path / "r", ignore=shutil.ignore_patterns("*.gguf"))
    spec = json.loads((run / "run.json").read_text(encoding="utf-8"))
    spec["quantization"]["output_quantization"] = format
    (run / "run.json").write_text(json.dumps(spec), encoding="utf-8")
    carry(run)
    name = {"auto": "q8_0"}.get(format, format)
    assert [p.name for p in (run / "gguf").glob("*.gguf")] == [f"model-{name}.gguf"]
    warned = [w["code"] for w in read_events(run, "warning")]
    assert ("quantize_fallback" in warned) == ("_k" in format)
    report = json.loads((run / "report.json").read_text(encoding="utf-8"))
    assert report["gguf"]["format"] == name


def test_a_tokenizer_that_cannot_be_exported_is_found_before_training(tmp_path, monkeypatch):
    monkeypatch.setattr("tunesmith_trainer.gguf_vocabulary.llama_cpp_name", lambda _t: "smollm")
    run = make_run(tmp_path / "r", shared_model("starter"), make_rows(8))
    with pytest.raises(AppError) as caught:
        carry(run)
    assert caught.value.code == "export_tokenizer_not_proven"
    assert not (run / "checkpoints").exists()
    assert not list((run / "gguf").glob("*"))


def test_a_gguf_that_answers_otherwise_fails_the_run_and_stays(tmp_path, monkeypatch):
    run = make_run(tmp_path / "r", shared_model("starter"), make_rows(8), num_train_epochs=1)
    original = convert._run

    def spoil(folder, part, *rest):
        name = original(folder, part, *rest)
        if rest[-1] == "write":
            data = bytearray(part.read_bytes())
            data[-30_000:] = bytes(30_000)
            part.write_bytes(data)
        return name

    monkeypatch.setattr(convert, "_run", spoil)
    with pytest.raises(AppError) as caught:
        carry(run)
    assert caught.value.code == "export_not_proven"
    assert (run / "gguf" / "model-f16.gguf").is_file()
    proof = json.loads((run / "gguf" / "proof.json").read_text(encoding="utf-8"))
    assert proof["proven"] is False
    assert proof["error"]["code"] == "export_not_proven"
    monkeypatch.undo()
    carry(run)
    assert (run / "report.json").is_file()


def test_a_missing_engine_is_said_before_training(tmp_path, monkeypatch):
    run = make_run(tmp_path / "r", shared_model("starter"), make_rows(8))
    monkeypatch.setenv("TUNESMITH_LLAMA", str(tmp_path / "nowhere"))
    for cached in (load_library, convert.load_converter):
        cached.cache_clear()
    try:
        with pytest.raises(AppError) as caught:
            carry(run)
    finally:
        for cached in (load_library, convert.load_converter):
            cached.cache_clear()
    assert caught.value.code == "export_engine_missing"
    assert not (run / "checkpoints").exists()


def test_a_wish_is_granted_between_the_stages(finished, tmp_path):
    run = shutil.copytree(finished, tmp_path / "r", ignore=shutil.ignore_patterns("*.gguf"))
    shutil.rmtree(run / "merged")
    wishes = Wishes()

    class Asking(Events):
        def emit(self, type, **fields):
            super().emit(type, **fields)
            if type == "stage.finished" and fields["stage"] == "merge_lora":
                wishes.wish = "cancel"

    events = Asking(run / "trainer.jsonl")
    with pytest.raises(Stopped):
        run_stages(run, load_spec(run), events, wishes)
    events.close()
    assert (run / "merged" / "model.safetensors").is_file()
    assert not list((run / "gguf").glob("*.gguf"))


def test_a_wish_is_granted_while_answers_are_scored(finished, tmp_path):
    run = shutil.copytree(finished, tmp_path / "r", ignore=shutil.ignore_patterns("*.gguf"))
    (run / "report.json").unlink()
    wishes = Wishes()

    class Asking(Events):
        def emit(self, type, **fields):
            super().emit(type, **fields)
            if type == "stage.progress" and fields["stage"] == "quantize_gguf":
                wishes.wish = "pause"

    events = Asking(run / "trainer.jsonl")
    with pytest.raises(Stopped):
        run_stages(run, load_spec(run), events, wishes)
    events.close()
    assert not (run / "report.json").exists()
    carry(run)
    assert results(run)["quantize_gguf"]["reused"]
    assert (run / "report.json").is_file()
