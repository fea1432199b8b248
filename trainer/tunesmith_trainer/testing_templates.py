"""The chat templates of the llama.cpp bundle, each with a tokenizer that has its control tokens."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from .template import ChatTemplate, freeze
from .tokenizer import TextTokenizer

CONTROL = re.compile(
    r"<\|[^<>\s'\"]{1,40}\|>|\[/?[A-Z_]{2,}\]|<｜[^｜]{1,40}｜>|<(?:start|end)_of_turn>|</?s>"
)
NAMES = {"bos_token": "<s>", "eos_token": "</s>"}


def template_files() -> list[Path]:
    """Templates of llama.cpp's tests. They come with the engine, which tests cannot do without."""
    folder = Path(os.environ["TUNESMITH_LLAMA"]) / "source" / "models" / "templates"
    files = sorted(folder.glob("*.jinja"))
    assert len(files) >= 60, f"only {len(files)} templates in {folder}"
    return files


def template_cases() -> list[tuple[Path, bool]]:
    """Each template, and once more with thinking on where it has a switch for it."""
    cases = [(file, False) for file in template_files()]
    return cases + [(file, True) for file, _ in cases if frozen(file).thinking != "none"]


def case_name(value: Path | bool) -> str:
    """A readable test id."""
    return value.stem if isinstance(value, Path) else ("thinking" if value else "plain")


@cache
def read_template(file: Path) -> str:
    """A template's source."""
    return file.read_text(encoding="utf-8")


def tokenizer_for(source: str) -> TextTokenizer:
    """A tokenizer of bytes in which everything that looks like a control token is one."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=256, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator([], trainer)
    tokenizer.add_special_tokens(sorted({*CONTROL.findall(source), *NAMES.values()}))
    added = {token.content: id for id, token in tokenizer.get_added_tokens_decoder().items()}
    return TextTokenizer(tokenizer, dict(NAMES), added, dict(added), {})


def frozen(file: Path, thinking: bool = False) -> ChatTemplate:
    """A bundled template as training would use it."""
    return freeze(read_template(file), file.name, dict(NAMES), thinking=thinking)
