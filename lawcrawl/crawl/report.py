"""One report a crawl in the archive's ``reports/``: what came of it and, where something broke, the page beside its
last good state. All of it is read from the archive, so a report can be written again at any time."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import nh3
from jinja2 import Environment, PackageLoader, StrictUndefined

from lawcrawl.archive import ArchiveError
from lawcrawl.archive.questions.health import health
from lawcrawl.extract.document import Page

if TYPE_CHECKING:
    from pathlib import Path

    from lawcrawl.archive import Archive

SHOWN_FAILURES, SHOWN_PAIRS, SHOWN_SIZE = 200, 8, 200_000
FAILING = (
    "SELECT id, url, fetched_at, status FROM captures WHERE url = ? AND crawl_id = ? ORDER BY id DESC LIMIT 1"
)
GOOD = (
    "SELECT c.id, c.url, c.fetched_at, c.status FROM captures c JOIN crawls r ON r.id = c.crawl_id"
    " WHERE c.url = :url AND c.crawl_id < :crawl AND c.status IN (200, 304)"
    " AND NOT EXISTS (SELECT 1 FROM failures f WHERE f.crawl_id = c.crawl_id AND f.url = c.url)"
    " ORDER BY c.id DESC LIMIT 1"
)


def write_report(archive: Archive, crawl_id: int) -> Path:
    """Write ``reports/CRAWL-SITE.json`` and ``.html``; the path of the latter. Raises :class:`OSError`."""
    whole = report(archive, crawl_id)
    site = re.sub(r"[^\w.-]+", "_", whole["site"])[:80]
    path = archive.path / "reports" / f"{crawl_id:06}-{site}.html"
    told = {key: value for key, value in whole.items() if key != "pairs"}
    path.with_suffix(".json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    path.write_text(template().render(**whole), encoding="utf-8")
    return path


@cache
def template() -> Any:
    """Everything that is put into the page is escaped; what a site sends is shown, never run."""
    environment = Environment(
        loader=PackageLoader("lawcrawl.crawl"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("report.html")


def report(archive: Archive, crawl_id: int) -> dict[str, Any]:
    """The facts of a report: the crawl, its findings and failures, and pairs of pages."""
    [crawl] = rows(archive, "SELECT * FROM crawls WHERE id = ?", crawl_id)
    findings = json.loads(crawl["findings"] or "[]")
    failures = rows(
        archive,
        f"SELECT url, stage, reason, attempts FROM failures WHERE crawl_id = ? ORDER BY id LIMIT {SHOWN_FAILURES}",
        crawl_id,
    )
    level, why = health(crawl)
    counts = ("requests", "pages", "new", "changed", "unchanged", "gone", "failed")
    return {
        "crawl": crawl_id,
        "site": crawl["site_id"],
        "started_at": crawl["started_at"],
        "finished_at": crawl["finished_at"],
        "outcome": crawl["outcome"],
        "reason": crawl["reason"],
        "health": level,
        "why": why,
        "counts": {name: crawl[name] for name in counts},
        "findings": findings,
        "failures": failures,
        "pairs": pairs(archive, crawl_id, findings),
    }


def pairs(archive: Archive, crawl_id: int, findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each finding that has a page, that page as this crawl got it and as it was when last it was well."""
    found = []
    for finding in findings[:SHOWN_PAIRS]:
        if not finding["url"]:
            continue
        now = rows(archive, FAILING, finding["url"], crawl_id)
        good_url = finding["good_url"] or finding["url"]
        good = rows(archive, GOOD, {"url": good_url, "crawl": crawl_id})
        found.append(
            {
                "sentence": finding["sentence"],
                "failing": side(archive, now[0] if now else None),
                "good": side(archive, good[0] if good else None),
            }
        )
    return found


def side(archive: Archive, capture: dict[str, Any] | None) -> dict[str, Any] | None:
    """A captured page to be shown: its markup without scripts, and its source."""
    if capture is None:
        return None
    try:
        headers, body = archive.read_capture(capture["id"])
    except ArchiveError as error:
        return {**capture, "page": "", "source": str(error)}
    declared = next((value for name, value in headers if name.lower() == "content-type"), None)
    source = Page.from_bytes(body[:SHOWN_SIZE], capture["url"], declared).html
    return {**capture, "page": nh3.clean(source), "source": source}


def rows(archive: Archive, sql: str, *values: Any) -> list[dict[str, Any]]:
    cursor = archive.connection.execute(sql, values[0] if values and isinstance(values[0], dict) else values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
