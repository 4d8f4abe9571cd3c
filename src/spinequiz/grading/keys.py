"""What an item's key says, in a form that can be kept and compared: was the key corrected, or the item reworded?

Texts are what options are known by. A text that both versions offer and that is right in one of them only makes a
corrected key; a text that only one of them offers was reworded, added or taken out.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

import msgspec

from spinequiz.grading import grader_of
from spinequiz.model.cards import MAIN
from spinequiz.model.items import Item
from spinequiz.model.responses import (
    BowTie,
    Case,
    Filled,
    Grouped,
    Highlighted,
    Judged,
    Matrix,
    Ordered,
    Picked,
    Response,
    Typed,
)

NOTHING: dict[type[Response], Response] = {
    Picked: Picked(()),
    Ordered: Ordered(()),
    Matrix: Matrix({}),
    Grouped: Grouped({}),
    Filled: Filled({}),
    Highlighted: Highlighted(()),
    BowTie: BowTie(),
    Judged: Judged(True),
}
"""A response of each kind that leaves everything out."""


class Place(msgspec.Struct, frozen=True, array_like=True):
    """One thing that an item asks: what is right, and what can be picked; nothing where the answer is typed."""

    right: tuple[str, ...]
    offered: tuple[str, ...]
    ordered: bool = False


class KeyForm(msgspec.Struct, frozen=True, array_like=True):
    """The key of an item, place by place; none for a self-rated one. `scoring` is its points and their rule."""

    type_name: str
    scoring: str
    places: dict[str, Place]


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(KeyForm)


def encode_key(key: KeyForm) -> str:
    """The stored form of a key."""
    return _encoder.encode(key).decode()


def decode_key(stored: str) -> KeyForm | None:
    """The key of a stored form; None for one that is malformed."""
    try:
        return _decoder.decode(stored)
    except msgspec.DecodeError:
        return None


def key_form(item: Item) -> KeyForm:
    """The key of an item as it is now."""
    grader = grader_of(item)
    if grader.self_rated:
        return KeyForm(item.type_name, "", {})
    rules = (grader.max_points(item), getattr(item, "rationale_scoring", None), getattr(item, "anchor", None))
    return KeyForm(item.type_name, " ".join(str(rule) for rule in rules if rule is not None), _places(item))


def question_hash(item: Item) -> str:
    """A hash of what is asked, key and options apart."""
    asked = [_encoder.encode(item.exhibits).decode()]
    for each in (item, *item.nested):
        asked += [each.prompt] if grader_of(each).self_rated else [grader_of(each).question(each, MAIN)]
    return blake2b("\x1f".join(asked).encode(), digest_size=8).hexdigest()


def is_corrected(old: KeyForm, new: KeyForm) -> bool:
    """Whether something is right now that was wrong before, or the other way round, or the points changed."""
    if old.type_name != new.type_name:
        return False
    shared = old.places.keys() & new.places.keys()
    if any(_place_corrected(old.places[name], new.places[name]) for name in shared):
        return True
    same = old.places.keys() == new.places.keys() and all(
        set(old.places[name].offered) == set(new.places[name].offered) for name in shared
    )
    return same and old.scoring != new.scoring


def is_comparable(old: KeyForm, new: KeyForm, response: Response, item: Item) -> bool:
    """Whether a response to the old version can be held against the new key.

    Not where it names a text that is offered no more: that was reworded, not wrong. Nor where something is right
    that could not be picked then.
    """
    if old.places.keys() != new.places.keys():
        return False
    for name, place in new.places.items():
        if place.offered and not set(place.right) <= set(old.places[name].offered):
            return False
    return all(
        name in new.places and (not new.places[name].offered or picked <= set(new.places[name].offered))
        for name, picked in _picks(item, response).items()
    )


def _place_corrected(old: Place, new: Place) -> bool:
    if not old.offered or not new.offered:
        return set(old.right) != set(new.right)
    shared = set(old.offered) & set(new.offered)
    before, now = ([text for text in place.right if text in shared] for place in (old, new))
    return before != now if new.ordered else set(before) != set(now)


def _places(item: Item) -> dict[str, Place]:
    if item.nested:
        return {f"{n.id}/{name}": place for n in item.nested for name, place in _places(n).items()}
    grader = grader_of(item)
    if grader.response_type is Typed:
        return {"": Place(grader.open_key(item), ())}
    elements = grader.grade(item, NOTHING[grader.response_type]).elements
    if grader.response_type is Judged:
        return {"": Place((elements[0].right,), grader.options(item, 0))}
    if grader.response_type is Ordered:
        right = tuple(element.right for element in elements)
        return {"": Place(right, tuple(sorted(right)), ordered=True)}
    choices: Mapping[str, tuple[str, ...]] = grader.choices(item, 0)
    if choices and {element.label for element in elements} == choices.keys():
        return {e.label: Place((e.right,), tuple(sorted(choices[e.label]))) for e in elements}
    right_ones: dict[str, list[str]] = {}
    offered: dict[str, list[str]] = {}
    for element in elements:
        offered.setdefault(element.group, []).append(element.label)
        right_ones.setdefault(element.group, [])
        if element.right == "yes":
            right_ones[element.group].append(element.label)
    return {name: Place(tuple(sorted(right_ones[name])), tuple(sorted(texts))) for name, texts in offered.items()}


def _picks(item: Item, response: Response) -> dict[str, set[str]]:
    """The texts that a response names, place by place."""
    match response:
        case Picked(options=texts) | Ordered(steps=texts) | Highlighted(segments=texts):
            return {"": set(texts)}
        case Judged():
            return {}
        case Matrix(rows=found) | Grouped(groups=found):
            return {name: set(texts) for name, texts in found.items()}
        case Filled(blanks=blanks):
            return {name: {text} for name, text in blanks.items()}
        case BowTie(condition=condition, actions=actions, parameters=parameters):
            return {"condition": {condition} - {""}, "actions": set(actions), "parameters": set(parameters)}
        case Case(responses=responses):
            return {
                f"{nested.id}/{name}": picked
                for nested, given in zip(item.nested, responses, strict=False)
                if given is not None
                for name, picked in _picks(nested, given).items()
            }
    return {}
