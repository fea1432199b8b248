import io
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tunesmith_trainer.chat import Chat, _read, serve
from tunesmith_trainer.errors import AppError
from tunesmith_trainer.generate import generate_answers
from tunesmith_trainer.llama_cpp import LlamaContext, LlamaModel
from tunesmith_trainer.merge import load_causal
from tunesmith_trainer.sampling import Sampler
from tunesmith_trainer.testing_export import shared_gguf, text_side
from tunesmith_trainer.testing_models import shared_model

GREEDY = {"temperature": 0, "repeat_penalty": 1.0, "num_predict": 12}
USER = [{"role": "user", "content": "Who keeps the light of Mirn?"}]


def ask(*requests, family="starter", folder=None):
    source = io.StringIO("".join(json.dumps(r) + "\n" for r in requests))
    sink = io.StringIO()
    code = serve(shared_gguf(family), folder, source, sink)
    return code, [json.loads(line) for line in sink.getvalue().splitlines()]


def text(lines, id):
    return "".join(p["text"] for p in lines if p.get("id") == id and p["type"] == "token")


def done(lines, id):
    return next(p for p in lines if p["id"] == id and p["type"] == "done")


@pytest.mark.parametrize("family", ["starter", "llama2", "gemma3", "qwen3"])
def test_the_greedy_answer_is_that_of_torch(family):
    import torch

    folder = shared_model(family)
    side = text_side(folder)
    prompt = side.tokenizer.encode(side.template.render(USER, add_generation_prompt=True))
    model = load_causal(folder, torch.float32)
    [expected] = generate_answers(model, [prompt], side.stops.ids, 12)
    code, lines = ask({"id": "1", "messages": USER, "options": GREEDY}, family=family)
    assert code == 0
    with LlamaModel(shared_gguf(family), vocab_only=True) as gguf:
        pieces = b"".join(gguf.piece(i) for i in expected.ids)
    assert text(lines, "1") == pieces.decode("utf-8", "replace")
    end = done(lines, "1")
    assert end["reason"] == ("stop" if expected.stopped else "length")
    assert end["tokens"] == len(expected.ids)
    assert end["promptTokens"] == len(prompt)
    assert end["seconds"] >= 0


def test_several_requests_are_answered_in_order_and_alike():
    talk = [*USER, {"role": "assistant", "content": "Tamsin."}, {"role": "user", "content": "Why?"}]
    requests = [
        {"id": i, "messages": m, "options": GREEDY} for i, m in enumerate([USER, talk, USER])
    ]
    _, lines = ask(*requests)
    assert [p["id"] for p in lines] == sorted(p["id"] for p in lines)
    # The third finds a cache that holds more than its prompt; the answer is still the first's.
    assert text(lines, 0) == text(lines, 2) != text(lines, 1)
    _, alone = ask(requests[1])
    assert text(alone, 1) == text(lines, 1)


def test_the_system_prompt_of_the_options_is_put_first():
    with LlamaModel(shared_gguf("starter")) as model:
        chat = Chat(model, None, 1)
        own = [{"role": "system", "content": "Own."}, *USER]
        _, options, _ = _read({"messages": USER, "options": {"system": "Be brief."}})
        side = text_side(shared_model("starter"))
        with_system = [{"role": "system", "content": "Be brief."}, *USER]
        rendered = side.template.render(with_system, add_generation_prompt=True)
        assert chat._prompt(USER, options) == side.tokenizer.encode(rendered)
        rendered = side.template.render(own, add_generation_prompt=True)
        assert chat._prompt(own, options) == side.tokenizer.encode(rendered)


def test_a_template_without_system_turns_leaves_it_out_as_training_did():
    with LlamaModel(shared_gguf("mistral")) as model:
        chat = Chat(model, None, 1)
        side = text_side(shared_model("mistral"))
        rendered = side.template.render(USER, add_generation_prompt=True)
        _, options, _ = _read({"messages": USER, "options": {"system": "Be brief."}})
        assert chat._prompt(USER, options) == side.tokenizer.encode(rendered)


def test_text_is_put_into_the_tokenizers_unicode_form():
    with LlamaModel(shared_gguf("qwen3")) as model:
        chat = Chat(model, None, 1)
        _, options, _ = _read({"messages": USER})
        prompts = [
            chat._prompt([{"role": "user", "content": text}], options)
            for text in ("cafe\u0301", "caf\u00e9")
        ]
        assert prompts[0] == prompts[1]


def test_a_stop_string_ends_the_answer_and_is_not_shown():
    _, free = ask({"id": 1, "messages": USER, "options": GREEDY})
    answer = text(free, 1)
    stop = answer[3:5]
    _, lines = ask({"id": 1, "messages": USER, "options": GREEDY, "stop": [stop]})
    assert text(lines, 1) == answer[: answer.index(stop)]
    assert done(lines, 1)["reason"] == "stop"
    _, same = ask({"id": 1, "messages": USER, "options": {**GREEDY, "stop": [stop]}})
    assert text(same, 1) == text(lines, 1)


def test_num_predict_and_num_ctx_limit_the_answer():
    _, lines = ask({"id": 1, "messages": USER, "options": {**GREEDY, "num_predict": 3}})
    assert (done(lines, 1)["tokens"], done(lines, 1)["reason"]) == (3, "length")
    _, lines = ask({"id": 1, "messages": USER, "options": {**GREEDY, "num_predict": 0}})
    assert done(lines, 1)["tokens"] == 0
    prompt = done(lines, 1)["promptTokens"]
    filled = {"temperature": 0, "repeat_penalty": 1.0, "num_ctx": prompt + 5}
    _, lines = ask({"id": 1, "messages": USER, "options": filled})
    assert done(lines, 1)["tokens"] <= 5


def test_a_conversation_longer_than_num_ctx_is_an_error_and_the_next_is_answered():
    long = [{"role": "user", "content": "word " * 3000}]
    code, lines = ask(
        {"id": 1, "messages": long, "options": {**GREEDY, "num_ctx": 2048}},
        {"id": 2, "messages": USER, "options": GREEDY},
    )
    assert code == 0
    assert lines[0]["type"] == "error"
    assert lines[0]["error"]["code"] == "chat_too_long"
    assert lines[0]["error"]["params"]["num_ctx"] == 2048
    assert done(lines, 2)["tokens"] > 0


@pytest.mark.parametrize(
    "request_",
    [
        {"id": 1},
        {"id": 1, "messages": []},
        {"id": 1, "messages": [{"role": "user"}]},
        {"id": 1, "messages": [{"role": "user", "content": 3}]},
        {"id": 1, "messages": USER, "stop": [1]},
    ],
)
def test_a_wrong_request_is_an_error_and_the_next_is_answered(request_):
    _, lines = ask(request_, {"id": 2, "messages": USER, "options": GREEDY})
    assert lines[0]["error"]["code"] == "chat_request_invalid"
    assert done(lines, 2)


def test_a_line_that_is_no_json_is_an_error():
    sink = io.StringIO()
    serve(shared_gguf("starter"), None, io.StringIO("nonsense\n\n[1]\n"), sink)
    lines = [json.loads(line) for line in sink.getvalue().splitlines()]
    assert [p["error"]["code"] for p in lines] == ["chat_request_invalid"] * 2


def test_a_missing_model_is_an_error(tmp_path):
    sink = io.StringIO()
    assert serve(tmp_path / "no.gguf", None, io.StringIO(""), sink) == 4
    assert json.loads(sink.getvalue())["error"]["code"] == "gguf_unreadable"


def test_a_cancel_line_stops_an_answer():
    read, write = os.pipe()
    sink = io.StringIO()
    with os.fdopen(read) as source, os.fdopen(write, "w") as pipe:
        options = {"temperature": 0, "num_predict": 16000, "num_ctx": 16384}
        pipe.write(json.dumps({"id": "a", "messages": USER, "options": options}) + "\n")
        pipe.flush()
        runner = threading.Thread(target=serve, args=(shared_gguf("starter"), None, source, sink))
        runner.start()
        while sink.getvalue().count("\n") < 5 and runner.is_alive():
            time.sleep(0.01)
        pipe.write(json.dumps({"id": "a", "type": "cancel"}) + "\n")
        pipe.close()
        runner.join(timeout=30)
    lines = [json.loads(line) for line in sink.getvalue().splitlines()]
    assert not runner.is_alive()
    assert lines[-1]["reason"] in ("cancelled", "stop")


def samples(options, count=200):
    with LlamaModel(shared_gguf("starter")) as model:
        ids = model.tokenize("The heron stands")
        with LlamaContext(model, length=32, threads=1) as context:
            marks = [False] * (len(ids) - 1) + [True]
            context.decode(ids, range(len(ids)), [0] * len(ids), marks)
            row = context.logits(len(ids) - 1)
            sampler = Sampler(context, {"repeat_penalty": 1.0, **options})
            sampler.see(ids)
            found = [sampler.sample() for _ in range(count)]
            sampler.close()
    return found, row, ids


def test_temperature_zero_is_greedy():
    found, row, _ = samples({"temperature": 0.0}, 5)
    assert set(found) == {int(row.argmax())}


def test_a_seed_repeats_and_none_does_not():
    hot = {"temperature": 2.0, "top_k": 100, "top_p": 1.0}
    assert samples({**hot, "seed": 7})[0] == samples({**hot, "seed": 7})[0]
    assert samples({**hot, "seed": 7})[0] != samples({**hot, "seed": 8})[0]
    assert samples(hot)[0] != samples(hot)[0]


def test_top_k_top_p_and_min_p_cut_the_tail():
    hot = {"temperature": 50.0, "seed": 1, "top_k": 100, "top_p": 1.0}
    wide, row, _ = samples(hot)
    best = [int(i) for i in row.argsort()[::-1]]
    assert len(set(wide)) > 20
    assert set(samples({**hot, "top_k": 3})[0]) == set(best[:3])
    assert len(set(samples({**hot, "top_p": 0.01})[0])) == 1
    assert len(set(samples({**hot, "min_p": 0.999})[0])) == 1


def test_repeated_tokens_are_penalised_within_the_last_n():
    free, _, _ = samples({"temperature": 0.0}, 1)
    best = free[0]
    punished, _, _ = samples({"temperature": 0.0, "repeat_penalty": 2.0, "repeat_last_n": 64}, 40)
    # Each sampled token joins the window: the best one cannot win forty times in a row.
    assert punished.count(best) < 40
    off, _, _ = samples({"temperature": 0.0, "repeat_penalty": 2.0, "repeat_last_n": 0}, 10)
    assert set(off) == {best}


@pytest.mark.parametrize("version", [1, 2])
def test_mirostat_samples(version):
    found, _, _ = samples({"mirostat": version, "mirostat_tau": 2.0, "seed": 3}, 50)
    assert len(set(found)) >= 1
    assert found == samples({"mirostat": version, "mirostat_tau": 2.0, "seed": 3}, 50)[0]


def test_chat_starts_fast_and_without_torch():
    code = (
        "import sys, io\nfrom pathlib import Path\nfrom tunesmith_trainer.chat import serve\n"
        'request = \'{"id": 1, "messages": [{"role": "user", "content": "Hi"}], '
        '"options": {"num_predict": 2}}\\n\'\n'
        "code = serve(Path(sys.argv[1]), None, io.StringIO(request), sys.stdout)\n"
        "assert 'torch' not in sys.modules and 'transformers' not in sys.modules\nsys.exit(code)"
    )
    root = Path(__file__).parents[1]
    command = [sys.executable, "-c", code, str(shared_gguf("starter"))]
    best = min(_seconds(command, root) for _ in range(3))
    assert best < 3  # 1.5 s on a free machine; tests share theirs


def test_the_command_line_answers_in_utf_8():
    request = {"id": "ü", "messages": [{"role": "user", "content": "日本 é"}], "options": GREEDY}
    command = [sys.executable, "-m", "tunesmith_trainer", "chat", "--gguf"]
    ran = subprocess.run(
        [*command, str(shared_gguf("starter")), "--model", str(shared_model("starter"))],
        input=json.dumps(request, ensure_ascii=False).encode(), capture_output=True, check=True,
        cwd=Path(__file__).parents[1], env={**os.environ, "PYTHONIOENCODING": "latin-1"},
    )  # fmt: skip
    lines = [json.loads(line) for line in ran.stdout.decode("utf-8").splitlines()]
    assert lines[-1]["type"] == "done"
    assert {line["id"] for line in lines} == {"ü"}
    _, same = ask(request)
    assert text(lines, "ü") == text(same, "ü")


def _seconds(command, root):
    start = time.monotonic()
    ran = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert '"done"' in ran.stdout
    return time.monotonic() - start


def test_a_gguf_without_template_is_refused():
    class Bare:
        file = Path("bare.gguf")

        def chat_template(self):
            return None

    with pytest.raises(AppError) as caught:
        Chat(Bare(), None, 1)
    assert caught.value.code == "chat_no_template"
