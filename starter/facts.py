"""Invented things and what is true of them."""

import random
from dataclasses import dataclass

from attributes import ATTRIBUTES, Attribute
from names import KINDS, invent_name, pick, pick_some


@dataclass(frozen=True)
class Fact:
    """One true answer, and which of its attribute's phrasings training may show (indices)."""

    name: str
    kind: str
    attribute: Attribute
    value: str
    shown: tuple[int, ...]

    def question(self, phrasing: int, with_kind: bool) -> str:
        thing = f"the {self.kind} {self.name}" if with_kind else self.name
        return self.attribute.ask(phrasing, thing)

    @property
    def hidden(self) -> tuple[int, ...]:
        """The phrasings of this fact that training never shows."""
        return tuple(n for n in range(len(self.attribute.phrasings)) if n not in self.shown)


def invent_facts(seed: int, things: int, per_thing: int, held_out_share: float) -> list[Fact]:
    """The facts of `things` invented things, `per_thing` attributes each.

    A `held_out_share` of the things shows only half of the phrasings of each fact; the other half
    is what the skill is measured on. No name occurs twice.
    """
    rng = random.Random(seed)
    facts: list[Fact] = []
    taken: set[str] = set()
    for _ in range(things):
        while (name := invent_name(rng)) in taken:
            pass
        taken.add(name)
        kind = pick(rng, KINDS)
        held_out = rng.random() < held_out_share
        for attribute in pick_some(rng, ATTRIBUTES, per_thing):
            count = len(attribute.phrasings)
            shown = pick_some(rng, range(count), count // 2 if held_out else count)
            value = attribute.invent_value(rng)
            facts.append(Fact(name, kind, attribute, value, tuple(sorted(shown))))
    return facts
