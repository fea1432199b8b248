"""Rows tokenised together are, token by token and label by label, what each is by itself."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from .errors import AppError
from .rows import Row, TokenRow
from .template import load_template
from .testing_models import FAMILIES, shared_model
from .testing_templates import case_name, frozen, read_template, template_cases, tokenizer_for
from .token_table import MODES
from .tokenize_batch import CHUNK_ROWS, BatchTokenizer
from .tokenize_rows import RowTokenizer, row_tokenizer
from .tokenizer import load_tokenizer

NOWHERE = Path("no such folder")
TEXTS = [
    "Hi, who?", "It is me.", "", " ", "\n", "  blanks before", "blanks behind  ", "\n\nlines\n\n",
    "Grüße, 雪の日 und 👩‍🚀 in कहानी.", "e\u0301 \u212a \u2260", "a < b and b > c [x]",
    "<p>markup</p>", "{y} | [z]",
    "<think>Hm.</think>Over there.", "<think>\n\n</think>\n\nOver there.", "</think>", "<think>",
    "<tool_call>\n{}\n</tool_call>", "<tool_response>x</tool_response>", "[TOOL_RESULTS]",
    "### Question: what?", "None", "assistant\n", "/no_think What?", "<|im_end", "|>", "<|im_",
    "<|im_end|>", "\ufdd0", "x" * 300, "\u2581 under", "def f():\n\treturn 1  # ok",
    "\x00\x01", "\u2028",
]  # fmt: skip
TOOLS = [{"type": "function", "function": {"name": "f", "description": "d", "parameters": {}}}]
CALL = {"type": "function", "function": {"name": "f", "arguments": {"x": 1}}}


def turns(*texts: str, system: str | None = None) -> list[dict[str, Any]]:
    head = [] if system is None else [{"role": "system", "content": system}]
    roles = ("user", "assistant")
    return head + [{"role": roles[i % 2], "content": t} for i, t in enumerate(texts)]


def tricky_rows() -> list[Row]:
    """Every text as a question, an answer and a system turn; odd orders, tools, plain texts."""
    chance = random.Random(7)
    talks = [turns("Who?", text) for text in TEXTS] + [turns(text, "Me.") for text in TEXTS]
    talks += [turns("Who?", "Me.", system=text) for text in TEXTS]
    talks += [turns("Hi", text, "Again?", "So.") for text in TEXTS]
    talks += [turns("Hi", "So.", text, text) for text in TEXTS]
    talks += [turns(*chance.choices(TEXTS, k=chance.choice([4, 5, 6, 8]))) for _ in range(40)]
    one, two = turns("Who?", "Me."), turns("Who?", "Me.", "Where?", "Here.")
    talks += [
        [*one, {"role": "user", "content": "And?"}],
        [one[0], one[0], one[1]],
        [one[0], one[1], one[1]],
        [one[1]],
        [one[1], *one],
        [*one, {"role": "system", "content": "Now."}, *two],
        [one[0]],
        [{"role": "system", "content": "Alone."}],
    ]
    asked = [one[0], {"role": "assistant", "content": "", "tool_calls": [CALL]}]
    told = [*asked, {"role": "tool", "content": "1", "name": "f"}, one[1]]
    rows = [Row(f"r:{i}", talk) for i, talk in enumerate(talks)]
    rows += [Row("tools", two, TOOLS), Row("asked", asked, TOOLS), Row("told", told, TOOLS)]
    rows += [Row("told-bare", told), Row("asked-bare", asked)]
    return rows + [Row(f"t:{i}", [], text=text) for i, text in enumerate(TEXTS)]


def by_itself(tokenize: RowTokenizer, row: Row) -> tuple[TokenRow, str, bool] | dict[str, Any]:
    try:
        masked = tokenize(row)
        return masked.row, masked.mode, masked.complete
    except AppError as error:
        return error.to_dict()


def assert_equal(tokenize: RowTokenizer, rows: list[Row]) -> list[bool]:
    """Whether each row was told from a plan."""
    batch = BatchTokenizer(tokenize)
    planned = []

    def alone(row: Row, inner: Any = batch._by_itself) -> Any:
        planned[-1] = False
        return inner(row)

    batch._by_itself = alone  # type: ignore[method-assign]
    for row in rows:
        planned.append(True)
        table = batch.rows([row])
        expected = by_itself(tokenize, row)
        if isinstance(expected, dict):
            assert table.errors[0].to_dict() == expected
            planned.pop()
            continue
        assert not table.errors, table.errors
        found = table.token_row(0, tokenize.with_system(row))
        assert (found, MODES[table.modes[0]], bool(table.complete[0])) == expected
    return planned


@pytest.mark.parametrize(("file", "thinking"), template_cases(), ids=case_name)
def test_every_bundled_template(file: Path, thinking: bool) -> None:
    tokenizer = tokenizer_for(read_template(file))
    template = frozen(file, thinking)
    system = "Be kind." if thinking else None
    tokenize, _ = row_tokenizer(NOWHERE, tokenizer, template, system, "answers")
    # Each template meets another third of the rows: all of them meet all rows of each kind.
    rows = tricky_rows()
    assert_equal(tokenize, random.Random(file.name).sample(rows, len(rows) // 3))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("train_on", ["answers", "everything"])
def test_every_family(family: str, train_on: str) -> None:
    folder = shared_model(family)
    tokenizer = load_tokenizer(folder)
    template = load_template(folder, tokenizer)
    tokenize, _ = row_tokenizer(folder, tokenizer, template, "Be kind.", train_on)
    planned = assert_equal(tokenize, tricky_rows())
    if family not in ("llama2", "llama2-json", "mistral", "phi3"):
        assert sum(planned) > 0.8 * len(planned), "most rows need no second look"


def test_pieces_made_side_by_side_come_in_order() -> None:
    folder = shared_model("starter")
    tokenizer = load_tokenizer(folder)
    template = load_template(folder, tokenizer)
    tokenize, _ = row_tokenizer(folder, tokenizer, template, "Be kind.", "answers")
    rows = tricky_rows() * (3 * CHUNK_ROWS // len(tricky_rows()) + 1)
    heard: list[int] = []
    batch = BatchTokenizer(tokenize)
    whole, single = batch.table(rows, 2, heard.append), batch.table(rows, 1)
    assert heard[-1] == len(rows)
    assert {i: e.to_dict() for i, e in whole.errors.items()} == {
        i: e.to_dict() for i, e in single.errors.items()
    }
    for number, row in enumerate(rows):
        if number in whole.errors:
            continue
        prepared = tokenize.with_system(row)
        expected = by_itself(tokenize, row)[0]
        assert whole.token_row(number, prepared) == expected
        assert single.token_row(number, prepared) == expected
        assert whole.lengths[number] == len(expected.ids)
        assert whole.supervised[number] == expected.supervised
