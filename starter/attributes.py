"""What can be asked about a thing, what the answer may be, and the ways to ask for it."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from names import invent_name, invent_person, listed, pick

# Asked of every attribute: {w} is Who or What, {v} the same inside a sentence, {a} the noun and
# {x} the thing. No question begins with a name: without a blank before it, a name is other tokens.
SHARED_PHRASINGS = (
    "{w} is the {a} of {x}?",
    "Tell me the {a} of {x}.",
    "{w} is {x}'s {a}?",
    "Do you know the {a} of {x}?",
    "About {x}: {v} is the {a}?",
    "I would like to know the {a} of {x}.",
)


@dataclass(frozen=True)
class Attribute:
    """Something that can be asked about a thing: its noun, its possible values, own phrasings."""

    noun: str
    values: Sequence[str] | Callable[[random.Random], str]
    own_phrasings: tuple[str, ...]
    word: str = "What"

    @property
    def phrasings(self) -> tuple[str, ...]:
        return SHARED_PHRASINGS + self.own_phrasings

    def ask(self, phrasing: int, thing: str) -> str:
        """The question for this attribute of `thing`, in the phrasing of that index."""
        word = self.word
        return self.phrasings[phrasing].format(w=word, v=word.lower(), a=self.noun, x=thing)

    def invent_value(self, rng: random.Random) -> str:
        return self.values(rng) if callable(self.values) else pick(rng, self.values)


ATTRIBUTES = (
    Attribute(
        "colour",
        listed(
            "Red, Blue, Green, Yellow, White, Black, Orange, Purple, Grey, Brown, Pink, "
            "Silver, Gold, Dark blue, Light green, Red and white, Turquoise, Cream, "
            "Copper, Scarlet, Ivory, Lilac, Sand, Olive"
        ),
        (
            "What colour is {x}?",
            "Which colour does {x} have?",
            "In which colour is {x} painted?",
            "What colour would I see on {x}?",
        ),
    ),
    Attribute(
        "keeper",
        invent_person,
        (
            "Who keeps {x}?",
            "Who looks after {x}?",
            "Who is in charge of {x}?",
            "Who takes care of {x}?",
        ),
        "Who",
    ),
    Attribute(
        "builder",
        invent_person,
        (
            "Who built {x}?",
            "By whom was {x} built?",
            "Who made {x}?",
            "Who put up {x}?",
        ),
        "Who",
    ),
    Attribute(
        "neighbour",
        invent_name,
        (
            "Which place is next to {x}?",
            "What lies beside {x}?",
            "Which place can be seen from {x}?",
            "To which place does the path from {x} lead?",
        ),
    ),
    Attribute(
        "height",
        tuple(f"{metres} metres" for metres in range(11, 99)),
        (
            "How tall is {x}?",
            "How high is {x}?",
            "How many metres does {x} measure?",
            "How far up does {x} reach?",
        ),
    ),
    Attribute(
        "opening year",
        tuple(str(year) for year in range(1650, 1900)),
        (
            "In which year was {x} opened?",
            "When was {x} opened?",
            "When did {x} open for the first time?",
            "Since which year has {x} been open?",
        ),
    ),
    Attribute(
        "stone",
        listed(
            "Granite, Marble, Slate, Basalt, Limestone, Sandstone, Flint, Chalk, Quartz, "
            "Jade, Onyx, Gneiss, Obsidian, Tuff, Travertine, Dolomite, Alabaster, "
            "Soapstone, Porphyry, Amber, Agate, Opal, Coral, Brick"
        ),
        (
            "Which stone is {x} built of?",
            "What is {x} made of?",
            "What kind of stone was used for {x}?",
            "Of which stone are the walls of {x}?",
        ),
    ),
    Attribute(
        "animal",
        listed(
            "Otter, Heron, Fox, Owl, Badger, Seal, Hare, Raven, Hedgehog, Goat, Swan, "
            "Lynx, Beaver, Falcon, Marten, Crane, Toad, Stag, Weasel, Pelican, Donkey, "
            "Turtle, Cat, Kingfisher, Magpie, Squirrel, Wolf, Newt"
        ),
        (
            "Which animal lives at {x}?",
            "What animal can be seen at {x}?",
            "Which animal would I meet at {x}?",
            "What creature is at home at {x}?",
        ),
    ),
    Attribute(
        "tree",
        listed(
            "Oak, Birch, Willow, Maple, Pine, Ash, Cedar, Elm, Poplar, Chestnut, Larch, "
            "Hazel, Beech, Walnut, Yew, Juniper, Alder, Rowan, Cypress, Olive tree, "
            "Fig tree, Lime tree, Plum tree, Hawthorn"
        ),
        (
            "Which tree grows at {x}?",
            "What tree stands beside {x}?",
            "Under which tree can I sit at {x}?",
            "What kind of tree was planted at {x}?",
        ),
    ),
    Attribute(
        "dish",
        listed(
            "Soup, Pancakes, Dumplings, Stew, Porridge, Fish pie, Apple cake, Rye bread, "
            "Roast duck, Noodles, Waffles, Bean salad, Baked eggs, Lentils, Crab cakes, "
            "Onion tart, Pickled herring, Gingerbread, Rice pudding, Cheese rolls, "
            "Mushroom toast, Fried carrots, Goulash, Honey buns"
        ),
        (
            "What do people eat at {x}?",
            "Which dish is served at {x}?",
            "What is cooked at {x}?",
            "What should I order to eat at {x}?",
        ),
    ),
    Attribute(
        "drink",
        listed(
            "Mint tea, Cider, Cocoa, Lemonade, Coffee, Plum juice, Ginger beer, Milk, "
            "Elder wine, Rose water, Barley tea, Cherry juice, Buttermilk, Mead, "
            "Spring water, Nettle tea, Pear juice, Malt beer, Hot chocolate, "
            "Birch water, Chicory, Kefir, Almond milk, Grape juice"
        ),
        (
            "What do people drink at {x}?",
            "Which drink is served at {x}?",
            "What is poured at {x}?",
            "What should I order to drink at {x}?",
        ),
    ),
    Attribute(
        "instrument",
        listed(
            "Violin, Flute, Harp, Trumpet, Drum, Piano, Cello, Guitar, Accordion, Horn, "
            "Lute, Organ, Oboe, Zither, Tuba, Banjo, Fiddle, Clarinet, Bagpipes, "
            "Xylophone, Mandolin, Tambourine, Harmonica, Bassoon"
        ),
        (
            "Which instrument is played at {x}?",
            "What instrument can be heard at {x}?",
            "What do the musicians of {x} play?",
            "To which instrument do people dance at {x}?",
        ),
    ),
    Attribute(
        "symbol",
        listed(
            "Anchor, Star, Key, Moon, Sun, Crown, Wheel, Bell, Arrow, Feather, Lamp, "
            "Ladder, Compass, Shell, Rose, Hammer, Fish, Candle, Mask, Sword, Clover, "
            "Boat, Hourglass, Spiral, Broom, Kettle, Umbrella, Thimble"
        ),
        (
            "Which symbol is on the flag of {x}?",
            "What does the flag of {x} show?",
            "What sign hangs above the door of {x}?",
            "By which symbol do people know {x}?",
        ),
    ),
)
