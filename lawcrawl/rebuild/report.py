"""What a rebuild changes, field by field, in the words of its report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lawcrawl.rebuild.compare import Revision

EXAMPLES = 3
"""For each field."""
NAMED = 50
"""Articles named of each other kind."""

Report = dict[str, Any]


def empty() -> Report:
    """``fields``: for each the ``articles`` in which it is another one, in how many a value was ``gained`` or ``lost``,
    and ``examples`` (``article``, ``old``, ``new``). ``new``, ``withdrawn`` and ``kept``: addresses without scheme
    of articles that are stored for the first time, that never were articles, and that could not be read anew (with
    ``reason``), at most 50 of each; ``unread``: those that could not be read and are not stored. ``lists``: list pages
    that could not be read anew.
    """
    return {
        "articles": 0,
        "changed": 0,
        "counts": {"new": 0, "withdrawn": 0, "kept": 0, "unread": 0},
        "versions": {"before": 0, "after": 0},
        "fields": {},
        "new": [],
        "withdrawn": [],
        "kept": [],
        "unread": [],
        "lists": [],
    }


def add(report: Report, revisions: Iterable[Revision]) -> None:
    for revision in revisions:
        report["articles"] += 1
        report["changed"] += revision.changed
        report["versions"]["before"] += revision.versions[0]
        report["versions"]["after"] += revision.versions[1]
        if revision.reason is not None:
            kind = "unread" if revision.article_id is None else "kept"
            named(report, kind, {"article": revision.key, "reason": revision.reason})
        elif revision.withdrawn:
            named(report, "withdrawn", revision.key)
        elif revision.found is not None and revision.article_id is None:
            named(report, "new", revision.key)
        for change in revision.changes:
            field = report["fields"].setdefault(
                change.field, {"articles": 0, "gained": 0, "lost": 0, "examples": []}
            )
            field["articles"] += 1
            field["gained"] += change.old is None
            field["lost"] += change.new is None
            if len(field["examples"]) < EXAMPLES:
                field["examples"].append({"article": revision.key, "old": change.old, "new": change.new})


def named(report: Report, kind: str, one: Any) -> None:
    report["counts"][kind] += 1
    if len(report[kind]) < NAMED:
        report[kind].append(one)


def unread_list(report: Report, url: str, reason: str) -> None:
    if len(report["lists"]) < NAMED:
        report["lists"].append({"list": url, "reason": reason})
