"""What a student answered, as the log stores it: JSON with a `kind`, in the words of the deck.

Options are kept by their text, not by their place: shuffling and reordering change nothing, and a corrected
key can score the response again.
"""

from __future__ import annotations

import msgspec


class Response(msgspec.Struct, frozen=True, tag_field="kind"):
    """The base of all responses."""


class Recalled(Response, frozen=True, tag="recalled"):
    """A self-rated card: the student looked at the answer and rated it."""


class Typed(Response, frozen=True, tag="typed"):
    """A text as it was typed. `overruled` says that the student counted a typo as right."""

    text: str
    overruled: bool = False


class Judged(Response, frozen=True, tag="judged"):
    """The verdict on a true-false statement."""

    verdict: bool


class Picked(Response, frozen=True, tag="picked"):
    """The picked options' texts, in the deck's order where the type has none of its own."""

    options: tuple[str, ...]


AnyResponse = Recalled | Typed | Judged | Picked

_DECODER = msgspec.json.Decoder(AnyResponse)
_ENCODER = msgspec.json.Encoder(order="deterministic")


def encode_response(response: Response) -> str:
    """The stored form of a response."""
    return _ENCODER.encode(response).decode()


def decode_response(stored: str) -> AnyResponse:
    """The response of a stored form. Raises `msgspec.DecodeError` for a malformed one."""
    decoded: AnyResponse = _DECODER.decode(stored)
    return decoded
