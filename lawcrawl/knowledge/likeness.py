"""How like two texts are: the Jaccard index of their runs of four characters, and MinHash to find what is like a text.

A text has :data:`BANDS` buckets; texts that are alike have one in common. With 12 bands of 4 rows that is so of 96 in
100 pairs whose similarity is 0.7, of 998 in 1000 at 0.8, and of 1 in 800 at 0.1.
"""

from __future__ import annotations

import re
from array import array
from hashlib import blake2b
from operator import eq
from struct import Struct

from rensa import RMinHash

from lawcrawl.normalize import fold_width

ALIKE = 0.7
"""The least similarity of two texts that are nearly the same."""
SHORTEST = 100
"""Letters and digits that a text must have to be compared: shorter ones are like each other by chance."""
LONGEST = 20_000
"""Letters and digits of a text that are compared; what comes after them is not."""
BANDS, ROWS = 12, 4
SEED = 1

_SKETCH = Struct(f"<I{BANDS * ROWS}I")
_BETWEEN = re.compile(r"[\W_]+")


def comparable(text: str | None) -> str | None:
    """The letters and digits of ``text`` that are compared; None where they are too few."""
    plain = _BETWEEN.sub("", fold_width(text or "")).lower()[:LONGEST]
    return plain if len(plain) >= SHORTEST else None


def sketch(plain: str) -> bytes:
    """The MinHash of a comparable text: the version of the library's algorithm and 48 numbers, each 32 bits, little-endian."""
    found = _units(plain)
    [digest] = RMinHash.digest_matrix_from_flat_token_hashes(
        found, array("Q", [0, len(found)]), BANDS * ROWS, SEED
    ).to_rows()
    return _SKETCH.pack(RMinHash.ALGORITHM_VERSION, *digest)


def buckets(sketched: bytes) -> list[int]:
    """48-bit numbers, one a band, of which texts that are alike have at least one in common."""
    band = ROWS * 4
    return [
        int.from_bytes(
            blake2b(
                sketched[:4] + sketched[start : start + band], digest_size=6, salt=bytes([number])
            ).digest()
        )
        for number, start in enumerate(range(4, len(sketched), band))
    ]


def estimated(one: bytes, other: bytes) -> float:
    """The similarity of two texts by their sketches: within 0.15 of it in 98 of 100 cases; 0 across versions."""
    (version, *these), (other_version, *those) = _SKETCH.unpack(one), _SKETCH.unpack(other)
    return sum(map(eq, these, those)) / len(these) if version == other_version else 0.0


def runs(plain: str) -> set[int]:
    """Every run of four characters, as the number that its UTF-16 is."""
    return set(_units(plain))


def similarity(one: set[int], other: set[int]) -> float:
    """0 to 1, to four digits: how many of the runs that two texts have are in both.

    >>> similarity(runs("各单位要认真学习"), runs("各单位要按时报送"))
    0.1111
    """
    shared = len(one & other)
    return round(shared / (len(one) + len(other) - shared), 4)


def _units(plain: str) -> memoryview[int]:
    units = plain.encode("utf-16-le")
    aligned = (units[start : len(units) - (len(units) - start) % 8] for start in range(0, 8, 2))
    return memoryview(b"".join(aligned)).cast("Q")
