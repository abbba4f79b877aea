"""What two archives have of one article, as one archive would have it that saw all of it. Pure functions.

Versions are put in order of time; one that only says again what the one before says was seen twice, and is none.
Whatever the order in which archives are merged, the same comes out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lawcrawl.archive.questions.differences import files_differ
from lawcrawl.archive.revise import CURRENT, History, Row
from lawcrawl.archive.store import VERSIONED

Line = tuple[Any, ...]
SAME = ("digest", "seen_at", "capture_id", "html")
"""What of a version its seal covers."""
_FILLED = ("media_type", "size", "sha256", "text", "reason", "status", "capture_id")


@dataclass(slots=True)
class Record:
    """All that an archive has of one article, the numbers of its rows being those of the archive it goes to."""

    history: History | None
    seals: dict[Line, set[int | None]] = field(default_factory=dict)
    """The seals that cover each version; None for one that waits for its seal."""
    superseded: list[Row] = field(default_factory=list)
    """Versions that are none any more, with ``seal_id`` and ``rebuild_id``."""


def line(version: Row) -> Line:
    return tuple(version[name] for name in SAME)


def combined(ours: Record, theirs: Record) -> Record:
    """Both as one; its history is None where rebuilds have found that there never was an article."""
    rebuilt = {
        line(row): row["rebuild_id"] for row in ours.superseded + theirs.superseded if row["rebuild_id"]
    }
    pool: dict[Line, Row] = {}
    seals: dict[Line, set[int | None]] = {}
    superseded: dict[tuple[Any, ...], Row] = {}

    def supersede(row: Row, seal_id: int | None, rebuild_id: int | None) -> None:
        kept = {**row, "seal_id": seal_id, "rebuild_id": rebuild_id}
        superseded.setdefault((line(row), seal_id), kept)

    for record in (ours, theirs):
        for row in record.superseded:
            if row["rebuild_id"]:
                supersede(row, row["seal_id"], row["rebuild_id"])
        for row in rows(record):
            seals.setdefault(line(row), set()).update(row_seals(record, row))
            pool.setdefault(line(row), row)
    for one in [one for one in pool if one in rebuilt]:
        row = pool.pop(one)
        for seal_id in known(seals[one]):
            supersede(row, seal_id, rebuilt[one])
    versions, twice = interleaved(pool.values())
    for row in twice:
        for seal_id in known(seals[line(row)]):
            supersede(row, seal_id, None)
    covered: dict[Line, set[int | None]] = {}
    for row in versions:
        first, *others = known(seals[line(row)])
        covered[line(row)] = {first}
        for seal_id in others:
            supersede(row, seal_id, None)
    found = History({}, [{**row, "version": number} for number, row in enumerate(versions, 1)])
    histories = [record.history for record in (ours, theirs) if record.history is not None]
    if versions:
        fill(found, histories)
    return Record(found if versions else None, covered, sorted(superseded.values(), key=order))


def rows(record: Record) -> Iterator[Row]:
    """The versions, and those that merging before has taken for seen twice."""
    yield from record.history.versions if record.history else []
    yield from (row for row in record.superseded if not row["rebuild_id"])


def row_seals(record: Record, row: Row) -> set[int | None]:
    return {row["seal_id"]} if "seal_id" in row else record.seals[line(row)]


def known(seals: set[int | None]) -> list[int | None]:
    """The seals in their order; [None] where none is made yet."""
    made: list[int | None] = [*sorted(seal for seal in seals if seal is not None)]
    return made or [None]


def interleaved(pool: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """The versions in order of time, and those that were seen twice.

    What a list alone says of an article is a version only as long as no page of it had been read.
    """
    versions: list[Row] = []
    twice: list[Row] = []
    for row in sorted(pool, key=lambda row: (row["seen_at"], row["capture_id"] is not None, row["digest"])):
        listed_late = row["capture_id"] is None and any(one["capture_id"] for one in versions)
        (twice if listed_late or (versions and same_state(versions[-1], row)) else versions).append(row)
    return versions, twice


def same_state(one: Row, other: Row) -> bool:
    """Whether no version would have been made of ``other`` after ``one``."""
    if any(one[name] != other[name] for name in VERSIONED):
        return False
    return not files_differ(json.loads(one["attachments"]), json.loads(other["attachments"]))


def fill(found: History, histories: list[History]) -> None:
    """Everything but the versions: from the archive that has the newest one and looked at it last, times from both."""
    newest = found.versions[-1]
    having = [one for one in histories if same_state(one.versions[-1], newest)] or histories
    last = max(having, key=lambda one: (one.article["checked_at"] or "", one.article["capture_id"] or 0))
    first = min(histories, key=lambda one: (one.article["first_seen_at"], one.article["url"]))
    found.view_counts = sorted(
        {
            at: max(v for h in histories for a, v in h.view_counts if a == at)
            for h in histories
            for at, _ in h.view_counts
        }.items()
    )
    found.statuses = statuses(histories)
    found.listings = listings(histories)
    found.attachments = files(last, histories)
    checked = [one.article["checked_at"] for one in histories if one.article["checked_at"]]
    found.article = {
        **{name: last.article[name] for name in CURRENT},
        **{name: newest[name] for name in (*VERSIONED, "digest", "version")},
        **{name: first.article[name] for name in ("site_id", "url", "url_key", "first_seen_at")},
        "views": found.view_counts[-1][1] if found.view_counts else last.article["views"],
        "status": status(found.statuses, histories),
        "last_seen_at": max(one.article["last_seen_at"] for one in histories),
        "changed_at": max([newest["seen_at"], *turns(found.statuses)]),
        "checked_at": max(checked, default=None),
    }


def status(statuses: list[Row], histories: list[History]) -> str:
    if statuses and statuses[-1]["status"] == "gone":
        return "gone"
    external = all(one.article["status"] == "external" for one in histories)
    gone_since = not statuses and any(one.article["status"] == "gone" for one in histories)
    return "external" if external else "gone" if gone_since else "live"


def statuses(histories: list[History]) -> list[Row]:
    """The turns of both; where one saw the page after the other took it for gone, it was back."""
    found = {(row["seen_at"], row["status"]): row for one in reversed(histories) for row in one.statuses}
    for one in histories:
        turned = max(
            (row for row in found.values() if row["status"] in ("gone", "live")), key=when, default=None
        )
        own = one.statuses[-1]["status"] if one.statuses else "live"
        at = one.article["checked_at"]
        if turned and turned["status"] == "gone" and own == "live" and at and at > turned["seen_at"]:
            back = {"seen_at": at, "status": "live", "reason": None, "capture_id": one.article["capture_id"]}
            found[at, "live"] = back
    return sorted(found.values(), key=when)


def when(row: Row) -> tuple[Any, ...]:
    return row["seen_at"], row["capture_id"] or 0, row["status"]


def turns(statuses: list[Row]) -> Iterator[str]:
    """When an article became gone, or live after that."""
    for before, row in zip([None, *statuses], statuses, strict=False):
        if row["status"] == "gone" or (row["status"] == "live" and before and before["status"] == "gone"):
            yield row["seen_at"]


def listings(histories: list[History]) -> list[Row]:
    """Each place as the list showed it last."""
    found: dict[int, Row] = {}
    for row in sorted(
        (row for one in histories for row in one.listings),
        key=lambda row: (row["last_seen_at"], str(row["title_shown"]), str(row["date_shown"]), row["pinned"]),
    ):
        before = found.get(row["channel_id"], row)
        first = min(before["first_seen_at"], row["first_seen_at"])
        found[row["channel_id"]] = {**row, "first_seen_at": first}
    return [found[channel] for channel in sorted(found)]


def files(last: History, histories: list[History]) -> list[Row]:
    """The files of the newest version; what one archive did not get is taken from the other."""
    had = {row["url"]: row for one in histories for row in one.attachments if row["sha256"]}
    return [
        row if row["sha256"] or row["url"] not in had else {**row, **{n: had[row["url"]][n] for n in _FILLED}}
        for row in last.attachments
    ]


def order(row: Row) -> tuple[Any, ...]:
    return row["seen_at"], row["digest"], row["seal_id"] or 0, row["rebuild_id"] or 0
