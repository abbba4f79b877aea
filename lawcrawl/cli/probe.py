"""probe: what lawcrawl sees at an address or in saved pages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from lawcrawl.cli import portrait
from lawcrawl.cli.common import asking_settings, delay_option, json_option, print_json, settings_option
from lawcrawl.crawl.explain import doubts, is_list, own_pages, read
from lawcrawl.crawl.fetch import Asked, Fetched, Look, look
from lawcrawl.extract.document import Page
from lawcrawl.families.auto import AutoSpider
from lawcrawl.items import Article, ListPage


@click.command()
@click.argument("targets", nargs=-1, required=True, metavar="URL or FILE...")
@click.option("--url", help="The address that a saved page came from.")
@click.option("--write", "name", metavar="NAME", help="Also write a spider of this name into the project.")
@delay_option
@settings_option
@json_option
def probe(targets: tuple[str, ...], url: str | None, name: str | None, as_json: bool, **options: Any) -> None:
    """Say what is seen at an address, or in saved pages, and why.

    The family and the mark it is known by, the list's rows and its next page, a sample article with every field and the
    place its value came from, and what is doubtful. With --json one object a page.
    """
    addresses = [target for target in targets if is_address(target)]
    for target in targets:
        if target not in addresses and not Path(target).is_file():
            raise click.UsageError(f"{target} is neither a file nor an address with http:// or https://")
    if name is not None and (len(targets) > 1 or (not addresses and url is None)):
        raise click.UsageError("--write takes one address, or one saved page with its --url")
    seen = look_at(addresses, asking_settings(options))
    failed = [one for one in seen.values() if one.page is None]
    for target in targets:
        one = seen.get(target) or saved(Path(target), url or "")
        if one in failed:
            click.echo(f"{target}: {one.reason}", err=True)
        elif as_json:
            print_json(as_json_object(target, one, fetched=target in seen))
        else:
            for line in portrait.lines(target, one):
                click.echo(line)
    if failed:
        sys.exit(1 if len(failed) == len(targets) else 3)
    if name is not None:
        from lawcrawl.cli.new import shown, write_spider

        [one] = seen.values() or [saved(Path(targets[0]), url or "")]
        click.echo(f"written: {shown(write_spider(name, one))}", err=True)


def is_address(target: str) -> bool:
    return target.lower().startswith(("http://", "https://"))


def look_at(urls: list[str], overrides: dict[str, Any], articles: int = 1) -> dict[str, Look]:
    """A look at each address with some of the articles that its list names, asked as politely as a crawl asks."""
    if not urls:
        return {}
    asked = [
        Asked(url, AutoSpider, {"url": url}, lambda listed: own_pages(listed)[:articles]) for url in urls
    ]
    return dict(zip(urls, look(asked, overrides), strict=True))


def saved(path: Path, url: str) -> Look:
    """A saved page as the look that it would have been."""
    body = path.read_bytes()
    page = Page.from_bytes(body, url)
    seen = read(page)
    return Look(url, [Fetched(url, page, body, article=seen.article)], read=seen.listed)


def as_json_object(name: str, one: Look, *, fetched: bool) -> dict[str, Any]:
    """What a page says; of one that was fetched also its list wherever its rows are, a sample article and the doubts."""
    assert one.page is not None
    seen = read(one.page)
    listed = one.read if one.read.items else seen.listed
    told: dict[str, Any] = {
        "file": name,
        "kind": "list" if is_list(listed) else seen.kind,
        "family": seen.family,
        "article": article_object(one.lists[0].article or seen.article),
        "list": list_object(listed),
    }
    if fetched:
        sample = one.articles[0].article if one.articles else None
        told["sample"] = {"url": sample.url, **article_object(sample)} if sample else None
        told["doubts"] = doubts(seen, one)
    return told


def article_object(article: Article) -> dict[str, Any]:
    fields = ("title", "published", "source", "author", "views", "doc_number", "issuer", "channel")
    return {
        **{field: getattr(article, field) for field in fields},
        "labels": article.labels,
        "text": article.text,
        "html": article.html,
        "images": article.images,
        "attachments": [
            {"name": a.name, "url": a.url}
            for a in article.attachments
            if a.name or a.url not in article.images
        ],
        "counter": article.counter.url if article.counter else None,
        "evidence": article.evidence,
    }


def list_object(listed: ListPage) -> dict[str, Any]:
    items = [{"title": row.title, "url": row.url, "date": row.date} for row in listed.items]
    return {"items": items, "next": listed.next, "pages": listed.pages}
