"""Tokens as the page shows them: in their places, and the same however they are asked for."""

import io
import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from .show_tokens import serve_tokens, show_tokens, token_pieces
from .testing_models import shared_model
from .testing_runs import make_rows
from .tokenizer import TextTokenizer, load_tokenizer

UNICODE = "Grüße, 雪の日 und 👩‍🚀 in कहानी."


def hard_rows() -> list[dict]:
    rows = make_rows(3)
    rows[0]["messages"][0]["content"] = UNICODE
    rows[1]["messages"] = [
        {"role": "system", "content": "Kurz, bitte."},
        *rows[1]["messages"],
        {"role": "user", "content": "Again?"},
        {"role": "assistant", "content": UNICODE},
    ]
    return rows


@pytest.mark.parametrize("train_on", ["answers", "everything"])
def test_served_rows_equal_those_of_a_file(tmp_path: Path, train_on: str) -> None:
    model, rows = shared_model("starter"), hard_rows()
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    shown = list(show_tokens(model, file, None, "Hi.", train_on, None, False))
    lines = [json.dumps({"rows": rows, "pieces": pieces}) for pieces in (True, False)]
    requests = io.StringIO("\n".join(lines))
    whole, counted = serve_tokens(model, "Hi.", train_on, None, False, requests)
    assert whole["rows"] == shown
    for row, count in zip(shown, counted["rows"], strict=True):
        learned = sum(label != -100 for label in row["labels"])
        assert count == {"id": row["id"], "tokens": len(row["ids"]), "supervised": learned}
    assert UNICODE in "".join(shown[0]["pieces"])
    assert UNICODE in "".join(shown[1]["pieces"])


def test_a_row_that_cannot_be_used_says_why_and_the_others_are_counted() -> None:
    rows = make_rows(2)
    rows[0]["messages"][0]["content"] = "What is <|im_end|>?"
    requests = io.StringIO(json.dumps({"rows": rows}))
    model = shared_model("starter")
    (reply,) = serve_tokens(model, None, "answers", None, False, requests)
    assert reply["rows"][0]["error"]["code"] == "row_control_token"
    assert reply["rows"][1]["tokens"] > 0


def test_a_sentencepiece_word_keeps_its_space() -> None:
    inner = Tokenizer(models.WordLevel({"▁a": 0, "▁sea": 1, "?": 2}, unk_token="?"))
    inner.pre_tokenizer = pre_tokenizers.Metaspace()
    inner.decoder = decoders.Metaspace()
    tokenizer = TextTokenizer(inner, {}, {}, {}, {})
    assert token_pieces(tokenizer, [0, 1, 1]) == ["a", " sea", " sea"]


@pytest.mark.parametrize("family", ["phi3", "mistral", "gemma3", "qwen3"])
def test_pieces_read_as_the_whole(family: str) -> None:
    tokenizer = load_tokenizer(shared_model(family))
    ids = tokenizer.encode(f"One sea. {UNICODE}\n\tAnd  more.")
    assert "".join(token_pieces(tokenizer, ids)) == tokenizer.decode(ids, False)
