"""One article: what it says, its versions and what differs, where it comes from, how to cite it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from datasette import NotFound, Response

from lawcrawl.archive import Archive
from lawcrawl.archive.knowledge.citations import articles_citing
from lawcrawl.archive.questions.articles import at_version
from lawcrawl.archive.questions.cite import cited
from lawcrawl.archive.questions.differences import Span, difference
from lawcrawl.archive.questions.provenance import capture, seal
from lawcrawl.web import safety
from lawcrawl.web.asking import ask
from lawcrawl.web.rendering import page

CITING = 20
"""Articles that cite this one's number, shown at most."""
NOT_THERE = "there is no such article in this archive"


async def article(datasette: Any, request: Any) -> Any:
    number, wanted = int(request.url_vars["id"]), request.args.get("version")

    def question(archive: Archive) -> dict[str, Any] | None:
        found = archive.article(number)
        return found and described(archive, found, wanted)

    shown = await ask(datasette, question)
    if shown is None:
        raise NotFound(NOT_THERE)
    at = datasette.urls.path
    files = {file["url"]: str(at(f"/attachment/{file['id']}")) for file in shown["files"] if "id" in file}
    html = shown["article"]["html"]
    body = safety.body(html, files) if html else None
    return await page(datasette, request, "article", body=body, **shown)


async def cited_article(datasette: Any, request: Any) -> Any:
    """The permanent id of a citation leads to the article in the state that it had in that capture."""
    found = await ask(datasette, lambda archive: archive.article(request.url_vars["digest"]))
    if found is None:
        raise NotFound(NOT_THERE)
    return Response.redirect(datasette.urls.path(f"/article/{found['id']}?version={found['version']}"))


def described(archive: Archive, newest: dict[str, Any], wanted: str | None) -> dict[str, Any]:
    """The article, or the version of it that is wanted, with where it comes from and what stands around it."""
    db, found = archive.connection, newest
    if wanted:
        versions = {str(state["version"]): state["version"] for state in newest["versions"]}
        if wanted not in versions:
            raise NotFound(f"this article has versions 1 to {newest['version']}, not {wanted}")
        found = at_version(newest, versions[wanted])
    record = capture(db, found["capture_id"]) if found["capture_id"] else None
    return {
        "article": found,
        "newest": newest["version"],
        "files": [on_record(file, newest["attachments"]) for file in found["attachments"]],
        "record": record,
        "seal": seal(db, found["id"], found["version"]),
        "citation": cited({**found, "capture": asdict(record) if record else None}),
        "citing": articles_citing(db, found["doc_number"], limit=CITING) if found["doc_number"] else [],
    }


def on_record(file: dict[str, Any], now: list[dict[str, Any]]) -> dict[str, Any]:
    """A file of an article or of a version of it; with its ``id`` where those bytes can be had."""
    kept = next((one for one in now if one["url"] == file["url"] and one["sha256"] == file["sha256"]), None)
    if kept is None:
        return file
    return kept if kept["status"] == "stored" else {name: kept[name] for name in kept if name != "id"}


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
