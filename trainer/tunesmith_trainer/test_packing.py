from __future__ import annotations

import random

from .packing import pack


def test_every_row_is_in_exactly_one_pack_and_fits() -> None:
    draw = random.Random(1)
    for _ in range(50):
        capacity = draw.randrange(10, 600)
        lengths = [draw.randrange(1, capacity + 1) for _ in range(draw.randrange(1, 200))]
        packs = pack(lengths, capacity)
        assert sorted(i for rows in packs for i in rows) == list(range(len(lengths)))
        assert all(sum(lengths[i] for i in rows) <= capacity for rows in packs)


def test_packs_are_the_same_for_the_same_rows() -> None:
    lengths = [random.Random(2).randrange(1, 90) for _ in range(300)]
    assert pack(lengths, 128) == pack(list(lengths), 128)


def test_the_tightest_pack_is_taken() -> None:
    # 7 and 6 open two packs of 10; 3 fits both and goes where nothing is left then.
    assert pack([6, 7, 3], 10) == [[1, 2], [0]]


def test_it_needs_at_most_eleven_ninths_of_the_best_number_of_packs() -> None:
    # The bound of best-fit decreasing (Johnson 1973), against the bound of the sum of lengths.
    draw = random.Random(3)
    lengths = [draw.randrange(5, 40) for _ in range(1000)]
    assert len(pack(lengths, 512)) <= -(-sum(lengths) // 512) * 11 / 9 + 4


def test_no_rows_are_no_packs() -> None:
    assert pack([], 128) == []
