"""One article: what it says, its versions and what differs, where it comes from, how to cite it."""

from __future__ import annotations

from typing import Any

from datasette import NotFound

from lawcrawl.archive import Archive
from lawcrawl.archive.differences import Span, difference
from lawcrawl.archive.provenance import capture, seal
from lawcrawl.web import safety
from lawcrawl.web.asking import ask
from lawcrawl.web.rendering import page

NOT_THERE = "there is no such article in this archive"


async def article(datasette: Any, request: Any) -> Any:
    number = int(request.url_vars["id"])
    wanted = request.args.get("version") or ""

    def question(archive: Archive) -> dict[str, Any] | None:
        found = archive.article(number)
        return found and {**described(archive, found, wanted), "site": site_of(archive, found["site_id"])}

    shown = await ask(datasette, question)
    if shown is None:
        raise NotFound(NOT_THERE)
    at = datasette.urls.path
    files = {
        file["url"]: str(at(f"/attachment/{file['id']}"))
        for file in shown["article"]["attachments"]
        if file["status"] == "stored"
    }
    html = shown["shown"]["html"]
    body = safety.body(html, files) if html else None
    return await page(datasette, request, "article", body=body, **shown)


def described(archive: Archive, found: dict[str, Any], wanted: str) -> dict[str, Any]:
    """The article in the version that is wanted, else as last seen, with its provenance."""
    versions = {str(state["version"]): state for state in found["versions"]}
    state = versions.get(wanted)
    if wanted and state is None:
        raise NotFound(f"this article has versions 1 to {found['version']}, not {wanted}")
    shown = {**found, **(state or {})}
    return {
        "article": found,
        "shown": shown,
        "older": state is not None and state["version"] != found["version"],
        "record": capture(archive.connection, shown["capture_id"]) if shown["capture_id"] else None,
        "seal": seal(archive.connection, found["id"], shown["version"]),
    }


def site_of(archive: Archive, site_id: str) -> dict[str, Any]:
    row = archive.connection.execute("SELECT id, name, url FROM sites WHERE id = ?", (site_id,)).fetchone()
    return dict(zip(("id", "name", "url"), row, strict=True))


async def diff(datasette: Any, request: Any) -> Any:
    number, old, new = (int(request.url_vars[name]) for name in ("id", "old", "new"))

    def question(archive: Archive) -> dict[str, Any] | None:
        found = archive.article(number)
        versions = {state["version"]: state for state in found["versions"]} if found else {}
        if old not in versions or new not in versions:
            return found and {"article": found, "fields": None}
        spans = difference(versions[old], versions[new])
        fields = {field: paragraphs(some) for field, some in spans.items()}
        return {"article": found, "old": versions[old], "new": versions[new], "fields": fields}

    shown = await ask(datasette, question)
    if shown is None:
        raise NotFound(NOT_THERE)
    if shown["fields"] is None:
        raise NotFound(f"this article has versions 1 to {shown['article']['version']}, not {old} and {new}")
    return await page(datasette, request, "diff", **shown)


def paragraphs(spans: list[Span]) -> list[list[Span]]:
    """Spans by the paragraph they stand in; a paragraph's end that alone was made or taken away shows as ¶.

    >>> paragraphs([("same", "甲\\n乙"), ("added", "\\n")])
    [[('same', '甲')], [('same', '乙'), ('added', '¶')]]
    """
    found: list[list[Span]] = [[]]
    for op, text in spans:
        first, *others = text.split("\n")
        if first or (text == "\n" and op != "same"):
            found[-1].append((op, first or "¶"))
        found += [[(op, other)] if other else [] for other in others]
    return [paragraph for paragraph in found if paragraph]
