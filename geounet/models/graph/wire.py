"""What an ONNX file says without running it, and without the onnx package: which files it names, and its metadata.

A protocol buffer is a run of fields: a key (number × 8 + kind of value), then the value
(https://protobuf.dev/programming-guides/encoding). Numbers of fields are those of ONNX's own onnx.proto. What is read
here is what the runtimes read, or is refused: a field that they alone see could name any file.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_INSIDE = {
    "model": {7: "graph", 14: "metadata", 25: "function", 20: "training"},
    "training": {1: "graph", 2: "graph"},
    "graph": {1: "node", 5: "tensor", 11: "input", 15: "sparse"},
    "function": {7: "node", 11: "attribute"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {13: "external"},
    "input": {2: "type"},
    "type": {1: "tensor_type"},
    "tensor_type": {2: "shape"},
    "shape": {1: "dim"},
}
"""Which messages lie in which, as far as they matter here."""

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_KEYS = 1 << 32
"""Keys are less: protobuf's own parser leaves out the bits above, and would see another field."""

_DEEPEST = 100
"""Levels of messages in one another, as many as protobuf's own parser takes."""

_TEXT = {"metadata", "external"}
"""Messages of two texts: a key and a value."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an ONNX file says of itself."""

    locations: frozenset[str]
    """Files that hold tensors of it, as it names them."""
    metadata: dict[str, str]
    sides: tuple[tuple[int | None, ...], ...]
    """Sizes of what it takes, None where any will do, an input each."""


def said(content: bytes) -> Said:
    """What an ONNX file's bytes say; raises ValueError where they are no protocol buffer."""
    locations, metadata, sides = set(), {}, []
    for kind, message in _messages(content, "model"):
        if kind in _TEXT:
            fields = dict(_fields(message))
            key, value = (bytes(_bytes(fields.get(number, b""))).decode() for number in (1, 2))
            if kind == "metadata":
                metadata[key] = value
            elif key == "location":
                locations.add(value)
        elif kind == "shape":
            sides.append(tuple(_side(dim) for number, dim in _fields(message) if number == 1))
    return Said(frozenset(locations), metadata, tuple(sides))


def _side(dim: "bytes | memoryview | int") -> int | None:
    size = dict(_fields(_bytes(dim))).get(1)
    return size if isinstance(size, int) and size > 0 else None


def _messages(
    content: "bytes | memoryview", kind: str, *, level: int = 0
) -> Iterator[tuple[str, memoryview]]:
    """Every message within one, with its kind; ValueError where they lie too deep in one another."""
    if level > _DEEPEST:
        raise ValueError(f"messages in more than {_DEEPEST} levels")
    inside = _INSIDE.get(kind, {})
    for number, value in _fields(content):
        if number in inside:
            message = _bytes(value)
            yield inside[number], message
            yield from _messages(message, inside[number], level=level + 1)


def _bytes(value: "bytes | memoryview | int") -> memoryview:
    if isinstance(value, int):
        raise ValueError("a number where a message was expected")  # noqa: TRY004 (the file's fault, as all others)
    return memoryview(value)


def _fields(content: "bytes | memoryview") -> Iterator[tuple[int, memoryview | int]]:
    """A message's fields: numbers, and integers or bytes; ValueError where they do not add up.

    Floats, of four bytes or eight, are left out: where a text or a message belongs they are no field to a runtime.
    """
    view, place = memoryview(content), 0
    while place < len(view):
        key, place = _varint(view, place)
        if key >= _KEYS:
            raise ValueError(f"a key of more than 32 bits ({key})")
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, place = _varint(view, place)
            yield number, value
            continue
        if kind == _BYTES:
            length, place = _varint(view, place)
        elif kind in (_FIXED32, _FIXED64):
            length = 4 if kind == _FIXED32 else 8
        else:
            raise ValueError(f"a field of kind {kind}")
        if place + length > len(view):
            raise ValueError("it ends within a field")
        if kind == _BYTES:
            yield number, view[place : place + length]
        place += length


def _varint(view: memoryview, place: int) -> tuple[int, int]:
    """An integer, seven bits a byte, the lowest first; and where it ends."""
    value = shift = 0
    while True:
        if place >= len(view) or shift > 63:
            raise ValueError("it ends within a number")
        byte = view[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place
