"""What each page shows."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import etree

from lawcrawl.archive import Archive
from tests.archive.writing import SITE
from tests.web.conftest import CITING, GONE, NUMBER, ORIGINAL, REPRINT, Pages

TITLE = "关于开展民法典宣传活动的通知"


def text_of(markup: str) -> str:
    """What a reader sees, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup.partition("<main")[2]))


def test_the_front_page_tells_the_sites_and_their_health(pages: Pages) -> None:
    shown = pages.shown("/")
    assert f'href="/site/{SITE.id}" lang="zh">{SITE.name}' in shown
    assert '<span class="health good">good</span>' in shown


def test_the_front_page_tells_what_is_new_and_what_vanished(pages: Pages) -> None:
    arrived, _, vanished = pages.shown("/").partition('id="vanished"')
    assert f'<a href="/article/{pages.id()}" lang="zh">{TITLE}</a>' in arrived
    assert "关于征集作品的公告" in vanished
    assert TITLE not in vanished.partition("</section>")[0]


def test_an_archive_without_a_crawl_has_its_front_page(tmp_path: Path) -> None:
    from tests.web.conftest import opened

    Archive(tmp_path / "data").close()
    [some] = [page.shown("/") for page in opened(tmp_path / "data")]
    assert "Nothing was crawled yet." in some


def test_a_search_shows_hits_with_what_was_sought_marked(pages: Pages) -> None:
    shown = pages.shown("/search?q=民法典")
    assert "<mark>民法典</mark>宣传活动" in shown
    assert f'href="/article/{pages.id()}"' in shown


def test_a_search_can_be_narrowed_down(pages: Pages) -> None:
    assert "No article" in pages.shown("/search?q=民法典&since=2025-01-01")
    assert "<mark>" in pages.shown("/search?q=民法典&site=linxi_sfj&until=2024-12-31")


def test_a_search_is_counted_by_field_and_each_value_narrows_it_down(pages: Pages) -> None:
    shown = pages.shown("/search?q=通知")
    [address] = re.findall(r'<a href="([^"]+)">宪法</a> <span class="quiet">2</span>', shown)
    assert address == f"/search?q={quote('通知')}&amp;law={quote('宪法')}"
    narrowed = pages.shown(address.replace("&amp;", "&"))
    assert "Articles: 2<" in narrowed
    assert f'<a href="/search?q={quote("通知")}" aria-current="true">宪法 ✕</a>' in narrowed
    years = pages.shown("/search?q=各单位")
    assert f'<a href="/search?q={quote("各单位")}&amp;since=2024&amp;until=2024">2024</a>' in years


def test_all_articles_of_a_value_are_found_without_words(pages: Pages) -> None:
    assert f'href="/article/{pages.id(GONE)}"' in pages.shown("/search?since=2023&until=2023")


def test_a_long_search_has_pages(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lawcrawl.web.pages.search.SHOWN", 1)
    first = pages.shown("/search?q=通知")
    [further] = re.findall(r'<a rel="next" href="([^"]+)"', first)
    second = pages.shown(further.replace("&amp;", "&"))
    hits = [re.findall(r'<h2><a href="(/article/\d+)"', shown) for shown in (first, second)]
    assert len({hit for [hit] in hits}) == 2
    assert '<ol class="hits" start="2">' in second
    assert 'rel="prev"' in second


def test_a_search_is_had_as_csv_whole_and_without_formulas(pages: Pages) -> None:
    shown = pages.shown("/search?q=通知&page=1")
    [address] = re.findall(r'href="(/search\.csv[^"]*)"', shown)
    answer = pages.get(address)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.content.startswith(b"\xef\xbb\xbfid,url,")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    found = set(re.findall(r'<h2><a href="/article/(\d+)"', shown))
    assert {row["id"] for row in rows} == found


def test_a_search_is_had_as_a_feed(pages: Pages) -> None:
    shown = pages.shown("/search?q=民法典")
    [address] = re.findall(r'<link rel="alternate" type="application/atom\+xml"[^>]* href="([^"]+)"', shown)
    feed = etree.fromstring(pages.get(address).content)
    entries = {entry.findtext("{*}title"): entry for entry in feed.iter("{*}entry")}
    assert entries[TITLE].find("{*}link").get("href") == f"http://localhost/article/{pages.id()}"
    assert entries[TITLE].findtext("{*}updated") == "2024-01-04T17:18:00+08:00"


@pytest.mark.parametrize("query", ["*", "((", "%22%22", "-通知", "x" * 5000])
def test_what_nothing_can_be_searched_with_is_said_in_one_sentence(pages: Pages, query: str) -> None:
    assert re.search(r'<p class="notice">[^<]{10,200}</p>', pages.shown(f"/search?q={query}"))


@pytest.mark.parametrize("query", ["NEAR(a b)", "a%00b", "标题:无此"])
def test_what_nobody_wrote_is_not_found(pages: Pages, query: str) -> None:
    assert "No article contains this." in pages.shown(f"/search?q={query}")


@pytest.mark.parametrize("path", ["/search.csv?q=*", "/search.atom?since=soon"])
def test_a_download_that_cannot_be_is_refused_in_one_sentence(pages: Pages, path: str) -> None:
    answer = pages.get(path)
    assert answer.status_code == 400
    assert "<h1>This cannot be shown</h1>" in answer.text


def test_an_article_shows_its_fields_and_labels(pages: Pages) -> None:
    shown = text_of(pages.shown(f"/article/{pages.id()}"))
    for value in (TITLE, "2024-01-04 17:18", "临溪市司法局", "临司发〔2024〕5号"):
        assert value in shown


def test_an_article_shows_where_it_comes_from(pages: Pages) -> None:
    with Archive(pages.folder, read_only=True) as archive:
        [sha256, file, offset] = archive.connection.execute(
            "SELECT c.sha256, c.warc_file, c.warc_offset FROM articles a JOIN captures c ON c.id = a.capture_id"
            " WHERE a.id = ?",
            (pages.id(),),
        ).fetchone()
    shown = pages.shown(f"/article/{pages.id()}")
    assert f"<code>sha256:{sha256}</code>" in shown
    assert f"<code>{file}</code>, offset {offset}" in shown
    assert "2024-01-03 04:00 UTC, status 200" in shown
    assert "<dt>Seal</dt>" in shown


def test_an_article_shows_the_growth_of_its_views(pages: Pages) -> None:
    assert "2024-01-03 04:00 UTC 50 40" in text_of(pages.shown(f"/article/{pages.id()}"))


def test_an_article_can_be_read_in_each_of_its_versions(pages: Pages) -> None:
    number = pages.id()
    shown = pages.shown(f"/article/{number}?version=1")
    assert "This is version 1 of 2." in shown
    assert f'href="/article/{number}/diff/1/2"' in shown
    assert "2024-01-01 04:00 UTC, status 200" in shown


def test_versions_are_compared_word_by_word(pages: Pages) -> None:
    shown = pages.shown(f"/article/{pages.id()}/diff/1/2")
    assert "请认真学习《民法典》<ins>和《宪法》</ins>。" in shown
    assert "<del>" not in shown


def test_an_article_that_is_gone_says_so_and_is_shown(pages: Pages) -> None:
    shown = pages.shown(f"/article/{pages.id(GONE)}")
    assert "This page was taken down" in shown
    assert "关于征集作品的公告" in shown


def test_an_article_can_be_cited(pages: Pages) -> None:
    shown = text_of(pages.shown(f"/article/{pages.id()}"))
    assert f"临溪市司法局. {TITLE}：临司发〔2024〕5号[EB/OL]. （2024-01-04）[2024-01-03]." in shown
    assert "@misc{linxi_sfj-2024-" in shown


def test_the_permanent_id_of_a_citation_leads_to_the_article_as_it_was_then(pages: Pages) -> None:
    found = pages.shown(f"/article/{pages.id()}?version=1")
    [address] = re.findall(r'href="(/article/sha256:[0-9a-f]{64})"', found)
    answer = pages.get(address)
    assert answer.status_code == 302
    assert answer.headers["location"] == f"/article/{pages.id()}?version=1"
    assert pages.get(f"/article/sha256:{'0' * 64}").status_code == 404


def test_an_article_shows_the_laws_it_names_and_the_documents_it_cites(pages: Pages) -> None:
    shown = pages.shown(f"/article/{pages.id(CITING)}")
    assert f'<a href="/law?name={quote("宪法")}">宪法</a>' in shown
    assert f'href="/document?number={quote(NUMBER)}"' in shown
    assert f'href="/article/{pages.id()}">{TITLE}</a>' in shown
    assert "Cited by" in pages.shown(f"/article/{pages.id()}")


def test_laws_are_listed_and_each_has_its_articles(pages: Pages) -> None:
    assert f'<a href="/law?name={quote("民法典")}">民法典</a></th><td class="number">2</td>' in pages.shown(
        "/laws"
    )
    assert "宪法" not in pages.shown("/laws?containing=民法").partition("<table>")[2]
    shown = pages.shown("/law?name=《中华人民共和国民法典》")
    assert '<h1 lang="zh">民法典</h1>' in shown
    assert f'href="/article/{pages.id()}" lang="zh">{TITLE}</a>' in shown


def test_document_numbers_are_listed_and_each_has_the_articles_that_cite_it(pages: Pages) -> None:
    assert f'href="/article/{pages.id()}">{TITLE}</a>' in pages.shown("/documents")
    assert f'href="/article/{pages.id(CITING)}"' in pages.shown("/document?number=临司发[2024]5号")


@pytest.mark.parametrize(
    "path", ["/law?name=无此法", "/document?number=x", "/laws?containing=x", "/documents?containing=x"]
)
def test_a_law_or_number_that_nobody_names_is_said(pages: Pages, path: str) -> None:
    assert "No article " in pages.shown(path)


def test_a_text_that_stands_in_several_articles_is_told_by_the_earliest(pages: Pages) -> None:
    assert f'<a href="/article/{pages.id(ORIGINAL)}#reprints">临溪市普法规划</a>' in pages.shown("/reprints")
    assert "No text stands in two articles." in pages.shown("/reprints?elsewhere=1")
    shown = pages.shown(f"/article/{pages.id(ORIGINAL)}").partition('id="reprints"')[2]
    assert re.search(rf'<a href="/article/{pages.id(REPRINT)}".*?9\d % alike', shown)


def test_articles_over_time_are_drawn_by_site_and_stand_in_a_table(pages: Pages) -> None:
    shown = pages.shown("/plots?law=民法典")
    assert f'src="/plots.svg?law={quote("民法典")}"' in shown
    assert 'src="/plots.svg"' in shown
    picture = pages.get(f"/plots.svg?law={quote('民法典')}")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert "Articles that name 民法典" in picture.text
    assert "<script" not in picture.text
    assert "2023-11 临溪市司法局 1" in text_of(shown)


def test_the_views_of_an_article_are_drawn(pages: Pages) -> None:
    assert f'src="/article/{pages.id()}/views.svg?lang=en"' in pages.shown(f"/article/{pages.id()}")
    assert pages.shown(f"/article/{pages.id()}/views.svg").startswith("<svg")


def test_a_plot_of_nothing_says_so(pages: Pages) -> None:
    assert "No article with a date" in pages.shown("/plots?law=无此法")


def test_changes_stand_by_day_the_newest_first(pages: Pages) -> None:
    shown = text_of(pages.shown("/changes"))
    assert shown.index("2024-01-05") < shown.index("2024-01-03 ") < shown.index("2024-01-01 ")
    assert f"edited {TITLE} what differs: text" in shown


@pytest.mark.parametrize(
    ("asked", "there"), [("kind=gone", False), ("kind=edited", True), ("since=2024-01-04", False)]
)
def test_changes_can_be_narrowed_down(pages: Pages, asked: str, there: bool) -> None:
    assert ("what differs" in pages.shown(f"/changes?{asked}")) is there


def test_changes_have_a_feed_of_what_is_shown(pages: Pages) -> None:
    shown = pages.shown("/changes?kind=gone")
    assert 'type="application/atom+xml" title="Changes" href="/changes.atom?kind=gone"' in shown
    feed = pages.get("/changes.atom?kind=gone")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert re.findall("<entry><title>(.*?)</title>", feed.text) == ["gone: 关于征集作品的公告"]


def test_a_feed_without_entries_is_a_feed(pages: Pages) -> None:
    assert "<updated>1970-01-01T00:00:00" in pages.get("/changes.atom?since=2030").text


def test_a_site_tells_whether_it_is_all_there_and_what_failed(pages: Pages) -> None:
    shown = text_of(pages.shown(f"/site/{SITE.id}"))
    assert "its list was not yet read to the end" in shown
    assert "2023-11 1 2024-01 2" in shown
    assert "fetch status 500" in shown
