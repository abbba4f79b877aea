"""The front page: the sites and how they do, what is new, what vanished, the last crawls."""

from __future__ import annotations

from typing import Any

from lawcrawl.archive import Archive
from lawcrawl.archive.questions.runs import runs
from lawcrawl.web.asking import ask
from lawcrawl.web.rendering import page

SHOWN = 8
VANISHED = ("gone", "unlisted")


async def home(datasette: Any, request: Any) -> Any:
    def question(archive: Archive) -> dict[str, Any]:
        sites = archive.sites()
        articles = sum(site["articles"] for site in sites)
        runs_shown = runs(archive.connection, limit=SHOWN)
        return {"sites": sites, "articles": articles, "runs": runs_shown, **news(archive)}

    return await page(datasette, request, "home", **await ask(datasette, question))


def news(archive: Archive) -> dict[str, list[dict[str, Any]]]:
    """The newest arrivals and edits, and the newest disappearances; of each the newest first."""
    arrived = archive.changes(kinds=("new", "edited", "restored"), newest=SHOWN)
    vanished = archive.changes(kinds=VANISHED, newest=SHOWN)
    return {"arrived": arrived[::-1], "vanished": vanished[::-1]}
