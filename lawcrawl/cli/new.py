"""new: a site's spider, its saved pages and its test, from the address of a notice column."""

from __future__ import annotations

import keyword
import re
import sys
import textwrap
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module, invalidate_caches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from lawcrawl.cli.common import asking_settings, delay_option, settings_option
from lawcrawl.cli.probe import is_address, look_at
from lawcrawl.crawl.declaration import Declaration, channel_name, name_of_site, region, source
from lawcrawl.crawl.explain import doubts, is_list, read
from lawcrawl.crawl.fetch import Look
from lawcrawl.crawl.project import project_near
from lawcrawl.crawl.run import project_settings, spiders
from lawcrawl.crawl.samples import save
from lawcrawl.families.base import NoticeSpider

ARTICLES, TRIED = 2, 3
"""Articles saved, of so many that are fetched."""
SITES = Path("tests/sites")
TEST = '''"""Every saved page of every site reads as its expected.json says. `lawcrawl new` makes both."""

from __future__ import annotations

from pathlib import Path

import pytest

from lawcrawl.crawl.samples import Sample, samples


@pytest.mark.parametrize("sample", samples(Path(__file__).parent), ids=str)
def test_a_saved_page_reads_as_expected(sample: Sample) -> None:
    assert sample.read() == sample.expected
'''


@dataclass(slots=True, frozen=True)
class Place:
    """Where a new site goes."""

    root: Path
    package: str
    spider: Path

    @property
    def samples(self) -> Path:
        return self.root / SITES / self.spider.stem


@click.command()
@click.argument("name")
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option("--site-name", "site", help="Who runs the site; else read from its pages.")
@click.option("--region", "place", help="The place it is responsible for; else read from the site's name.")
@click.option("--channel", "channels", multiple=True, help="A column's name, in the order of the addresses.")
@delay_option
@settings_option
def new(
    name: str,
    urls: tuple[str, ...],
    site: str | None,
    place: str | None,
    channels: tuple[str, ...],
    **options: Any,
) -> None:
    """Write a spider, saved sample pages and their test for the notice column (or columns) at URL.

    It is written into the Scrapy project of the current folder.
    """
    for url in urls:
        if not is_address(url):
            raise click.UsageError(f"{url} is not an address with http:// or https://")
    target = place_for(name)
    looks = list(look_at(list(urls), asking_settings(options), TRIED).values())
    if problems := [problem for look in looks if (problem := unusable(look))]:
        raise click.ClickException("; ".join(problems))
    try:
        spider = declare(target, describe(name, looks, site, place, channels), looks)
        files = keep(target, spider, looks)
    except OSError as error:
        raise click.ClickException(f"{error.filename} cannot be written: {error.strerror}") from error
    report(target, looks, files)


def place_for(name: str) -> Place:
    """Where a spider of this name goes. Wrong usage where it cannot, each with its sentence."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name) or name == "auto":
        raise click.UsageError(
            f"{name!r} is no name for a spider; take lower-case letters, digits and _, such as linxi_sfj"
        )
    project = project_near()
    if project is None:
        raise click.UsageError(
            "there is no Scrapy project here (no scrapy.cfg in this folder or above); go into a clone of lawcrawl,"
            " or begin a project of your own with 'scrapy startproject'"
        )
    settings = project_settings()
    package, folder = project.spider_folder(settings)
    place = Place(project.root, package, folder / f"{name}.py")
    for path in (place.spider, place.samples):
        if path.exists():
            raise click.UsageError(f"{shown(path)} is there already; nothing is overwritten")
    if name in spiders(settings):
        raise click.UsageError(f"a spider named {name} is there already; nothing is overwritten")
    return place


def unusable(look: Look) -> str | None:
    """Why no spider can be written from a look; None where one can."""
    if look.page is None or not look.lists[-1].page:
        return f"{look.url}: {look.reason}"
    if is_list(look.read):
        return None
    kind = "an article, not a list page" if read(look.page).kind == "article" else "no list page"
    return f"{look.url} is {kind}: no list rows are recognised there; 'lawcrawl probe' shows what is seen"


def describe(
    name: str, looks: list[Look], site: str | None, place: str | None, channels: tuple[str, ...]
) -> Declaration:
    """What the pages tell of the site; what they do not is asked for, or taken from the address."""
    site = site or name_of_site(looks) or ask("Who runs the site", urlsplit(looks[0].url).netloc)
    named: dict[str, str] = {}
    for index, look in enumerate(looks):
        told = channels[index] if index < len(channels) else channel_name(look, site)
        last = [part for part in urlsplit(look.url).path.split("/") if part][-1:]
        told = told or ask(f"The name of the column {look.url}", *last or ["column"])
        named[f"{told} {index + 1}" if told in named else told] = look.url
    return Declaration(name, site, place or region(site), named)


def ask(question: str, otherwise: str) -> str:
    """The user's answer; where nobody can answer, what the address tells."""
    if not sys.stdin.isatty():
        return otherwise
    answer: str = click.prompt(question, default=otherwise, err=True)
    return answer


def declare(place: Place, site: Declaration, looks: list[Look]) -> NoticeSpider:
    """Write the spider and load it. Raises :class:`OSError`, also where there is one already."""
    with open(place.spider, "x", encoding="utf-8") as file:
        file.write(source(site, looks, today()))
    invalidate_caches()
    module = import_module(f"{place.package}.{site.name}")
    spider: NoticeSpider = getattr(module, site.class_name)()
    return spider


def keep(place: Place, spider: NoticeSpider, looks: list[Look]) -> list[Path]:
    """Save the pages of the first column, their values and, where there is none, the test that reads them."""
    review = (
        f"Made by lawcrawl new on {today()}. Compare every value with its page by eye; correct what is wrong in the"
        " spider or its family, never here; then write here who looked and when."
    )
    written = [place.samples / name for name in save(place.samples, spider, looks[0], ARTICLES, review)]
    written.append(place.samples / "expected.json")
    test = place.root / SITES / "test_sites.py"
    if not test.exists():
        test.write_text(TEST, encoding="utf-8")
        written.append(test)
    return written


def report(place: Place, looks: list[Look], files: list[Path]) -> None:
    click.echo(f"{shown(place.spider)}\n")
    click.echo(textwrap.indent(place.spider.read_text(encoding="utf-8"), "    "))
    for file in files:
        click.echo(f"{shown(file)}  {file.stat().st_size} bytes")
    found = [doubt for look in looks if look.page for doubt in doubts(read(look.page), look)]
    if found:
        click.secho("\ndoubtful", fg="yellow", bold=True)
        for doubt in dict.fromkeys(found):
            click.echo(click.style("  ! ", fg="yellow") + doubt)
    name = place.spider.stem
    click.echo(
        f"\nNext: compare {shown(place.samples / 'expected.json')} with the pages beside it by eye, then\n"
        f"  python -m pytest {SITES} -k {name}\n"
        f"  lawcrawl crawl {name} --limit 5"
    )


def write_spider(name: str, look: Look) -> Path:
    """The spider alone, from a look that has been taken: ``probe --write``."""
    place = place_for(name)
    if problem := unusable(look):
        raise click.ClickException(problem)
    try:
        declare(place, describe(name, [look], None, None, ()), [look])
    except OSError as error:
        raise click.ClickException(f"{error.filename} cannot be written: {error.strerror}") from error
    return place.spider


def shown(path: Path) -> str:
    """A path as short as it can be said from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def today() -> str:
    return datetime.now(UTC).date().isoformat()
