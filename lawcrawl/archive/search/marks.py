"""Where a query stands in a text: its words marked, and the piece of the text around the first of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lawcrawl.archive.search.fold import fold
from lawcrawl.archive.search.language import INDEXED, LONGEST, And, parse, terms

MARKS = ("[", "]")
_STEP = 20_000
"""Characters of a long text that are folded at once."""


class Marker:
    """What finds a query's words in texts, as the index finds them."""

    def __init__(self, query: And) -> None:
        found = {term.runs for term in terms(query) if term.field is None or term.field in INDEXED.values()}
        longest = sorted(
            (" +".join(map(re.escape, runs)) for runs in found), key=lambda one: (-len(one), one)
        )
        self._pattern = re.compile("|".join(longest) or "(?!)")

    @classmethod
    def of(cls, query: str) -> Marker:
        """Raises :class:`~lawcrawl.archive.search.QueryError`."""
        return cls(parse(query))

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Begin and end of every place, from the first to the last."""
        return (found.span() for found in self._pattern.finditer(fold(text)))

    def pieces(self, text: str) -> list[tuple[str, bool]]:
        """``text`` in pieces, and of each whether it was searched for.

        >>> Marker.of("法治").pieces("谈法治。")
        [('谈', False), ('法治', True), ('。', False)]
        """
        found, end = [], 0
        for begin, until in self.spans(text):
            found += [(text[end:begin], False), (text[begin:until], True)]
            end = until
        return [piece for piece in (*found, (text[end:], False)) if piece[0]]

    def mark(self, text: str, marks: tuple[str, str] = MARKS) -> str:
        """``text`` with a mark before and after every place."""
        return "".join(marks[0] + piece + marks[1] if hit else piece for piece, hit in self.pieces(text))

    def snippet(self, text: str | None, width: int = 60, marks: tuple[str, str] = MARKS) -> str | None:
        """Some ``width`` characters around the first place, all places in them marked; None where there is none."""
        found = self.first(text) if text else None
        if text is None or found is None:
            return None
        begin = max(0, found[0] - width // 3)
        end = max(begin + width, min(found[1], begin + 3 * width))
        piece = " ".join(re.split("[\t\n\r]", text[begin:end]))
        return ("…" if begin else "") + self.mark(piece, marks) + ("…" if end < len(text) else "")

    def first(self, text: str) -> tuple[int, int] | None:
        for begin in range(0, len(text), _STEP):
            for first, last in self.spans(text[begin : begin + _STEP + LONGEST]):
                return begin + first, begin + last
        return None
