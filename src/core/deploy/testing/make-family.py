"""Make the tiny random model of a supported family as a run would export it, with its proofs.

`<family>-own` has the template that the family's published model has, as llama.cpp's tree keeps it.
Writes OUT/<family>/: model-<format>.gguf, golden.jsonl, answers.jsonl (llama.cpp's greedy answers
of the first format's GGUF), settings.json, and the model folder; from OUT/tool-rows.json, where the
template knows tools, golden-tools.jsonl. The trainer must be on PYTHONPATH.

Usage: make-family.py make OUT FORMAT[,FORMAT…] NAME…
       make-family.py families   (their names as a JSON list)
       make-family.py tokenise MODEL_FOLDER   (a JSON string per line in, [{id, piece}, …] out)
"""

import json
import os
import shutil
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from tunesmith_trainer.convert import convert_to_gguf
from tunesmith_trainer.evaluate_gguf import generate
from tunesmith_trainer.export_template import template_for_export
from tunesmith_trainer.golden import golden_prompts, read_golden, write_golden
from tunesmith_trainer.golden_tools import tool_prompts, write_tool_prompts
from tunesmith_trainer.llama_cpp import LlamaModel
from tunesmith_trainer.llama_library import engine_folder
from tunesmith_trainer.quantize import quantize
from tunesmith_trainer.rows import TokenRow
from tunesmith_trainer.template import with_system
from tunesmith_trainer.testing_export import text_side
from tunesmith_trainer.testing_models import FAMILIES, make_model
from tunesmith_trainer.tokenize_rows import takes_system, takes_tools
from tunesmith_trainer.tokenizer import load_tokenizer

SYSTEM = "You are a helpful assistant."
ANSWER_TOKENS = 24
OWN_TEMPLATES = {
    "llama3": "meta-llama-Llama-3.1-8B-Instruct",
    "mistral": "mistralai-Mistral-Nemo-Instruct-2407",
    "qwen2": "Qwen-Qwen2.5-7B-Instruct",
    "qwen3": "Qwen-Qwen3-0.6B",
    "smollm3": "HuggingFaceTB-SmolLM3-3B",
    "gemma3": "google-gemma-2-2b-it",
    "phi3": "microsoft-Phi-3.5-mini-instruct",
}
ANSWERED = ("one-turn", "three-turns", "numbers")


def make(out: Path, formats: list[str], names: list[str]) -> None:
    for name in names:
        folder = out / name
        family = name.removesuffix("-own")
        # K-quants want rows of 256 weights; SIZES of the shared models are smaller.
        wide = {"hidden_size": 256, "intermediate_size": 256, "head_dim": 64}
        model_folder = make_model(folder / "model", family, **wide)
        if name != family:
            templates = engine_folder() / "source" / "models" / "templates"
            source = templates / f"{OWN_TEMPLATES[family]}.jinja"
            shutil.copyfile(source, model_folder / "chat_template.jinja")
        side = text_side(model_folder)
        system = SYSTEM if takes_system(side.template) else None
        write_golden(
            folder / "golden.jsonl",
            golden_prompts(side.template, side.tokenizer, system),
        )
        golden = read_golden(folder / "golden.jsonl")
        with_tools = out / "tool-rows.json"
        if with_tools.is_file() and all(takes_tools(side.template).values()):
            given = json.loads(with_tools.read_text(encoding="utf-8"))
            rows = [tool_row(row, system) for row in given]
            prompts = tool_prompts(side.template, side.tokenizer, rows, seed=0)
            write_tool_prompts(folder / "golden-tools.jsonl", prompts)
        template = template_for_export(side.template, [(g["id"], g["messages"]) for g in golden])
        f16 = folder / "model-f16.gguf"
        convert_to_gguf(model_folder, f16, name=family, template=template, stop_ids=side.stops.ids)
        for format in formats:
            file = folder / f"model-{format}.gguf"
            if file != f16:
                quantize(f16, file, format, threads=1)
            write_answers(folder / f"answers-{format}.jsonl", file, golden, side.stops.ids)
        settings = {"system": system or "", "stop": side.stops.texts}
        (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")


def tool_row(row: dict, system: str | None) -> TokenRow:
    messages = with_system(row["messages"], system)
    return TokenRow(row["id"], messages, [], [], [], "", row["tools"])


def write_answers(file: Path, gguf: Path, golden: list[dict], stop_ids: frozenset[int]) -> None:
    asked = [entry for entry in golden if entry["id"] in ANSWERED]
    with LlamaModel(gguf) as model, file.open("w", encoding="utf-8") as lines:
        answers = generate(model, [e["ids"] for e in asked], stop_ids, ANSWER_TOKENS, threads=1)
        for entry, (ids, stopped) in zip(asked, answers, strict=True):
            text = b"".join(model.piece(i) for i in ids).decode("utf-8", "replace")
            row = {"id": entry["id"], "messages": entry["messages"], "text": text}
            lines.write(json.dumps({**row, "stopped": stopped}) + "\n")


def tokenise(model_folder: Path) -> None:
    tokenizer = load_tokenizer(model_folder)
    for line in sys.stdin:
        ids = tokenizer.encode(json.loads(line))
        tokens = [{"id": i, "piece": tokenizer.decode([i], skip_special=False)} for i in ids]
        print(json.dumps(tokens))


def main() -> None:
    command, *rest = sys.argv[1:]
    if command == "tokenise":
        tokenise(Path(rest[0]))
    elif command == "families":
        print(json.dumps([*FAMILIES, *(f"{family}-own" for family in OWN_TEMPLATES)]))
    else:
        make(Path(rest[0]), rest[1].split(","), rest[2:])


if __name__ == "__main__":
    main()
