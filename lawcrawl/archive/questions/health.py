"""How a site is doing, by its crawls' rows."""

from __future__ import annotations

import json
from typing import Any, Literal, NamedTuple

Level = Literal["good", "warning", "failing", "running", "never crawled"]


class Health(NamedTuple):
    """A level, and one sentence why it is not better."""

    level: Level
    why: str | None = None

    def __str__(self) -> str:
        return f"{self.level}: {self.why}" if self.why else self.level


LAST_CRAWLS = (
    "SELECT id, finished_at, outcome, reason, findings FROM crawls WHERE site_id = ?"
    " AND (outcome IS NULL OR outcome != 'interrupted') ORDER BY started_at DESC, id DESC"
)
"""A site's crawls that say something of it, newest first: one that was stopped says nothing."""


def health(crawl: dict[str, Any] | None, *, running: bool = True) -> Health:
    """What a crawl's row says of the site; None where there is none. ``running``: whether a process crawls it now.

    ``failing``: nothing was got, the site turns the crawler away, or a monitor found its readings broken.
    ``warning``: some of it failed, a monitor expects trouble, or the crawl was killed and none has gone on with it.
    """
    if crawl is None:
        return Health("never crawled")
    if crawl["finished_at"] is None:
        return (
            Health("running") if running else Health("warning", "its last crawl was killed; the next goes on")
        )
    findings = json.loads(crawl["findings"] or "[]")
    serious = next((finding for finding in findings if finding["serious"]), None)
    if crawl["outcome"] == "failed" or (crawl["reason"] or "").startswith("blocked: "):
        return Health("failing", crawl["reason"])
    if serious is not None:
        return Health("failing", serious["sentence"])
    if findings or crawl["outcome"] != "finished":
        return Health("warning", findings[0]["sentence"] if findings else crawl["reason"])
    return Health("good")


def turned(crawls: list[dict[str, Any]]) -> bool:
    """Whether the newest of these crawls, newest first, says something that the one before did not."""
    now = signature(crawls[0] if crawls else None)
    before = signature(crawls[1] if len(crawls) > 1 else None)
    return now != before


def signature(crawl: dict[str, Any] | None) -> tuple[str, ...]:
    """What is worth telling once: the level and, beyond good, which monitors or what kind of reason."""
    if crawl is None:
        return ("good",)
    findings = json.loads(crawl["findings"] or "[]")
    return (health(crawl).level, *sorted(finding["monitor"] for finding in findings))
