"""Drawing at random, and inventing names."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def listed(text: str) -> tuple[str, ...]:
    """The words between the commas of `text`."""
    return tuple(text.split(", "))


KINDS = listed(
    "lighthouse, mill, tower, inn, harbour, castle, library, bakery, bridge, "
    "garden, museum, workshop, station, school, theatre, farm, market, windmill, "
    "observatory, boat"
)

ONSETS = listed(
    "b, br, c, cr, d, dr, f, fl, g, gr, h, j, k, kl, l, m, n, p, pl, qu, r, s, "
    "sh, sk, st, t, th, tr, v, w, z"
)
VOWELS = listed("a, e, i, o, u, a, e, i, o, u, ai, ea, ou")
CODAS = listed("l, m, n, nd, r, rn, rt, s, st, sk, th, nt")
ENDINGS = listed(
    "a, en, in, o, or, us, is, el, ith, ane, ock, erry, ham, mere, fell, wick, moor, by, dale, low"
)

FIRST_NAMES = listed(
    "Ada, Bruno, Clara, Dario, Edda, Felix, Greta, Hugo, Ines, Jonas, Kaja, Leo, "
    "Mira, Nils, Olga, Pavel, Rosa, Sven, Tilda, Viktor, Anna, Boris, Cora, "
    "Emil, Frida, Gustav, Hanna, Ivan, Julia, Karl, Lena, Max, Nora, Oskar, "
    "Paula, Ruth, Simon, Tom, Ursula, Walter"
)


def pick(rng: random.Random, options: Sequence[T]) -> T:
    """One of `options`; rng.random() is the one draw Python keeps stable between versions."""
    return options[int(rng.random() * len(options))]


def pick_some(rng: random.Random, options: Sequence[T], count: int) -> list[T]:
    """`count` different ones of `options`, in random order."""
    left = list(options)
    return [left.pop(int(rng.random() * len(left))) for _ in range(count)]


def invent_name(rng: random.Random) -> str:
    """A pronounceable name of two or three syllables, such as 'Brastock'."""
    name = pick(rng, ONSETS) + pick(rng, VOWELS) + pick(rng, CODAS)
    if rng.random() < 0.3:
        name += pick(rng, VOWELS) + pick(rng, CODAS)
    return (name + pick(rng, ENDINGS)).capitalize()


def invent_person(rng: random.Random) -> str:
    """A first name and an invented last name, so that answers are not all from short lists."""
    last = pick(rng, ONSETS) + pick(rng, VOWELS) + pick(rng, CODAS)
    if rng.random() < 0.4:
        last += pick(rng, ENDINGS)
    return f"{pick(rng, FIRST_NAMES)} {last.capitalize()}"
