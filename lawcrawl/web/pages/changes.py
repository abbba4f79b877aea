"""What the crawls saw change, the newest first."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from datasette import Response

from lawcrawl.archive import Archive
from lawcrawl.archive.questions.changes import ORDER
from lawcrawl.archive.questions.runs import site_names
from lawcrawl.feeds import changes_feed
from lawcrawl.web.asking import ask
from lawcrawl.web.rendering import headers, page, page_number, with_arguments

SHOWN, FEED = 100, 200
_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


async def changes(datasette: Any, request: Any) -> Any:
    asked = selection(request)
    number = page_number(request)

    def question(archive: Archive) -> dict[str, Any]:
        some = archive.changes(**asked, newest=number * SHOWN + 1)[::-1]
        return {"sites": site_names(archive.connection), "some": some[(number - 1) * SHOWN :]}

    found = await ask(datasette, question)
    shown = found["some"][:SHOWN]
    days = [(day, list(some)) for day, some in groupby(shown, key=lambda one: one["at"][:10])]
    return await page(
        datasette,
        request,
        "changes",
        asked=asked,
        kinds=ORDER,
        days=days,
        sites=found["sites"],
        feed=with_arguments(request, datasette.urls.path("/changes.atom"), page=None, lang=None),
        earlier=with_arguments(request, page=number + 1) if len(found["some"]) > SHOWN else None,
        later=with_arguments(request, page=number - 1) if number > 1 else None,
    )


async def changes_atom(datasette: Any, request: Any) -> Any:
    asked = selection(request)
    found = await ask(datasette, lambda archive: archive.changes(**asked, newest=FEED))
    written = changes_feed(found, asked["site"], str(datasette.absolute_url(request, "/")))
    return Response(written, headers=headers(), content_type="application/atom+xml; charset=utf-8")


def selection(request: Any) -> dict[str, Any]:
    """What of the changes an address asks for; what is no date or no kind asks for nothing."""
    since, until = (request.args.get(name) or "" for name in ("since", "until"))
    kind = request.args.get("kind")
    return {
        "since": since if _DAY.fullmatch(since) else None,
        "until": until if _DAY.fullmatch(until) else None,
        "site": request.args.get("site") or None,
        "kinds": (kind,) if kind in ORDER else ORDER,
    }
