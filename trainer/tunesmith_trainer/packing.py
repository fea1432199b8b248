"""Packing rows into packs of at most `max_length` tokens: best fit, longest first."""

from __future__ import annotations

from collections.abc import Sequence


def pack(lengths: Sequence[int], max_length: int) -> list[list[int]]:
    """Indices of rows per pack. Every row fits whole; the same input gives the same packs.

    Best-fit decreasing (Johnson 1973): each row, longest first, goes where least room is left.
    Bit n of `room` is set while an open pack has exactly n tokens left, so that the tightest pack
    is found by one shift instead of a search.
    """
    order = sorted(range(len(lengths)), key=lambda i: (-lengths[i], i))
    packs: list[list[int]] = []
    open_packs: dict[int, list[int]] = {}
    room = 0
    for index in order:
        length = lengths[index]
        assert 0 < length <= max_length, "rows over max_length are left out before packing"
        fitting = room >> length
        if fitting:
            left = length + (fitting & -fitting).bit_length() - 1
            number = open_packs[left].pop()
            if not open_packs[left]:
                room &= ~(1 << left)
        else:
            left, number = max_length, len(packs)
            packs.append([])
        packs[number].append(index)
        rest = left - length
        open_packs.setdefault(rest, []).append(number)
        room |= 1 << rest
    return packs
