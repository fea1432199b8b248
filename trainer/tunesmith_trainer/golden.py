"""Golden conversations: rendered and tokenised before training, to hold every export against."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .errors import AppError
from .output_file import written
from .template import ChatTemplate, Message, with_system
from .tokenizer import TextTokenizer
from .unicode_form import form_of, in_form

SYSTEM = "You are a helpful assistant."
FAMILY = "👩‍👩‍👧‍👦"


def _talk(*turns: str, system: str | None = None) -> list[Message]:
    """Turns of user and assistant in alternation, the user first."""
    head = [] if system is None else [{"role": "system", "content": system}]
    roles = ("user", "assistant")
    return head + [{"role": roles[i % 2], "content": text} for i, text in enumerate(turns)]


def golden_conversations() -> dict[str, list[Message]]:
    """Conversations by id. Each ends before an answer of the assistant, as in a chat."""
    lines = "\n".join(f"{i}. Line number {i} of a long text, with words in it." for i in range(120))
    return {
        "one-turn": _talk("What is the capital of France?"),
        "one-turn-system": _talk("What is the capital of France?", system=SYSTEM),
        "one-word": _talk("Hi"),
        "one-letter-system": _talk("?", system="x"),
        "three-turns": _talk("Hi", "Hello! How can I help?", "Tell me a joke."),
        "three-turns-system": _talk("Hi", "Hello!", "Who are you?", system=SYSTEM),
        "seven-turns": _talk("1", "one", "2", "two", "3", "three", "4"),
        "accents": _talk("Où est la bibliothèque de l'Université de Łódź? Größe: 5 m²."),
        "decomposed": _talk("cafe\u0301 und u\u0308ber, n\u0303andu\u0301"),
        "cyrillic-greek": _talk("Что такое лес? Τι είναι το δάσος;", system="Отвечай кратко."),
        "chinese-japanese": _talk("我想在苹果公司工作。東京はどこですか？", "日本です。", "谢谢！"),
        "korean-thai": _talk("안녕하세요, 잘 지내세요?", "네.", "สวัสดีครับ คุณสบายดีไหม"),
        "right-to-left": _talk("مرحبا، كيف حالك؟ שלום, מה שלומך? 123", system="أجب بإيجاز."),
        "hindi": _talk("नमस्ते, क्षत्रिय का अर्थ क्या है?"),
        "emoji": _talk("😀 👍🏽 🇩🇪 ❤️ 1️⃣ what do these mean?"),
        "emoji-joiners": _talk(f"Who: {FAMILY} 🏳️‍🌈 🧑🏿‍🚀?", f"A family {FAMILY}.", "OK 😶‍🌫️"),
        "code-python": _talk(
            "Explain:\n```python\ndef f(x):\n    return [i**2 for i in range(x)]\n```"
        ),
        "code-tabs": _talk("if (a) {\n\tb();\n\t\tc(\"d\\n\");\r\n}", "It calls b and c.", "Why?"),
        "json": _talk('{"a": [1, 2.5, null], "b": {"c": "\\u00e9"}} – is this valid?'),
        "markup": _talk('<p class="x">&amp; <b>bold</b></p> | table | **stars** `ticks` $x^2$'),
        "numbers": _talk("1,234,567.89 + 0.1 = ? 2026-11-22 07:05, 50%, 0x1F, 33333"),
        "leading-blanks": _talk("   three blanks before", "  two before", " one before"),
        "trailing-blanks": _talk("three blanks after   ", "two after  ", "newline after\n"),
        "blank-lines": _talk("\n\nfirst\n\n\n\nsecond\n\n", "\nanswer\n", "\tthird\t"),
        "only-blanks": _talk("  ", " ", " "),
        "empty-system": _talk("Is there a system turn?", system=""),
        "long-system": _talk("Go on.", system="Be exact. " * 60 + "\nAnswer in one line."),
        "long": _talk("Read this:\n" + lines, "I have read it.", "What does line 77 say?"),
        "repeated-user": [
            {"role": "user", "content": "First."},
            {"role": "user", "content": "Second, without an answer between."},
        ],
        "repeated-assistant": [
            {"role": "user", "content": "Say two things."},
            {"role": "assistant", "content": "One."},
            {"role": "assistant", "content": "Two."},
            {"role": "user", "content": "And a third?"},
        ],
        "assistant-first": [
            {"role": "assistant", "content": "Welcome!"},
            {"role": "user", "content": "Thanks."},
        ],
        "system-later": [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Hello"},
            {"role": "system", "content": "Now speak German."},
            {"role": "user", "content": "How are you?"},
        ],
        "quotes": _talk("He said: \"it's 'fine'\" – “really”? „Ja“, «oui», \\back\\ and `tick`"),
        "template-like": _talk("{{ bos_token }} {% if x %}y{% endif %} {# note #} ${z} %s {0}"),
    }  # fmt: skip


def golden_prompts(
    template: ChatTemplate, tokenizer: TextTokenizer, system: str | None
) -> list[dict[str, Any]]:
    """`{id, messages, prompt, ids}` each, or `{id, messages, rejected}` with the template's reason.

    `system` is put first where a conversation brings none, as training and serving do. Texts are
    in the tokenizer's own Unicode form: who serves them does not put them into it.
    """
    form = form_of(tokenizer)
    found: list[dict[str, Any]] = []
    for id, talk in golden_conversations().items():
        messages = in_form(with_system(talk, system), form)
        try:
            prompt = template.render(messages, add_generation_prompt=True)
        except AppError as error:
            found.append({"id": id, "messages": messages, "rejected": error.message})
            continue
        ids = tokenizer.encode(prompt)
        found.append({"id": id, "messages": messages, "prompt": prompt, "ids": ids})
    return found


def write_golden(file: Path, prompts: list[dict[str, Any]]) -> None:
    """Write golden prompts as JSON lines, the rejected ones into a file of their own beside.

    Error: disk_full.
    """
    rejected = file.with_name("golden-rejected.jsonl")
    for target, kind in ((rejected, "rejected"), (file, "prompt")):
        lines = [json.dumps(p, ensure_ascii=False) + "\n" for p in prompts if kind in p]
        with written(target) as part:
            part.write_text("".join(lines), encoding="utf-8", newline="\n")


def read_golden(file: Path) -> list[dict[str, Any]]:
    """The golden prompts of a run. Error: file_unreadable."""
    try:
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise AppError("file_unreadable", file=str(file), detail=str(error)) from error
