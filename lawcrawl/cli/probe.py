"""probe: what lawcrawl sees at an address or in saved pages."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from lawcrawl.cli.common import cut, json_option, print_json, terminal_width
from lawcrawl.extract.document import Page
from lawcrawl.families import NoticeSpider, recognise
from lawcrawl.items import Article, ListPage

LIST_SURE = 0.5
FIELDS = (
    "title",
    "published",
    "source",
    "author",
    "views",
    "doc_number",
    "issuer",
    "channel",
    "labels",
    "text",
    "html",
    "images",
)


@dataclass(slots=True)
class Seen:
    """One page as its family reads it."""

    kind: str
    """``list``, ``article`` or ``other``."""
    family: str
    certainty: float
    article: Article
    listed: ListPage


def read(page: Page) -> Seen:
    """Everything that can be told from one page."""
    family, certainty = recognise(page)
    spider = (family or NoticeSpider)(name="probe")
    listed = spider.read_list(page)
    article = spider.read_article(page)
    if listed.items and listed.certainty >= LIST_SURE:
        kind = "list"
    else:
        kind = "article" if article.title and (article.text or article.attachments) else "other"
    return Seen(kind, family.family if family else "auto", certainty, article, listed)


def as_json_object(name: str, seen: Seen) -> dict[str, Any]:
    article: dict[str, Any] = {field: getattr(seen.article, field) for field in FIELDS}
    article["attachments"] = [{"name": a.name, "url": a.url} for a in seen.article.attachments]
    article["counter"] = seen.article.counter.url if seen.article.counter else None
    article["evidence"] = seen.article.evidence
    items = [
        {
            "title": row.title,
            "url": row.url,
            "date": row.date,
            "pinned": row.pinned,
            "external": row.external,
        }
        for row in seen.listed.items
    ]
    listed = {
        "items": items,
        "next": seen.listed.next,
        "pages": seen.listed.pages,
        "claimed": seen.listed.claimed,
        "certainty": round(seen.listed.certainty, 2),
    }
    return {"file": name, "kind": seen.kind, "family": seen.family, "article": article, "list": listed}


@click.command()
@click.argument("targets", nargs=-1, required=True, metavar="URL or FILE...")
@click.option("--url", help="The address that a saved page came from.")
@json_option
def probe(targets: tuple[str, ...], url: str | None, as_json: bool) -> None:
    """Say what is seen at an address, or in saved pages: family, list rows, next page, article fields."""
    saved = [target for target in targets if not target.startswith(("http://", "https://"))]
    missing = [name for name in saved if not Path(name).is_file()]
    if missing:
        raise click.UsageError(f"{missing[0]} is neither a file nor an address with http:// or https://")
    failed = False
    for target in targets:
        if target in saved:
            show(target, Page.from_bytes(Path(target).read_bytes(), url or ""), as_json)
    for target, answer in fetched([t for t in targets if t not in saved]).items():
        if isinstance(answer, str):
            click.echo(f"{target}: {answer}", err=True)
            failed = True
        else:
            show(target, answer, as_json)
    if failed:
        sys.exit(1 if not saved and len(targets) == 1 else 3)


def fetched(urls: list[str]) -> dict[str, Page | str]:
    """The pages at ``urls``, asked as politely as a crawl asks; a sentence where there is none."""
    if not urls:
        return {}
    from lawcrawl.crawl.fetch import fetch_pages

    return fetch_pages(urls)


def show(name: str, page: Page, as_json: bool) -> None:
    seen = read(page)
    if as_json:
        print_json(as_json_object(name, seen))
        return
    click.secho(name, bold=True)
    certainty = f", {seen.certainty:.0%} sure" if seen.family != "auto" else ": no family recognised"
    click.echo(f"  kind    {seen.kind}")
    click.echo(f"  family  {seen.family}{certainty}")
    click.echo(f"  charset {page.encoding}")
    if seen.kind == "list":
        show_list(seen.listed)
    else:
        show_article(seen.article)
    click.echo()


def show_list(listed: ListPage) -> None:
    pages = f" of {listed.pages} pages" if listed.pages else ""
    click.echo(f"  rows    {len(listed.items)}{pages}, {listed.certainty:.0%} sure")
    click.echo(f"  next    {listed.next or 'none'}")
    for row in listed.items:
        marks = (" [pinned]" if row.pinned else "") + (" [other site]" if row.external else "")
        click.echo(f"    {row.date or '(no date)':10}  {cut(row.title or '', terminal_width() - 20)}{marks}")
        click.echo(f"                {row.url}")


def show_article(article: Article) -> None:
    for field in FIELDS:
        value = getattr(article, field)
        if field in ("html", "labels", "images") or value is None:
            continue
        text = f"{len(value)} characters: {value}" if field == "text" else str(value)
        line = cut(" ".join(text.split()), terminal_width() - 40)
        click.echo(f"    {field:11} {line}   ({article.evidence.get(field, '?')})")
    for name, value in article.labels.items():
        click.echo(f"    label       {name}: {value}")
    for attachment in article.attachments:
        click.echo(f"    attachment  {attachment.name}  {attachment.url}")
    if article.counter:
        click.echo(f"    counter     {article.counter.url}")
    lacking = [f for f in ("title", "published", "source", "text") if getattr(article, f) is None]
    if lacking:
        click.echo(f"    not found   {', '.join(lacking)}")
