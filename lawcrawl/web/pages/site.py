"""One site: is it all there, when did it publish, what failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from datasette import NotFound
from datasette.utils import tilde_decode

from lawcrawl.archive import Archive
from lawcrawl.archive.questions.coverage import Coverage, coverage
from lawcrawl.archive.questions.runs import failures, runs
from lawcrawl.web.asking import ask
from lawcrawl.web.rendering import page


async def site(datasette: Any, request: Any) -> Any:
    name = tilde_decode(request.url_vars["site"])

    def question(archive: Archive) -> dict[str, Any] | None:
        known = next((row for row in archive.sites() if row["id"] == name), None)
        if known is None:
            return None
        db = archive.connection
        return {
            "site": known,
            "channels": coverage(db, name),
            "periods": archive.timeline(name),
            "runs": runs(db, name),
            "failures": failures(db, name),
        }

    found = await ask(datasette, question)
    if found is None:
        raise NotFound("there is no such site in this archive")
    return await page(datasette, request, "site", answer=answer, **found)


def answer(one: Coverage, say: Callable[..., str], told: Callable[[str], str]) -> str:
    """Why a column is, or is not, all there; '' where its list claims as many as were found."""
    if one.failed:
        return say("{n} failed: {why}", n=one.failed, why=told(next(iter(one.reasons))))
    if one.walked_at is None:
        return say("its list was not yet read to the end")
    if not one.complete:
        found = one.found - one.unlisted
        return say("the list claims {claimed}, {found} were found in it", claimed=one.claimed, found=found)
    return "" if one.claimed is not None else say("as far as its list goes: it claims no number")
