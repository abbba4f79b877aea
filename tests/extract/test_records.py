"""Lists whose rows are data: an answer of JSON or XML, an array in a script, markup that a script writes."""

from __future__ import annotations

import json

import pytest

from lawcrawl.extract.document import Page
from lawcrawl.extract.records import read_list
from tests.extract.pages import HOST, PARAGRAPHS, page

DATES = {n: f"2024-03-1{n}" for n in range(6)}
TITLES = {n: f"临溪市第{n}期渡口停航公告" for n in range(6)}
EXPECTED = [(f"{HOST}/tz/{n}.html", TITLES[n], DATES[n]) for n in range(6)]
RECORDS = [
    {"infoTitle": TITLES[n], "link_url": f"/tz/{n}.html", "publishDate": f"{DATES[n]} 09:30:00"}
    for n in range(6)
]
ITEMS = "".join(
    f"<item><title><![CDATA[{TITLES[n]}]]></title><link>/tz/{n}.html</link>"
    f"<pubDate>Mon, 1{n} Mar 2024 09:30:00 +0800</pubDate></item>"
    for n in range(6)
)
ANSWER = {"code": 0, "data": {"total": 31, "pages": 6, "list": RECORDS}}
WRITTEN = [f'<li><a href="/tz/{n}.html">{TITLES[n]}</a><span>{DATES[n]}</span></li>' for n in range(6)]


def facts(read: Page) -> list[tuple[str, str | None, str | None]]:
    return [(row.url, row.title, row.date) for row in read_list(read).items]


def answer(text: str, url: str = f"{HOST}/api/list?pageSize=6&page=1") -> Page:
    return Page(text, url)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ANSWER),
        json.dumps(RECORDS),
        f"show({json.dumps(ANSWER)});",
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>{ITEMS}</channel></rss>",
        f"<?xml version='1.0'?><rows xmlns='urn:a'>{ITEMS.replace('item', 'row')}</rows>",
    ],
    ids=["json", "array", "jsonp", "rss", "xml with a namespace"],
)
def test_an_answer_that_is_data(text: str) -> None:
    assert facts(answer(text)) == EXPECTED


@pytest.mark.parametrize(
    "script",
    [
        f"var list = {json.dumps(RECORDS)}; draw(list);",
        "".join(f"document.write('{row}');" for row in WRITTEN),
        "var h = '';" + "".join(f"h += '{row}';" for row in WRITTEN) + "$('#list').html(h);",
        "".join(f"h += {json.dumps(row)};" for row in WRITTEN),
    ],
    ids=["an array", "document.write", "texts put together", "escaped texts"],
)
def test_rows_that_a_script_holds(script: str) -> None:
    assert facts(page(f"<ul id='list'></ul><script>{script}</script>", url=f"{HOST}/tz/")) == EXPECTED


@pytest.mark.parametrize(
    ("number", "told", "following"),
    [
        (1, {"total": 31}, 2),
        (6, {"total": 31}, None),
        (5, {"pages": 6}, 6),
        (6, {"pages": 6}, None),
        (9, {}, 10),
    ],
)
def test_the_next_answer_is_the_next_number(number: int, told: dict[str, int], following: int | None) -> None:
    url = f"{HOST}/api/list?pageSize=6&page="
    listed = read_list(answer(json.dumps({"data": {"list": RECORDS, **told}}), f"{url}{number}"))
    assert listed.next == (f"{url}{following}" if following else None)


def test_an_article_whose_scripts_name_others_is_no_list() -> None:
    script = f"<script>var related = {json.dumps(RECORDS)};</script>"
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS * 4)
    read = page(
        f"<h1>渡口停航公告</h1><p>发布时间：2024-01-04　来源：市交通局</p>{text}{script}",
        url=f"{HOST}/tz/77.html",
    )
    assert read_list(read).items == []


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "[1, 2]",
        '{"data": null}',
        "<?xml version='1.0'?>",
        "<rss>",
        "cb([",
        "[" * 100_000,
        '{"a":' * 100_000,
    ],
)
def test_data_that_is_broken_or_no_list_has_no_rows(text: str) -> None:
    assert facts(answer(text)) == []
