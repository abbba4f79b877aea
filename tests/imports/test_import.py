"""import: captures that others made, read as if lawcrawl had crawled then."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from lawcrawl.crawl.run import spiders
from lawcrawl.imports.run import take
from lawcrawl.rebuild.run import rebuild
from tests.archive.dump import contents
from tests.command import crawl, lawcrawl, rows
from tests.imports.foreign import (
    COLUMN,
    HOST,
    SITE,
    Captures,
    arc,
    article,
    day,
    listing,
    problems,
    url,
    wacz,
)
from tests.rebuild import changing
from tests.server import Site, notice_site, serving

READ = ("articles", "versions", "attachments", "view_counts", "statuses", "listings", "index")


def read(archive: Path) -> dict[str, list[object]]:
    """What was read, without what only a crawl knows."""
    return {name: found for name, found in contents(archive).items() if name in READ}


# What is read


def test_a_crawls_own_captures_give_the_archive_that_it_made(tmp_path: Path) -> None:
    with serving(Site()) as site:
        changing.crawl_twice(site, (tmp_path / "crawled", changing.MAIN))
    found = take(tmp_path / "imported", sorted((tmp_path / "crawled" / "warc").iterdir()))
    assert found.problems == []
    assert read(tmp_path / "imported") == read(tmp_path / "crawled")


@pytest.mark.skipif(not shutil.which("wget"), reason="wget is not installed")
def test_what_wget_got_is_what_a_crawl_gets(tmp_path: Path) -> None:
    with serving(notice_site(4)) as site:
        get = f"wget -q -r -l 2 -X /plus --no-verbose --warc-file=got {site.url}/tzgg/"
        subprocess.run(get.split(), cwd=tmp_path, check=False, timeout=60, capture_output=True)
        crawl(tmp_path / "crawled", f"{site.url}/tzgg/")
    found = take(tmp_path / "imported", [tmp_path / "got.warc.gz"])
    assert (found.new, found.problems) == (4, [])
    assert read(tmp_path / "imported") == read(tmp_path / "crawled")


PACKED: dict[str, Callable[[Captures, Path], Path]] = {
    "a gzip member a record": lambda made, folder: made.file(folder / "a.warc.gz"),
    "plain": lambda made, folder: made.file(folder / "a.warc", packed=False),
    "WARC 1.1": lambda made, folder: made.file(folder / "a.warc.gz", version="1.1"),
    "WACZ": lambda made, folder: wacz(folder / "a.wacz", [made.file(folder / "a.warc.gz")]),
}


@pytest.mark.parametrize("packing", PACKED)
def test_it_does_not_matter_how_the_captures_are_packed(
    tmp_path: Path, archive: Path, captures: Captures, packing: str
) -> None:
    captures.column(1, 2)
    found = take(archive, [PACKED[packing](captures, tmp_path)])
    assert (found.new, found.lists, found.problems) == (2, 1, [])
    assert rows(archive, "SELECT published, title FROM articles WHERE url = ?", url(1)) == [
        ("2024-01-04T17:18", "关于开展第1期普法宣传活动的通知")
    ]


def test_a_file_that_is_one_gzip_stream_is_read_too(
    tmp_path: Path, archive: Path, captures: Captures
) -> None:
    captures.column(1, 2)
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(captures.bytes(packed=False)))
    assert take(archive, [tmp_path / "a.warc.gz"]).new == 2


def test_an_arc_file_is_read_too(tmp_path: Path, archive: Path) -> None:
    assert take(archive, [arc(tmp_path / "a.arc", url(1), day(1), article(1))]).new == 1
    assert rows(archive, "SELECT seen_at FROM versions") == [day(1)]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(article(1)), {"Content-Encoding": "gzip"}),
        (b"%x\r\n%b\r\n0\r\n\r\n" % (len(article(1)), article(1)), {"Transfer-Encoding": "chunked"}),
        (article(1), {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}),
    ],
    ids=["compressed", "chunked", "said to be both and neither"],
)
def test_bodies_are_read_however_they_were_sent(
    tmp_path: Path, archive: Path, captures: Captures, body: bytes, headers: dict[str, str]
) -> None:
    captures.put(url(1), day(1), body, headers=headers)
    assert take(archive, [captures.file(tmp_path / "a.warc.gz")]).new == 1
    assert problems(archive) == []


def test_times_are_those_of_the_captures(tmp_path: Path, archive: Path, captures: Captures) -> None:
    captures.column(1, at="2019-03-01T02:00:00.123456Z")
    take(archive, [captures.file(tmp_path / "a.warc.gz")])
    assert rows(archive, "SELECT first_seen_at, last_seen_at, checked_at, changed_at FROM articles") == [
        (day(1),) * 4
    ]
    assert rows(archive, "SELECT first_seen_at, last_seen_at FROM listings") == [(day(1), day(1))]
    assert rows(archive, "SELECT started_at, finished_at, outcome FROM crawls") == [
        (day(1), day(1), "finished")
    ]


# What each answer is


def test_pages_are_articles_where_a_list_names_them_or_they_read_as_one(
    tmp_path: Path, archive: Path, captures: Captures
) -> None:
    captures.put(f"{HOST}/", day(1), listing(1))
    captures.put(f"{HOST}/about.html", day(1), "<h1>机构概况</h1><div><p>本局负责全市普法工作。</p></div>")
    captures.put(f"{HOST}/style.css", day(1), "a{}", headers={"Content-Type": "text/css"})
    captures.put(url(7), day(1), article(7))
    found = take(archive, [captures.file(tmp_path / "a.warc.gz")])
    assert rows(archive, "SELECT url FROM articles") == [url(7)]
    assert rows(archive, "SELECT count(*) FROM channels") == [0]
    assert found.left == 3


def test_what_belongs_to_an_article_comes_with_it(tmp_path: Path, archive: Path, captures: Captures) -> None:
    captures.put(f"{COLUMN}202401/one.txt", day(1), "名单", headers={"Content-Type": "text/plain"})
    captures.put(url(1), day(1), article(1, extra='<p><a href="./one.txt">附件1</a></p>'))
    take(archive, [captures.file(tmp_path / "a.warc.gz")])
    assert rows(archive, "SELECT name, status, text FROM attachments") == [("附件1", "stored", "名单")]


def test_a_row_that_is_a_file_is_an_article(tmp_path: Path, archive: Path, captures: Captures) -> None:
    rows_html = listing(1).decode().replace("t20240104_1.html", "biaoge.pdf")
    captures.put(COLUMN, day(1), rows_html)
    captures.put(
        f"{COLUMN}202401/biaoge.pdf", day(1), "%PDF-1.4 broken", headers={"Content-Type": "application/pdf"}
    )
    take(archive, [captures.file(tmp_path / "a.warc.gz")])
    assert rows(archive, "SELECT url, title FROM articles") == [
        (f"{COLUMN}202401/biaoge.pdf", "关于开展第1期普法宣传活动的通知")
    ]


def test_further_list_pages_are_of_the_column_that_leads_to_them(tmp_path: Path, archive: Path) -> None:
    with serving(notice_site(12)) as site:
        crawl(tmp_path / "crawled", f"{site.url}/tzgg/")
    files = sorted((tmp_path / "crawled" / "warc").iterdir())
    take(archive, files)
    assert rows(archive, "SELECT count(*), min(url) FROM channels") == [(1, f"{site.url}/tzgg/")]
    assert rows(archive, "SELECT count(*) FROM captures WHERE kind = 'list'") == [3]


def test_an_article_that_was_asked_for_elsewhere_keeps_the_address_its_list_has(
    tmp_path: Path, archive: Path, captures: Captures
) -> None:
    captures.put(COLUMN, day(1), listing(1))
    captures.put(url(1), day(1), "", "301 Moved", headers={"Location": f"{HOST}/new/1.html"})
    captures.put(f"{HOST}/new/1.html", day(1), article(1))
    take(archive, [captures.file(tmp_path / "a.warc.gz")])
    assert rows(archive, "SELECT url FROM articles") == [url(1)]
    assert rows(archive, "SELECT asked_url FROM captures WHERE asked_url IS NOT NULL") == [url(1)]


def test_a_page_that_answered_twice_that_it_is_not_there_is_gone(
    tmp_path: Path, archive: Path, captures: Captures
) -> None:
    captures.column(1, 2)
    for number in (2, 3):
        captures.put(url(1), day(number), "<h1>404</h1>", "404 Not Found")
    take(archive, [captures.file(tmp_path / "a.warc.gz")])
    assert rows(archive, "SELECT url, status FROM articles ORDER BY url") == [
        (url(1), "gone"),
        (url(2), "live"),
    ]
    assert rows(archive, "SELECT status, seen_at FROM statuses ORDER BY seen_at") == [
        ("missing", day(2)),
        ("gone", day(3)),
    ]


@pytest.mark.parametrize("status", ["200 OK", "304 Not Modified"])
def test_an_unchanged_answer_has_the_body_that_it_refers_to(
    tmp_path: Path, archive: Path, captures: Captures, status: str
) -> None:
    captures.put(url(1), day(1), article(1))
    fields = {"WARC-Refers-To-Target-URI": url(1), "WARC-Refers-To-Date": day(1), "WARC-Profile": "p"}
    captures.put(url(1), day(5), b"", status, type="revisit", fields=fields)
    found = take(archive, [captures.file(tmp_path / "a.warc.gz")])
    assert found.problems == []
    assert rows(archive, "SELECT version, checked_at FROM articles") == [(1, day(5))]
    assert rows(archive, "SELECT status, payload_id FROM captures") == [(200, None), (int(status[:3]), 1)]
    assert problems(archive) == []


def test_an_answer_whose_body_lies_elsewhere_is_named(
    tmp_path: Path, archive: Path, captures: Captures
) -> None:
    captures.put(url(1), day(5), b"", type="revisit", fields={"WARC-Refers-To-Date": day(1)})
    captures.put(url(2), day(5), article(2))
    found = take(archive, [captures.file(tmp_path / "a.warc.gz")])
    assert found.problems == [f"the body of {url(1)} lies in a file that was not named"]
    assert found.new == 1


# Which site


def test_a_host_with_a_spider_is_that_spiders_site(tmp_path: Path, archive: Path, captures: Captures) -> None:
    name, spider = next(iter(spiders().items()))
    column, first = next(iter(spider.channels.items()))
    captures.put(first, day(1), listing(1))
    captures.put(f"{first.rpartition('/')[0]}/202401/t20240104_1.html", day(1), article(1))
    take(archive, [captures.file(tmp_path / "a.warc.gz")])
    assert rows(archive, "SELECT id, name FROM sites") == [(name, spider.site_name)]
    assert rows(archive, "SELECT url, name FROM channels") == [(first, column)]


def test_only_the_sites_that_are_asked_for_come(tmp_path: Path, archive: Path, captures: Captures) -> None:
    captures.column(1)
    captures.put("http://other.example/t20240104_1.html", day(1), article(2))
    file = captures.file(tmp_path / "a.warc.gz")
    assert take(archive, [file], sites=["other.example"]).new == 1
    assert rows(archive, "SELECT id FROM sites") == ["other.example"]
    assert take(archive, [file]).new == 1


def test_a_site_that_the_files_do_not_have_is_said(tmp_path: Path, archive: Path, captures: Captures) -> None:
    captures.column(1)
    found = take(archive, [captures.file(tmp_path / "a.warc.gz")], sites=["nowhere"])
    assert found.problems == [f"nothing of nowhere is in the files; they hold {SITE}"]


# Into what is there


def test_versions_interleave_by_the_times_of_the_captures(
    tmp_path: Path, archive: Path, captures: Captures
) -> None:
    first, second, third = (
        article(1, body=f"第{n}稿的全文在此，请各单位遵照执行，按时完成各项工作。") for n in (1, 2, 3)
    )
    captures.put(COLUMN, day(10), listing(1))
    captures.put(url(1), day(10), second)
    take(archive, [captures.file(tmp_path / "b.warc.gz")])
    around = Captures()
    around.put(COLUMN, day(2), listing(1))
    around.put(url(1), day(2), first)
    around.put(url(1), day(12), second)
    around.put(url(1), day(20), third)
    found = take(archive, [around.file(tmp_path / "a.warc.gz")])
    assert (found.new, found.changed) == (0, 1)
    assert rows(archive, "SELECT version, substr(text, 1, 3), seen_at FROM versions ORDER BY version") == [
        (1, "第1稿", day(2)),
        (2, "第2稿", day(10)),
        (3, "第3稿", day(20)),
    ]
    assert rows(archive, "SELECT version, first_seen_at, checked_at, changed_at FROM articles") == [
        (3, day(2), day(20), day(20))
    ]
    assert rows(archive, "SELECT first_seen_at, last_seen_at FROM listings") == [(day(2), day(10))]
    assert problems(archive) == []


def test_the_order_of_imports_does_not_matter(tmp_path: Path, captures: Captures) -> None:
    captures.column(1, 2)
    later = Captures()
    later.put(url(1), day(9), article(1, body="改了：活动延期至四月举行，请各单位相应调整安排，另行通知。"))
    later.put(COLUMN, day(9), listing(3, 1, 2))
    later.put(url(3), day(9), article(3))
    files = [captures.file(tmp_path / "a.warc.gz"), later.file(tmp_path / "b.warc.gz")]
    take(tmp_path / "together", files)
    for name, order in (("forth", files), ("back", files[::-1])):
        for file in order:
            take(tmp_path / name, [file])
        assert read(tmp_path / name) == read(tmp_path / "together"), name


def test_an_import_goes_into_what_was_crawled(tmp_path: Path, archive: Path) -> None:
    with serving(notice_site(3)) as site:
        crawl(archive, f"{site.url}/tzgg/")
    before = read(archive)
    old = Captures()
    old.put(f"{site.url}/tzgg/202401/t20240104_1.html", day(1), article(1, day="2024-01-29"))
    old.put(f"{site.url}/tzgg/202401/t20240104_9.html", day(1), article(9))
    found = take(archive, [old.file(tmp_path / "a.warc.gz")])
    assert (found.new, found.changed) == (1, 1)
    assert [row for row in read(archive)["articles"] if row in before["articles"]] == before["articles"]
    seen = "SELECT substr(first_seen_at, 1, 4) = '2019' FROM articles ORDER BY url"
    assert rows(archive, seen) == [1, 0, 0, 1]
    assert problems(archive) == []


def test_importing_again_brings_nothing(tmp_path: Path, archive: Path, captures: Captures) -> None:
    captures.column(1, 2)
    take(archive, [captures.file(tmp_path / "a.warc.gz")])
    before = contents(archive)
    again = take(archive, [tmp_path / "a.warc.gz"])
    repacked = take(archive, [captures.file(tmp_path / "b.warc", packed=False)])
    assert [one["known"] for one in again.files] == [True]
    assert (repacked.captures, repacked.known) == (0, 3)
    assert contents(archive) == before


def test_what_is_said_twice_in_the_files_is_there_once(
    tmp_path: Path, archive: Path, captures: Captures
) -> None:
    captures.column(1)
    names = [captures.file(tmp_path / f"{number}.warc.gz") for number in range(2)]
    take(archive, names)
    assert rows(archive, "SELECT count(*) FROM captures") == [2]


def test_an_import_that_is_killed_goes_on_to_the_same_contents(tmp_path: Path, captures: Captures) -> None:
    captures.column(1, 2, 3)
    captures.put(
        url(1), day(3), article(1, body="改了：活动延期至四月举行，请各单位相应调整安排，另行通知。")
    )
    file = captures.file(tmp_path / "a.warc.gz")
    take(tmp_path / "whole", [file])
    for number, at in enumerate(changing.moments(4, of=120)):
        archive = tmp_path / str(number)
        assert changing.killed(at, "import", file, "--archive", archive, "--workers", 1), at
        found = take(archive, [file])
        assert found.problems == [], at
        assert read(archive) == read(tmp_path / "whole"), at
        assert problems(archive) == [], at
        assert rows(archive, "SELECT count(*) FROM captures") == [5], at


# What can be done with it


def test_an_imported_archive_verifies_rebuilds_and_exports(
    tmp_path: Path, archive: Path, captures: Captures
) -> None:
    captures.column(1, 2)
    for number in (2, 3):
        captures.put(url(1), day(number), "<h1>404</h1>", "404 Not Found")
    take(archive, [captures.file(tmp_path / "a.warc.gz")])
    assert problems(archive) == []
    assert rebuild(archive)["changed"] == 0
    assert rows(archive, "SELECT count(*) FROM articles WHERE status = 'gone'") == [1]
    done = lawcrawl("export", tmp_path / "out.wacz", "--archive", archive)
    assert (done.status, (tmp_path / "out.wacz").exists()) == (0, True), done.err


def test_a_copy_tells_which_record_of_which_file_it_is_of(
    tmp_path: Path, archive: Path, captures: Captures
) -> None:
    captures.put(url(1), day(1), article(1))
    take(archive, [captures.file(tmp_path / "a.warc.gz")])
    [file] = (archive / "warc").iterdir()
    with open(tmp_path / "a.warc.gz", "rb") as made, open(file, "rb") as kept:
        [theirs] = [
            one.rec_headers["WARC-Record-ID"] for one in ArchiveIterator(made) if one.rec_type == "response"
        ]
        found = [
            (one.rec_type, one.rec_headers.get_header("WARC-Imported-From")) for one in ArchiveIterator(kept)
        ]
    assert found == [("warcinfo", None), ("response", f"a.warc.gz {theirs}"), ("request", None)]
    assert rows(archive, "SELECT software, captures, finished_at IS NOT NULL FROM imports") == [
        ("Spinne/2.0", 1, 1)
    ]
