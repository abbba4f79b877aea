"""What was read anew beside what is stored: what is another article's state, and what only looks so.

Times are what the crawl saw, so what is stored of them stays; what is new takes its answer's.
"""

from __future__ import annotations

import json
from collections.abc import Set
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from lawcrawl.archive.merge.combine import turns
from lawcrawl.archive.revise import CURRENT, FILE, SEEN, VERSION, History, Row
from lawcrawl.rebuild.plan import Listed, Unit

EXAMPLE = 120
"""Characters of a value in the report."""
_FILE = tuple(name for name in FILE if name != "capture_id")
_STATUS = ("status", "reason", "capture_id")


@dataclass(slots=True)
class Change:
    """One field of one article, as it was in the version read last and as it is now."""

    field: str
    old: str | None
    new: str | None


@dataclass(slots=True)
class Revision:
    """What came of one article."""

    key: str
    article_id: int | None
    """None for one that is not stored."""
    found: History | None = None
    """What is to be stored; None where nothing is."""
    withdrawn: bool = False
    """It never was an article: every answer says that nothing is there."""
    reason: str | None = None
    """Why it cannot be read anew and stays as it is."""
    changes: list[Change] = field(default_factory=list)
    versions: tuple[int, int] = (0, 0)
    """How many there were, and are now."""

    @property
    def changed(self) -> bool:
        return self.found is not None or self.withdrawn


def compared(
    unit: Unit,
    article_id: int | None,
    stored: History | None,
    found: History | None,
    read_at: Set[str],
) -> Revision:
    """``read_at``: when the article's page was read."""
    if found is None:
        count = len(stored.versions) if stored else 0
        return Revision(unit.key, article_id, withdrawn=stored is not None, versions=(count, 0))
    found.listings = listings(unit.rows, stored.listings if stored else [])
    if stored is None:
        return Revision(unit.key, None, found, versions=(0, len(found.versions)))
    reconcile(stored, found, read_at)
    changes = list(differences(stored, found))
    kept = None if not changes else found
    return Revision(
        unit.key, article_id, kept, changes=changes, versions=(len(stored.versions), len(found.versions))
    )


def reconcile(stored: History, found: History, read_at: Set[str]) -> None:
    """Give what was read anew the times that the archive has of it."""
    left = list(stored.versions)
    for version in found.versions:
        same = next((old for old in left if old["capture_id"] == version["capture_id"]), None)
        if same is not None:
            left.remove(same)
            version["seen_at"] = same["seen_at"]
    known = {(file["url"], file["sha256"]): file["capture_id"] for file in stored.attachments}
    for file in found.attachments:
        file["capture_id"] = known.get((file["url"], file["sha256"]), file["capture_id"])
    if [views for _, views in found.view_counts] == [views for _, views in stored.view_counts]:
        found.view_counts = stored.view_counts
    else:
        elsewhen = {at: views for at, views in stored.view_counts if at not in read_at}
        found.view_counts = sorted((elsewhen | dict(found.view_counts)).items())
    found.article["views"] = found.view_counts[-1][1] if found.view_counts else None
    if picked(found.statuses, _STATUS) == picked(stored.statuses, _STATUS):
        found.statuses = stored.statuses
    first, last, checked = (found.article[name] for name in ("first_seen_at", "last_seen_at", "checked_at"))
    found.article |= {name: stored.article[name] for name in SEEN if name != "changed_at"}
    found.article["first_seen_at"] = min(first, stored.article["first_seen_at"])
    found.article["last_seen_at"] = max(last, stored.article["last_seen_at"])
    found.article["checked_at"] = max(checked or "", stored.article["checked_at"] or "") or None
    states = (*VERSION, "seen_at")
    same_versions = picked(found.versions, states) == picked(stored.versions, states)
    if same_versions and found.statuses is stored.statuses:
        found.article["changed_at"] = stored.article["changed_at"]
    else:
        found.article["changed_at"] = max([found.versions[-1]["seen_at"], *turns(found.statuses)])


def differences(stored: History, found: History) -> list[Change]:
    """Every field that is another one, in any version, file or row."""
    changes: dict[str, Change] = {}

    def note(name: str, old: Any, new: Any) -> None:
        changes[name] = Change(name, shown(old), shown(new))

    for old, new in zip_longest(stored.versions, found.versions, fillvalue=None):
        if old is None or new is None:
            continue
        for name in VERSION:
            if old[name] != new[name] and name != "digest":
                note(name, old[name], new[name])
    if len(stored.versions) != len(found.versions):
        note("versions", len(stored.versions), len(found.versions))
    for name in CURRENT:
        old, new = stored.article[name], found.article[name]
        if old != new and name not in ("capture_id", "digest", "version"):
            note(name, old, new)
    references = ("digest", "version", "capture_id")
    if not changes and picked([stored.article, *stored.versions], references) != picked(
        [found.article, *found.versions], references
    ):
        note("digest", stored.article["digest"], found.article["digest"])
    for name, before, after in (
        ("files", picked(stored.attachments, _FILE), picked(found.attachments, _FILE)),
        ("view_counts", stored.view_counts, found.view_counts),
        ("statuses", picked(stored.statuses, _STATUS), picked(found.statuses, _STATUS)),
        ("listings", stored.listings, found.listings),
    ):
        if before != after:
            note(name, *first_difference(before, after))
    return list(changes.values())


def listings(rows: list[Listed], stored: list[Row]) -> list[Row]:
    """The article's place in every column: as the crawl that listed it there last shows it now."""
    known = {row["channel_id"]: row for row in stored}
    for row in rows:
        pinned = row.pinned or any(
            one.pinned and one.crawl_id == row.crawl_id and one.channel_id == row.channel_id for one in rows
        )
        before = known.get(row.channel_id, {"first_seen_at": row.at, "last_seen_at": row.at})
        if row.imported:
            first, last = min(row.at, before["first_seen_at"]), max(row.at, before["last_seen_at"])
            before = {"first_seen_at": first, "last_seen_at": last}
        known[row.channel_id] = {
            **before,
            "channel_id": row.channel_id,
            "title_shown": row.title,
            "date_shown": row.date,
            "pinned": int(pinned),
        }
    return [known[channel] for channel in sorted(known)]


def picked(rows: list[Row], names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def first_difference(before: list[Any], after: list[Any]) -> tuple[Any, Any]:
    return next((old, new) for old, new in zip_longest(before, after) if old != new)


def shown(value: Any) -> str | None:
    """A value as the report has it."""
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= EXAMPLE else text[: EXAMPLE - 1] + "…"
