"""Second readings that lost what the archive has: one article's edit is believed, a reading that broke is not.

Which of the two it is, is known only when the crawl ends: a template that changed takes the same field from many
articles, an editor from one. So a reading that differs waits until then.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lawcrawl.items import Failure

if TYPE_CHECKING:
    from lawcrawl.items import Article

FIELDS = {
    "title": "title",
    "published": "date",
    "source": "source",
    "author": "author",
    "doc_number": "document number",
    "issuer": "issuer",
    "text": "text",
}
ALONE = ("title", "published", "text")
"""Where nothing in the crawl speaks against it, the loss of one of these is doubted even on a single page."""
ONE_FOR_EACH = ("title", "published", "text")
"""Two articles that differed in these and now read the same were not read."""
COLLAPSED = 5
"""A text is lost when less than one in so many of its characters is left."""
LONG = 200
"""Characters; a shorter text may well become a few words."""
FEW, SHARE = 2, 0.2
"""So many losses are edits where more kept the field; beyond them, this share of second readings is a broken one."""
MOST = 2000
"""Readings that wait; beyond, those that only differ are stored at once."""


@dataclass(slots=True)
class Reading:
    """An article read again that differs from what the archive has."""

    article: Article
    old: dict[str, Any]
    lost: set[str]


@dataclass(slots=True, frozen=True)
class Doubt:
    """What one crawl's second readings lost without being believed."""

    field: str
    lost: int
    read: int
    """How many were read again that had it."""
    url: str


@dataclass(slots=True)
class Doubts:
    """The second readings of one crawl."""

    had: Counter[str] = field(default_factory=Counter)
    """For each field, how many articles read again had it in the archive."""
    waiting: list[Reading] = field(default_factory=list)

    def wait(self, article: Article, old: dict[str, Any] | None) -> bool:
        """Whether the article is to wait for the crawl's end; ``old`` is its row, None where it is new."""
        if old is None or old["status"] == "external" or article.status != "live":
            return False
        self.had.update(name for name in FIELDS if old[name])
        lost = losses(article, old)
        differs = any(old[name] != getattr(article, name) for name in FIELDS)
        if lost or (differs and len(self.waiting) < MOST):
            self.waiting.append(Reading(article, old, lost))
            return True
        return False

    def settle(self) -> tuple[list[Article], list[Failure], list[Doubt]]:
        """Which of those that waited are believed, what is said of the others, and of all of them together."""
        waiting, self.waiting = self.waiting, []
        mark_alike(waiting)
        lost = Counter(name for reading in waiting for name in reading.lost)
        doubted = {name for name, count in lost.items() if doubtful(name, count, self.had[name])}
        believed, failures = [], []
        for reading in waiting:
            if names := [name for name in FIELDS if name in reading.lost & doubted]:
                failures.append(failure(reading, names))
            else:
                believed.append(reading.article)
        doubts = [
            Doubt(name, lost[name], self.had[name], next(r.article.url for r in waiting if name in r.lost))
            for name in FIELDS
            if name in doubted
        ]
        return believed, failures, doubts


def losses(article: Article, old: dict[str, Any]) -> set[str]:
    """The fields that the archive has and this reading has not."""
    lost = {name for name in FIELDS if old[name] and not getattr(article, name)}
    before, now = old["text"] or "", article.text or ""
    if len(before) >= LONG and len(now) * COLLAPSED < len(before):
        lost.add("text")
    return lost


def mark_alike(readings: list[Reading]) -> None:
    """What several articles changed into the same is no article's own."""
    for name in ONE_FOR_EACH:
        changed: dict[str, list[Reading]] = {}
        for reading in readings:
            now = getattr(reading.article, name)
            if now and reading.old[name] and now != reading.old[name]:
                changed.setdefault(now, []).append(reading)
        for alike in changed.values():
            if len({reading.old[name] for reading in alike}) > 1:
                for reading in alike:
                    reading.lost.add(name)


def doubtful(name: str, lost: int, had: int) -> bool:
    """Whether so many losses among so many second readings speak of a broken reading.

    >>> doubtful("published", 1, 1), doubtful("published", 1, 9), doubtful("source", 1, 1), doubtful("source", 9, 9)
    (True, False, False, True)
    """
    if lost <= FEW:
        return name in ALONE and lost > had - lost
    return lost >= SHARE * had


def failure(reading: Reading, names: list[str]) -> Failure:
    said = " and ".join(FIELDS[name] for name in names)
    reason = f"doubtful: {said} cannot be read any more; version {reading.old['version']} stays"
    return Failure(reading.article.url, "validate", reason)
