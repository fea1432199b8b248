"""The chain behind training, tried before it: passed, known, failed, refused; never in the way."""

import json
import shutil
from collections import namedtuple

import bitsandbytes  # noqa: F401 - runs that need none would leave it out for all later tests
import pytest

from tunesmith_trainer import model_stages, quantize
from tunesmith_trainer.errors import AppError
from tunesmith_trainer.protocol import Events
from tunesmith_trainer.rehearsal import ASKS, small_files_sha256
from tunesmith_trainer.rows import sha256_file
from tunesmith_trainer.spec import load_spec
from tunesmith_trainer.stages import run_stages
from tunesmith_trainer.testing_models import shared_model
from tunesmith_trainer.testing_runs import make_rows, make_run, read_events
from tunesmith_trainer.wishes import Stopped, Wishes

PASSED = [{"type": "rehearse"}, {"type": "go", "ollama": "0.34.1"}]


@pytest.fixture(autouse=True)
def asks(monkeypatch):
    monkeypatch.setenv(ASKS, "ask")


class Answers(Wishes):
    """What a runner answers, and what there was when it did. Ends the run behind the rehearsal."""

    def __init__(self, run, answers):
        super().__init__()
        self.run = run
        self.given = list(answers)
        self.seen = []

    def wait_for(self, *kinds):
        self.check()
        self.seen.append({p.name for p in (self.run / "rehearsal").glob("*")})
        answer = self.given.pop(0)
        if answer["type"] == "stop":
            self.wish = "stop"
            self.check()
        assert answer["type"] in kinds
        return answer


def carry(run, answers):
    events = Events(run / "trainer.jsonl")
    wishes = Answers(run, answers)
    try:
        run_stages(run, load_spec(run), events, wishes)
    finally:
        events.close()
    return wishes


def new_run(folder, family="qwen2", **settings):
    return make_run(folder, shared_model(family), make_rows(8), num_train_epochs=1, **settings)


def decisions(run):
    return {event["code"]: event["params"] for event in read_events(run, "decision")}


def steps(run):
    return read_events(run, "train.step")


def types(run):
    return [event["type"] for event in read_events(run)]


def test_it_goes_before_the_first_step_and_leaves_nothing_behind(tmp_path):
    run = new_run(tmp_path / "r", output_quantization="q4_k_m")
    wishes = carry(run, PASSED)
    order = types(run)
    assert order.index("rehearsal.asked") < order.index("rehearsal.ready")
    assert order.index("rehearsal.ready") < order.index("train.step")
    # What Ollama is to try is there while it does, and nothing that would fill the disk beside it.
    assert wishes.seen[1] == {"adapter", "model-q4_k_m.gguf"}
    assert not (run / "rehearsal").exists()
    assert decisions(run)["rehearsed"]["version"] == "0.34.1"
    [asked] = read_events(run, "rehearsal.asked")
    assert (asked["format"], asked["thinking"]) == ("q4_k_m", "none")
    assert steps(run)


def test_one_that_passed_before_is_not_tried_again(tmp_path):
    run = new_run(tmp_path / "r")
    wishes = carry(run, [{"type": "go"}])
    assert "rehearsal.ready" not in types(run)
    assert "rehearsal_known" in decisions(run)
    assert wishes.seen == [set()]
    assert steps(run)


def test_without_ollama_the_reason_is_said(tmp_path):
    run = new_run(tmp_path / "r")
    carry(run, [{"type": "rehearse"}, {"type": "go", "reason": "Nothing answers there."}])
    assert decisions(run)["rehearsed_without_ollama"]["reason"] == "Nothing answers there."
    assert steps(run)


def test_a_refusal_ends_the_run_without_a_step(tmp_path):
    run = new_run(tmp_path / "r")
    for answers in ([{"type": "stop"}], [{"type": "rehearse"}, {"type": "stop"}]):
        with pytest.raises(Stopped):
            carry(run, answers)
        assert not steps(run)
        assert not (run / "rehearsal").exists()


def quantiser_fails(monkeypatch):
    monkeypatch.setitem(quantize.FILE_TYPES, "q8_0", 9999)
    return "export_quantize_failed"


def disk_is_full(monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(1 << 40, 1 << 40, 1 << 20))
    return "disk_full"


def merge_goes_wrong(monkeypatch):
    from tunesmith_trainer import merge

    monkeypatch.setattr(merge, "_distance", lambda _a, _b: 1e9)
    return "export_merge_not_equal"


def converter_fails(monkeypatch):
    from tunesmith_trainer import convert

    whole = convert._run

    def run(merged, part, name, template, stop_ids, method):
        if method == "write":
            raise AppError("export_convert_failed", detail="Can not map tensor", folder=str(merged))
        return whole(merged, part, name, template, stop_ids, method)

    monkeypatch.setattr(convert, "_run", run)
    return "export_convert_failed"


@pytest.mark.parametrize(
    "spoil", [quantiser_fails, disk_is_full, merge_goes_wrong, converter_fails]
)
def test_what_would_fail_behind_training_fails_before_it(tmp_path, monkeypatch, spoil):
    run = new_run(tmp_path / "r")
    code = spoil(monkeypatch)
    with pytest.raises(AppError) as caught:
        carry(run, PASSED)
    assert caught.value.code == code
    assert not steps(run)
    assert not (run / "rehearsal").exists()
    # Nothing that was removed is named as the place to look.
    assert "rehearsal" not in caught.value.params.get("folder", "")
    monkeypatch.undo()
    monkeypatch.setenv(ASKS, "ask")
    carry(run, PASSED)
    assert steps(run)


def test_training_is_the_same_with_and_without_it_and_with_little_memory(tmp_path, monkeypatch):
    hashes = set()
    for name, answers, copies in (
        ("known", [{"type": "go"}], 3),
        ("tried", PASSED, 3),
        ("tight", PASSED, 1e15),
    ):
        monkeypatch.setattr(model_stages, "COPIES", copies)
        run = new_run(tmp_path / name, lora_dropout=0.1, modules_to_save=["lm_head"])
        carry(run, answers)
        hashes.add(sha256_file(run / "adapter" / "adapter_model.safetensors"))
        assert [e["code"] for e in read_events(run, "decision")].count("trainable") == 1
    assert len(hashes) == 1


def test_who_has_trained_is_not_asked_any_more(tmp_path):
    run = new_run(tmp_path / "r")
    carry(run, PASSED)
    (run / "evaluation" / "base.json").unlink(missing_ok=True)
    shutil.rmtree(run / "adapter")
    before = types(run).count("rehearsal.asked")
    carry(run, [])
    assert types(run).count("rehearsal.asked") == before == 1
    assert read_events(run, "train.resumed")


def test_a_change_of_any_small_file_of_the_model_is_seen(tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(shared_model("qwen2"), folder)
    before = small_files_sha256(folder)
    assert before == small_files_sha256(shared_model("qwen2"))
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        file = folder / name
        text = file.read_text(encoding="utf-8")
        file.write_text(json.dumps(json.loads(text), indent=3), encoding="utf-8")
        assert small_files_sha256(folder) != before
        file.write_text(text, encoding="utf-8")
