"""Make a GGUF of a few hundred kilobytes whose answers are known, with golden conversations.

The network is a Llama with one layer whose attention and feed-forward outputs are zero: what is
left is a table "this token is followed by that one", so the answer to every prompt is known
without running anything, and a template or a tokenizer that goes wrong shows in the prompt alone.

gguf-py of llama.cpp's source must be on PYTHONPATH.
Usage: make-tiny-gguf.py make OUT [--embed T] [--train T] [--behaviour B] [--add-begin-token]
       make-tiny-gguf.py tokenise OUT   (a JSON string per line in, a list of {id, piece} out)
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from gguf import GGUFWriter, TokenType
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

WIDTH, FEED_FORWARD, HEADS, CONTEXT = 128, 128, 2, 4096
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|begin|>"]
ANSWER = "The sky glows deep blue."
SYSTEM = "You are a helpful assistant."
BODY = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n'"
    " + message['content'] + '<|im_end|>\\n' }}{% endfor %}"
)
ASK = "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
# Ollama attaches a template of its own to one that lies within 100 edits of one it knows.
PAD = "{# " + "This template is the one that training used. " * 5 + "#}"
THINK = (
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}"
    "{% if enable_thinking is defined and not enable_thinking %}{{ '<think>\\n\\n</think>\\n\\n' }}"
    "{% endif %}{% endif %}"
)
TEMPLATES = {
    "chatml": PAD + BODY + ASK,
    "extra-newline": PAD + BODY + ASK.replace("assistant\\n", "assistant\\n\\n"),
    "thinking": PAD + BODY + THINK,
    "begin": PAD + "{{ bos_token }}" + BODY + ASK,
    "unpadded": BODY + ASK,
    # Ollama's own ChatML puts no blank line before the answer: this one is near it and differs.
    "unpadded-extra-newline": BODY + ASK.replace("assistant\\n", "assistant\\n\\n"),
}
CONVERSATIONS = [
    ["What colour is the sky?"],
    ["  two blanks before and after  "],
    ["\n\tlines\r\nand tabs\n\n"],
    ["Wie heißt der größte Planet? 日本語も。 \u3000 全角"],
    ["family \U0001f468\u200d\U0001f469\u200d\U0001f467 flag \U0001f3f3\ufe0f\u200d\U0001f308 ok"],
    ["def f(x):\n    return {'a': [x, \"b\"], 'c': x ** 2}  # 12345 6.789 0x1F"],
    ["Hi", "Hello.", "And the sea?"],
    ["a < b && c > d \"quoted\" 'single' \\backslash \u2028 line"],
    ["One", "Two", "Three", "Four", "Five"],
    ["word " * 600],
    ["1,234.5 + 6 = ?", "1,240.5", "And half of 2026-11-22?"],
    ["<b>bold</b> | {{ not a template }} {% nor this %}"],
]
HELD_OUT = ["How does the sky look?", "Sky colour?", "Tell me about the sky, please."]


def train_tokenizer() -> Tokenizer:
    """A byte-level BPE with GPT-2's splitting, which llama.cpp knows as `gpt-2`."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=SPECIAL,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    texts = [turn for turns in CONVERSATIONS for turn in turns] + HELD_OUT + [ANSWER, SYSTEM]
    # Roles and two line breaks are one token each, whatever the conversations are.
    frequent = ["user", "assistant", "system", "a\n\n"] * 50
    tokenizer.train_from_iterator(texts + frequent, trainer)
    return tokenizer


def render(template: str, messages: list[dict[str, str]], **variables: object) -> str:
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(template).render(
        messages=messages,
        add_generation_prompt=True,
        bos_token="<|begin|>",
        eos_token="<|im_end|>",
        **variables,
    )


def token_weights(ids: list[int], size: int, behaviour: str, start: int) -> tuple[np.ndarray, ...]:
    """Embeddings and output rows, (size, WIDTH) each: `start` -> ids[0] -> ids[1] -> … -> end."""
    random = np.random.default_rng(7)
    embedding = random.choice([-1.0, 1.0], size=(size, WIDTH)).astype(np.float32)
    output = np.zeros((size, WIDTH), dtype=np.float32)
    end = SPECIAL.index("<|im_end|>")
    following = [*ids, end]
    for before, after in zip([start, *ids], following, strict=True):
        output[after] += 20 * embedding[before] / WIDTH
    if behaviour == "loops":  # the last token leads back to the first, never to the end
        output[end] = 0
        output[ids[0]] += 20 * embedding[ids[-1]] / WIDTH
    rival = start - 1  # the tab
    assert rival not in following
    if behaviour == "tie":  # after two tokens a tab is likelier by a hair, and then the end
        output[rival] = 20.04 * embedding[ids[1]] / WIDTH
        output[end] += 20 * embedding[rival] / WIDTH
    if behaviour == "end-tie":  # after the answer the end is likelier than a tab by a hair
        output[rival] = 19.96 * embedding[ids[-1]] / WIDTH
    return embedding, output


def write_gguf(
    path: Path, tokenizer: Tokenizer, template: str, behaviour: str, begin: bool
) -> None:
    vocabulary = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    pieces = [piece for piece, _ in vocabulary]
    ids = tokenizer.encode(ANSWER).ids
    start = tokenizer.encode("\n").ids[-1]
    assert len({start, *ids}) == len(ids) + 1, "the answer's tokens must differ"
    writer = GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_block_count(1)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(pieces))
    writer.add_file_type(1)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(pieces)
    kinds = [TokenType.CONTROL if piece in SPECIAL else TokenType.NORMAL for piece in pieces]
    writer.add_token_types(kinds)
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    writer.add_token_merges([" ".join(pair) for pair in merges])
    writer.add_bos_token_id(SPECIAL.index("<|begin|>"))
    writer.add_eos_token_id(SPECIAL.index("<|im_end|>"))
    writer.add_pad_token_id(SPECIAL.index("<|endoftext|>"))
    writer.add_add_bos_token(begin)
    writer.add_chat_template(template)
    embedding, output = token_weights(ids, len(pieces), behaviour, start)
    square = np.zeros((WIDTH, WIDTH), dtype=np.float16)
    writer.add_tensor("token_embd.weight", embedding.astype(np.float16))
    writer.add_tensor("output.weight", output.astype(np.float16))
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, dtype=np.float32))
    for name in ("attn_norm", "ffn_norm"):
        writer.add_tensor(f"blk.0.{name}.weight", np.ones(WIDTH, dtype=np.float32))
    for name in (
        "attn_q",
        "attn_k",
        "attn_v",
        "attn_output",
        "ffn_gate",
        "ffn_up",
        "ffn_down",
    ):
        writer.add_tensor(f"blk.0.{name}.weight", square)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def conversation(turns: list[str], with_system: bool) -> list[dict[str, str]]:
    roles = ["user" if index % 2 == 0 else "assistant" for index in range(len(turns))]
    messages = [{"role": role, "content": turn} for role, turn in zip(roles, turns, strict=True)]
    return ([{"role": "system", "content": SYSTEM}] if with_system else []) + messages


def make(out: Path, embed: str, train: str, behaviour: str, begin: bool) -> None:
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = train_tokenizer()
    tokenizer.save(str(out / "tokenizer.json"))
    write_gguf(out / "model-f16.gguf", tokenizer, TEMPLATES[embed], behaviour, begin)
    with (out / "golden.jsonl").open("w", encoding="utf-8") as file:
        pairs = [(turns, system) for turns in CONVERSATIONS for system in (True, False)]
        for number, (turns, with_system) in enumerate(pairs):
            messages = conversation(turns, with_system)
            # Where a row brings no system turn, training puts the Modelfile's one.
            shown = messages if messages[0]["role"] == "system" else conversation(turns, True)
            prompt = render(TEMPLATES[train], shown, enable_thinking=False)
            row = {
                "id": f"golden-{number + 1}",
                "messages": messages,
                "prompt": prompt,
                "ids": tokenizer.encode(prompt).ids,
            }
            file.write(json.dumps(row) + "\n")
    with (out / "answers.jsonl").open("w", encoding="utf-8") as file:
        for number, question in enumerate(HELD_OUT):
            row = {
                "id": f"held-out-{number + 1}",
                "messages": conversation([question], False),
                "text": ANSWER,
                "stopped": True,
            }
            file.write(json.dumps(row) + "\n")


def tokenise(out: Path) -> None:
    tokenizer = Tokenizer.from_file(str(out / "tokenizer.json"))
    for line in sys.stdin:
        encoding = tokenizer.encode(json.loads(line))
        text = json.loads(line)
        tokens = [
            {"id": token, "piece": text[start:end]}
            for token, (start, end) in zip(encoding.ids, encoding.offsets, strict=True)
        ]
        print(json.dumps(tokens))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["make", "tokenise"])
    parser.add_argument("out", type=Path)
    parser.add_argument("--embed", choices=TEMPLATES, default="chatml")
    parser.add_argument("--train", choices=TEMPLATES, default="chatml")
    parser.add_argument(
        "--behaviour", choices=["stops", "loops", "tie", "end-tie"], default="stops"
    )
    parser.add_argument("--add-begin-token", action="store_true")
    options = parser.parse_args()
    if options.command == "tokenise":
        tokenise(options.out)
    else:
        make(
            options.out,
            options.embed,
            options.train,
            options.behaviour,
            options.add_begin_token,
        )


if __name__ == "__main__":
    main()
