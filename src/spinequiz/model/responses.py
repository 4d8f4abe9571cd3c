"""What a student answered, as the log stores it: JSON with a `kind`, in the words of the deck.

A stable form: options, rows, columns, groups and segments are kept by their text and blanks by their name, not
by their place. Shuffling and reordering change nothing, and a corrected key can score the response again. A text
that the item no longer has is a wrong pick. What was left out is not there, or empty.

    {"kind":"recalled"}
    {"kind":"typed","text":"31","overruled":false,"variables":{"rate":"1.5"}}
    {"kind":"judged","verdict":true}
    {"kind":"picked","options":["Disc","Vein"]}
    {"kind":"ordered","steps":["Stop","Assess","Report"]}
    {"kind":"matrix","rows":{"Leg weakness":["Report"],"Sore skin":["Expected"]}}
    {"kind":"grouped","groups":{"Neurological":["Weakness"],"Respiratory":[]}}
    {"kind":"filled","blanks":{"cause":"cement in a vein"}}
    {"kind":"highlighted","segments":["cannot lift her left foot"]}
    {"kind":"bow-tie","condition":"Embolism","actions":["Give oxygen"],"parameters":["Oxygen saturation"]}
    {"kind":"case","responses":[{"kind":"judged","verdict":true},null]}
"""

from __future__ import annotations

import msgspec


class Response(msgspec.Struct, frozen=True, tag_field="kind"):
    """The base of all responses."""


class Recalled(Response, frozen=True, tag="recalled"):
    """A self-rated card: the student looked at the answer and rated it."""


class Typed(Response, frozen=True, tag="typed"):
    """A text as it was typed. `overruled` says that the student counted a typo as right.

    `variables` holds the values of a calculation's variant, each as a decimal in words: `{"weight_kg": "72.5"}`.
    """

    text: str
    overruled: bool = False
    variables: dict[str, str] = {}


class Judged(Response, frozen=True, tag="judged"):
    """The verdict on a true-false statement."""

    verdict: bool


class Picked(Response, frozen=True, tag="picked"):
    """The picked options' texts, in the deck's order where the type has none of its own."""

    options: tuple[str, ...]


class Ordered(Response, frozen=True, tag="ordered"):
    """The steps' texts in the order that the student gave them."""

    steps: tuple[str, ...]


class Matrix(Response, frozen=True, tag="matrix"):
    """For each row's text the texts of the columns that were picked; a blank row is empty or not there."""

    rows: dict[str, tuple[str, ...]]


class Grouped(Response, frozen=True, tag="grouped"):
    """For each group's text the texts of the options that were picked."""

    groups: dict[str, tuple[str, ...]]


class Filled(Response, frozen=True, tag="filled"):
    """For each blank's name the text that it was filled with; an open blank is not there."""

    blanks: dict[str, str]


class Highlighted(Response, frozen=True, tag="highlighted"):
    """The texts of the segments that were marked."""

    segments: tuple[str, ...]


class BowTie(Response, frozen=True, tag="bow-tie"):
    """The texts that were put into the three parts of a bow-tie; `condition` is empty where none was."""

    condition: str = ""
    actions: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


SimpleResponse = (
    Recalled | Typed | Judged | Picked | Ordered | Matrix | Grouped | Filled | Highlighted | BowTie
)  # fmt: skip
"""The responses to everything but a case study."""


class Case(Response, frozen=True, tag="case"):
    """The responses to a case study's items in their order; None for an item without an answer."""

    responses: tuple[SimpleResponse | None, ...]


AnyResponse = SimpleResponse | Case

_DECODER = msgspec.json.Decoder(AnyResponse)
_ENCODER = msgspec.json.Encoder(order="deterministic")


def encode_response(response: Response) -> str:
    """The stored form of a response."""
    return _ENCODER.encode(response).decode()


def decode_response(stored: str) -> AnyResponse:
    """The response of a stored form. Raises `msgspec.DecodeError` for a malformed one."""
    try:
        decoded: AnyResponse = _DECODER.decode(stored)
    except (RecursionError, UnicodeError) as error:
        raise msgspec.DecodeError(str(error)) from error
    return decoded
