from __future__ import annotations

import pytest

from .errors import AppError
from .rows import IGNORED, Row
from .shorten_row import FEWEST_PROMPT_TOKENS, Shortened, shorten
from .template import load_template
from .test_tokenize_batch import turns
from .testing_models import shared_model
from .tokenize_rows import RowTokenizer, row_tokenizer
from .tokenizer import load_tokenizer

SYSTEM = "Be kind."


def tokenizer(system: str | None = SYSTEM, family: str = "starter") -> RowTokenizer:
    folder = shared_model(family)
    inner = load_tokenizer(folder)
    return row_tokenizer(folder, inner, load_template(folder, inner), system, "answers")[0]


def words(count: int, name: str = "word") -> str:
    return " ".join(f"{name}{i}" for i in range(count))


def what_is_left(row: Row, cut: Shortened) -> Row:
    """The row as whoever freezes it makes it of what was said."""
    if row.text is not None:
        return Row(row.id, [], text=cut.text)
    head = int(row.messages[0]["role"] == "system")
    kept = [dict(m) for m in row.messages[head + cut.messages :]]
    if cut.text is not None:
        kept[0]["content"] = cut.text
    return Row(row.id, [*row.messages[:head], *kept], row.tools)


LONG = turns(*(words(12, f"m{i}") for i in range(10)))


@pytest.mark.parametrize("family", ["starter", "llama3", "gemma3", "phi3", "mistral"])
@pytest.mark.parametrize("limit", [128, 256, 390])
@pytest.mark.parametrize(
    "messages",
    [LONG, turns(words(300), "Short."), turns(*(["x"] * 6), words(300), "Short.")],
    ids=["turns", "prompt", "both"],
)
def test_what_is_left_fits_and_ends_as_before(
    family: str, limit: int, messages: list[dict]
) -> None:
    tokenize = tokenizer(None, family)
    row = Row("r", messages)
    whole = tokenize(row).row
    cut = shorten(row, tokenize, limit)
    assert cut.before == len(whole.ids) > limit >= cut.tokens
    left = tokenize(what_is_left(row, cut)).row
    assert (len(left.ids), left.supervised) == (cut.tokens, cut.supervised)
    answer = [id for id in whole.labels[whole.labels.index(IGNORED) :] if id != IGNORED]
    learned = [id for id in left.labels if id != IGNORED]
    assert learned == answer[-len(learned) :], "answers stay whole"
    assert left.ids[-1] == whole.ids[-1] == left.labels[-1], "the end token is learned"
    assert left.messages[0]["role"] == "user"
    assert left.messages[-1] == whole.messages[-1]


def test_the_oldest_turns_go_first_and_as_few_as_possible() -> None:
    tokenize = tokenizer()
    row = Row("r", turns(*(m["content"] for m in LONG), system="My own."))
    lengths = {
        n: len(tokenize(what_is_left(row, Shortened(0, 0, 0, n))).row.ids) for n in (2, 4, 6)
    }
    for dropped, tokens in lengths.items():
        cut = shorten(row, tokenize, tokens)
        assert (cut.messages, cut.tokens, cut.text) == (dropped, tokens, None)
        assert tokenize(what_is_left(row, cut)).row.messages[0]["content"] == "My own."


def test_then_the_start_of_the_prompt_goes_up_to_a_word() -> None:
    tokenize = tokenizer()
    row = Row("r", [*LONG, *turns(words(100), "It is so.")])
    cut = shorten(row, tokenize, 200)
    assert cut.messages == len(LONG)
    assert cut.text is not None
    assert words(100).endswith(cut.text)
    assert cut.text.startswith("word")
    assert 185 < cut.tokens <= 200


def test_an_answer_is_never_cut() -> None:
    tokenize = tokenizer()
    for messages in (turns("Who are you?", words(200)), turns(words(100), words(200))):
        with pytest.raises(AppError) as caught:
            shorten(Row("r", messages), tokenize, 128)
        assert caught.value.code == "row_answer_too_long"
    answer = words(20)
    bare = len(tokenize(Row("r", turns("", answer))).row.ids)
    with pytest.raises(AppError):
        shorten(Row("r", turns(words(50), answer)), tokenize, bare + FEWEST_PROMPT_TOKENS - 1)


def test_a_call_of_a_tool_stays_with_what_came_of_it() -> None:
    call = {"type": "function", "function": {"name": "find", "arguments": {"a": 1}}}
    source = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}{% for c in m.tool_calls or [] %}{{ c.function | tojson }}{% endfor %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"  # noqa: E501
    from .template import freeze
    from .test_tokenize_batch import NOWHERE
    from .testing_templates import NAMES, tokenizer_for

    template = freeze(source, "x", dict(NAMES))
    tokenize, _ = row_tokenizer(NOWHERE, tokenizer_for(source), template, None, "answers")
    asked = [
        {"role": "user", "content": words(30, "ask")},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "content": words(5, "found")},
        {"role": "assistant", "content": "So it is."},
    ]
    row = Row("r", [*asked, *asked])
    one = len(tokenize(Row("r", asked)).row.ids)
    cut = shorten(row, tokenize, one + 20)
    assert (cut.messages, cut.text, cut.tokens) == (4, None, one)
    cut = shorten(row, tokenize, one - 20)
    assert cut.messages == 4
    assert cut.text is not None
    left = tokenize(what_is_left(row, cut)).row
    assert [m["role"] for m in left.messages] == ["user", "assistant", "tool", "assistant"]


def test_a_text_keeps_its_end() -> None:
    tokenize = tokenizer()
    row = Row("r", [], text=words(300))
    cut = shorten(row, tokenize, 128)
    assert cut.text is not None
    assert words(300).endswith(cut.text)
    left = tokenize(what_is_left(row, cut)).row
    assert len(left.ids) == cut.tokens <= 128
    assert left.labels[-1] == left.ids[-1]


def test_a_text_without_blanks_is_cut_between_characters() -> None:
    tokenize = tokenizer()
    row = Row("r", turns("東京はどこですか" * 40, "日本です。"))
    cut = shorten(row, tokenize, 128)
    assert cut.text
    assert ("東京はどこですか" * 40).endswith(cut.text)
    assert cut.tokens <= 128


def test_what_fits_stays() -> None:
    tokenize = tokenizer()
    row = Row("r", turns("Hi", "Hello"))
    found = tokenize(row).row
    tokens = len(found.ids)
    assert shorten(row, tokenize, tokens) == Shortened(tokens, tokens, found.supervised)
