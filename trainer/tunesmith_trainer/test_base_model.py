import json
import subprocess
import sys

import pytest

from tunesmith_trainer.base_model import make_base_gguf
from tunesmith_trainer.errors import AppError
from tunesmith_trainer.generate import generate_answers
from tunesmith_trainer.llama_cpp import LlamaModel
from tunesmith_trainer.merge import load_causal
from tunesmith_trainer.model_folder import weight_files
from tunesmith_trainer.test_chat import GREEDY, USER, text
from tunesmith_trainer.testing_export import text_side
from tunesmith_trainer.testing_models import make_model
from tunesmith_trainer.testing_runs import make_run


def test_the_base_answers_as_it_did_before_training(tmp_path):
    import torch

    model = make_model(tmp_path / "model", "starter")
    run = make_run(tmp_path / "run", model)
    seen = []
    target = tmp_path / "base" / "model-f16.gguf"
    make_base_gguf(run, target, "f16", lambda *progress: seen.append(progress))
    assert [name.name for name in target.parent.iterdir()] == [target.name]
    step, done, total = seen[0]
    assert (step, done) == ("hash", total)
    side = text_side(model)
    system = {"role": "system", "content": "You are a helpful assistant."}
    asked = side.template.render([system, *USER], add_generation_prompt=True)
    prompt = side.tokenizer.encode(asked)
    [expected] = generate_answers(load_causal(model, torch.float32), [prompt], side.stops.ids, 12)
    request = {"id": "1", "messages": [system, *USER], "options": GREEDY}
    done = subprocess.run(
        [sys.executable, "-m", "tunesmith_trainer", "chat", "--gguf", target],
        input=json.dumps(request) + "\n",
        text=True,
        capture_output=True,
        check=True,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    with LlamaModel(target, vocab_only=True) as gguf:
        pieces = b"".join(gguf.piece(i) for i in expected.ids)
    assert text(lines, "1") == pieces.decode("utf-8", "replace")


def test_it_is_quantised_like_the_tuned_model(tmp_path):
    run = make_run(tmp_path / "run", make_model(tmp_path / "model", "starter"))
    target = tmp_path / "model-q8_0.gguf"
    make_base_gguf(run, target, "q8_0", lambda *_: None)
    with LlamaModel(target, vocab_only=True):
        assert not (tmp_path / "base-f16.gguf").exists()


def test_another_model_in_its_place_is_refused(tmp_path):
    model = make_model(tmp_path / "model", "starter")
    run = make_run(tmp_path / "run", model)
    [file, *_] = weight_files(model)
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    with pytest.raises(AppError) as error:
        make_base_gguf(run, tmp_path / "base.gguf", "f16", lambda *_: None)
    assert error.value.code == "model_changed"


def test_the_command_tells_progress_and_why_it_failed(tmp_path):
    command = [sys.executable, "-m", "tunesmith_trainer", "base", tmp_path, "--format", "f16"]
    done = subprocess.Popen(
        [*command, "--target", tmp_path / "x.gguf"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = [json.loads(line) for line in done.stdout]
    assert done.wait() == 4
    assert lines[-1]["error"]["code"] == "spec_missing"
    done.stdin.close()
