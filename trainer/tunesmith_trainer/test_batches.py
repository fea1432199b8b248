from __future__ import annotations

import torch

from .batches import collate, make_batches, pad_token_id
from .rows import IGNORED, TokenRow

ROWS = [
    TokenRow("a", [], [1, 2, 3, 4], [IGNORED, IGNORED, 3, 4], [], ""),
    TokenRow("b", [], [5, 6], [IGNORED, 6], [], ""),
    TokenRow("c", [], [7, 8, 9], [7, 8, 9], [], ""),
]


def test_a_pack_has_no_mask_and_positions_that_restart() -> None:
    batch = collate([ROWS[:2]], pad_id=0)
    assert batch.input_ids.tolist() == [[1, 2, 3, 4, 5, 6]]
    assert batch.position_ids.tolist() == [[0, 1, 2, 3, 0, 1]]
    assert batch.row_lengths.tolist() == [[4, 4, 4, 4, 2, 2]]
    assert batch.attention_mask is None
    assert (batch.tokens, batch.supervised) == (6, 3)


def test_the_first_token_of_a_row_is_never_learned() -> None:
    batch = collate([[ROWS[0], ROWS[2]]], pad_id=0)
    assert batch.labels.tolist() == [[IGNORED, IGNORED, 3, 4, IGNORED, 8, 9]]


def test_padding_of_packs_is_a_row_of_its_own() -> None:
    batch = collate([ROWS[:2], [ROWS[2]]], pad_id=99)
    assert batch.attention_mask is None
    assert batch.input_ids[1].tolist() == [7, 8, 9, 99, 99, 99]
    assert batch.position_ids[1].tolist() == [0, 1, 2, 0, 1, 2]
    assert batch.labels[1].tolist() == [IGNORED, 8, 9, IGNORED, IGNORED, IGNORED]
    assert batch.tokens == 9


def test_padding_of_single_rows_is_masked() -> None:
    batch = collate([[ROWS[0]], [ROWS[1]]], pad_id=99)
    assert batch.attention_mask is not None
    assert batch.attention_mask.tolist() == [[1, 1, 1, 1], [1, 1, 0, 0]]
    assert batch.position_ids.tolist() == [[0, 1, 2, 3], [0, 1, 2, 3]]
    assert collate([[ROWS[0]]], pad_id=99).attention_mask is None


def test_an_epoch_holds_every_pack_once_in_an_order_of_its_own() -> None:
    rows = [TokenRow(str(n), [], [1, 2], [IGNORED, 2], [], "") for n in range(23)]
    batches = make_batches(rows, False, 8, 2, 3, seed=5, pad_id=0)
    orders = []
    for epoch in range(2):
        steps = batches.epoch(epoch)
        assert len(steps) == batches.steps_per_epoch == 4
        assert [len(step) for step in steps] == [3, 3, 3, 3]
        flat = [n for step in steps for micro in step for n in micro]
        assert sorted(flat) == list(range(23))
        orders.append(flat)
    assert orders[0] != orders[1]
    assert batches.epoch(1) == batches.epoch(1)
    other = make_batches(rows, False, 8, 2, 3, seed=6, pad_id=0)
    assert other.epoch(0) != batches.epoch(0)


def test_the_order_is_the_same_on_every_machine() -> None:
    rows = [TokenRow(str(n), [], [1, 2], [IGNORED, 2], [], "") for n in range(8)]
    order = make_batches(rows, False, 8, 8, 1, seed=42, pad_id=0).epoch(0)
    assert order == [[[4, 0, 5, 3, 1, 7, 6, 2]]]


def test_padding_never_is_an_end_token() -> None:
    assert pad_token_id(10, frozenset({0, 1}), 1, None, 4) == 4
    assert pad_token_id(10, frozenset({0, 1}), 1, None) == 2


def test_moving_a_batch_moves_all_of_it() -> None:
    batch = collate([[ROWS[0]], [ROWS[1]]], pad_id=0).to(torch.device("meta"))
    tensors = (batch.input_ids, batch.labels, batch.position_ids, batch.attention_mask)
    assert all(tensor is not None and tensor.device.type == "meta" for tensor in tensors)
