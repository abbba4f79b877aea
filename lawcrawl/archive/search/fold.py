"""What counts as the same when texts are searched, and how a text stands in the index.

Letters, digits and Chinese characters count, in whichever width, case and script they are written; all else only
parts them.
"""

from __future__ import annotations

import sqlite3
import unicodedata

from lawcrawl.archive.search.traditional import SIMPLIFIED, TRADITIONAL

_SIMPLER = dict(zip("".join(TRADITIONAL.split()), "".join(SIMPLIFIED.split()), strict=True)) | {
    "○": "〇",  # 二○二四 is 二〇二四
    "◯": "〇",
}


class _Fold(dict[int, str]):
    """For ``str.translate``: one character for each one, so that places in a folded text are those in the text."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        plain = unicodedata.normalize("NFKC", character).lower()
        plain = plain if len(plain) == 1 else character
        plain = _SIMPLER.get(plain, plain)
        self[code] = plain if plain.isalnum() else " "
        return self[code]


_FOLD = _Fold()


def fold(text: str) -> str:
    """``text`` with one spelling for what is searched alike and a space for all else; as long as before.

    >>> fold("《民法典》與２０２４年PDF")
    ' 民法典 与2024年pdf'
    """
    return text.translate(_FOLD)


def teach(db: sqlite3.Connection) -> None:
    """Let a connection's SQL say ``fold(text)``."""
    db.create_function("fold", 1, lambda text: fold(text) if text else text, deterministic=True)


def runs(text: str) -> list[str]:
    """The unbroken runs of characters that count, folded.

    >>> runs("临司发〔2024〕5号")
    ['临司发', '2024', '5号']
    """
    return fold(text).split()


def pairs(run: str) -> str:
    """A run as its overlapping pairs and its last character, by slices: three times as fast as one by one.

    >>> pairs("民法典")
    '民法 法典 典'
    """
    written = [" "] * (3 * len(run) - 2)
    written[::3] = run
    written[1::3] = run[1:]
    return "".join(written)


def index_text(text: str | None) -> str:
    """``text`` as the index holds it: the pairs of every run, one run after the other.

    >>> index_text("《民法典》，2024")
    '民法 法典 典 20 02 24 4'
    """
    return " ".join(map(pairs, runs(text))) if text else ""


def characters(*texts: str | None) -> str:
    """Every character of some texts once, for the index of single ones.

    >>> characters("公示。", "公告")
    '公 告 示'
    """
    found = {character for text in texts if text for character in {*text}}
    return " ".join(sorted({*fold("".join(found))} - {" "}))
