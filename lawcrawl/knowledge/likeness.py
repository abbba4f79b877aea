"""How like two texts are: the Jaccard index of their runs of four characters, and MinHash to find what is like a text.

A text has :data:`BANDS` buckets; texts that are alike have one in common. With 12 bands of 4 rows that is so of 96 in
100 pairs whose similarity is 0.7, of 998 in 1000 at 0.8, and of 1 in 800 at 0.1.
"""

from __future__ import annotations

import re
from array import array
from hashlib import blake2b
from struct import pack

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

_BETWEEN = re.compile(r"[\W_]+")


def comparable(text: str | None) -> str | None:
    """The letters and digits of ``text`` that are compared; None where they are too few."""
    plain = _BETWEEN.sub("", fold_width(text or "")).lower()[:LONGEST]
    return plain if len(plain) >= SHORTEST else None


def buckets(plain: str) -> list[int]:
    """The buckets of a comparable text, 48-bit numbers. They hold for one version of the library's algorithm."""
    found = runs(plain)
    [digest] = RMinHash.digest_matrix_from_flat_token_hashes(
        found, array("Q", [0, len(found)]), BANDS * ROWS, SEED
    ).to_rows()
    version = RMinHash.ALGORITHM_VERSION
    return [
        int.from_bytes(
            blake2b(
                pack(f"<{ROWS + 2}I", version, band, *digest[start : start + ROWS]), digest_size=6
            ).digest()
        )
        for band, start in enumerate(range(0, BANDS * ROWS, ROWS))
    ]


def runs(plain: str) -> memoryview[int]:
    """Every run of four characters, as the number that its UTF-16 is; not in order."""
    units = plain.encode("utf-16-le")
    aligned = (units[start : len(units) - (len(units) - start) % 8] for start in range(0, 8, 2))
    return memoryview(b"".join(aligned)).cast("Q")


def similarity(one: str, other: str) -> float:
    """0 to 1, to four digits: how many of the runs that two comparable texts have are in both.

    >>> similarity("各单位要认真学习", "各单位要认真学习"), similarity("各单位要认真学习", "各单位要按时报送")
    (1.0, 0.1111)
    """
    these, those = set(runs(one)), set(runs(other))
    return round(len(these & those) / max(1, len(these | those)), 4)
