"""What the writer promises: captures first, whole items or none, others not held up."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from lawcrawl.archive import Archive, ArchiveError
from lawcrawl.items import Article, Attachment, Capture, Failure, Listing, Site
from tests.archive.writing import COLUMN, FIELDS, FILE, SITE, URL, Crawl, crawling, day, exchange

ROOT = Path(__file__).parent.parent.parent
SECOND = f"{COLUMN}t2.html"
OTHER = Site("yunzhou_sfj", "云州市司法局", "https://sfj.yunzhou.example/")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    """A process of its own that writes."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


# Captures


def test_a_capture_has_its_id_before_what_rests_on_it_is_stored(folder: Path) -> None:
    with crawling(folder) as crawl:
        capture = crawl.capture()
        crawl.writer.store(crawl.id, Article(URL, "题", text="文", capture=capture), SITE.id)
        crawl.writer.flush()
        assert capture.id is not None
        assert crawl.one("SELECT capture_id FROM articles") == capture.id
        assert crawl.one("SELECT capture_id FROM versions") == capture.id


def test_a_capture_is_on_disk_before_the_database_names_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the transaction begins, the file is as long as the rows will say."""
    with crawling(folder) as crawl:
        lengths: list[int] = []
        sync = crawl.writer._captures.sync

        def synced() -> None:
            sync()
            lengths.append(sum(path.stat().st_size for path in (folder / "warc").glob("*")))
            assert crawl.one("SELECT count(*) FROM captures") == 0

        with monkeypatch.context() as patch:
            patch.setattr(crawl.writer._captures, "sync", synced)
            crawl.capture()
            crawl.writer.flush()
        assert crawl.one("SELECT warc_offset + warc_length FROM captures") < lengths[0]


def test_what_is_queued_is_written_in_its_order(folder: Path) -> None:
    with crawling(folder) as crawl:
        for number in range(50):
            crawl.capture(f"{COLUMN}{number}.html", b"%d" % number)
        crawl.writer.flush()
        assert crawl.rows("SELECT url FROM captures ORDER BY id") == [f"{COLUMN}{n}.html" for n in range(50)]


def test_a_capture_says_what_the_server_said_of_it(folder: Path) -> None:
    with crawling(folder) as crawl:
        crawl.capture(ETag='"1"', Last_Modified="Thu, 04 Jan 2024 09:18:00 GMT")
        crawl.capture(f"{COLUMN}2.html", status=404)
        crawl.writer.flush()
        assert crawl.rows("SELECT status, media_type, etag, last_modified FROM captures ORDER BY id") == [
            (200, "text/html", '"1"', "Thu, 04 Jan 2024 09:18:00 GMT"),
            (404, "text/html", None, None),
        ]


# One that fails


@pytest.mark.parametrize(
    "bad",
    [{"views": 2**70}, {"text": "坏\udc80字"}, {"title": {"not": "text"}}, {"labels": {"有效性": b"x"}}],
    ids=["too large a number", "half a character", "a dict", "bytes in JSON"],
)
def test_an_item_that_cannot_be_stored_is_a_failure_and_takes_nothing_with_it(
    folder: Path, bad: dict[str, Any]
) -> None:
    with crawling(folder) as crawl:
        good = [Article(f"{COLUMN}t{n}.html", "题", text="文") for n in (1, 3)]
        listing = [Listing(COLUMN, "题")]
        spoilt = Article(
            **{"url": SECOND, "title": "题", "text": "文", "listings": listing, "views": 1, **bad},
            attachments=[Attachment(FILE)],
        )
        for article in (good[0], spoilt, good[1]):
            crawl.writer.store(crawl.id, article, SITE.id)
        crawl.writer.flush()
        assert crawl.rows("SELECT url FROM articles ORDER BY url") == [good[0].url, good[1].url]
        assert crawl.one("SELECT url, stage, attempts FROM failures") == (SECOND, "store", 1)
        assert [
            crawl.one(f"SELECT count(*) FROM {t}") for t in ("listings", "view_counts", "attachments")
        ] == [*(0, 0, 0)]
        assert crawl.writer.tally(crawl.id).failed == 1


def test_a_failed_change_leaves_article_version_and_index_as_they_were(folder: Path) -> None:
    with crawling(folder) as crawl:
        crawl.visit(day(1), attachments=[crawl.file()])
        crawl.visit(day(2), title="改名以后", views=2**70, attachments=[])
        assert crawl.one("SELECT title, version FROM articles") == (FIELDS["title"], 1)
        assert crawl.one("SELECT count(*) FROM attachments") == 1
        assert [bool(crawl.archive.search(word)) for word in ("民法典", "改名", "报名表")] == [
            True,
            False,
            True,
        ]


def test_what_is_reported_to_have_failed_is_kept(folder: Path) -> None:
    with crawling(folder) as crawl:
        crawl.writer.failure(crawl.id, Failure(URL, "fetch", "status 500", 3))
        crawl.writer.flush()
        assert crawl.one("SELECT crawl_id, url, stage, reason, attempts FROM failures") == (
            *(crawl.id, URL),
            *("fetch", "status 500", 3),
        )


def test_whatever_stops_the_writer_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else what is queued later is lost without a word, and whoever waits for it waits for ever."""
    with Archive(folder) as archive:
        writer = archive.writer("test")
        crawl = writer.begin_crawl(SITE, {}, {})
        monkeypatch.setattr(writer._captures, "write", lambda *_: 1 / 0)
        writer.capture(crawl, exchange(URL, b"x"))
        try:
            with pytest.raises(ArchiveError):
                writer.flush()
        finally:
            writer.close()


# Others


def test_a_second_writer_of_a_site_is_refused_and_told_who_has_it(folder: Path) -> None:
    with crawling(folder) as crawl, Archive(folder) as second:
        writer = second.writer("test")
        with pytest.raises(
            ArchiveError, match=r"linxi_sfj is being crawled into .* by process \d+ since 2"
        ) as no:
            writer.begin_crawl(SITE, {}, {})
        assert "\n" not in str(no.value)
        writer.close()
        crawl.visit()
        assert crawl.one("SELECT count(*) FROM crawls") == 1


def test_a_site_is_free_when_its_crawl_has_ended(folder: Path) -> None:
    for _ in range(2):
        with crawling(folder):
            pass
    with Archive(folder) as archive:
        assert [row[0] for row in archive.connection.execute("SELECT outcome FROM crawls")] == [
            "finished"
        ] * 2


def test_a_crawl_that_never_ended_is_closed_by_the_next(folder: Path) -> None:
    with Archive(folder) as archive:
        writer = archive.writer("test")
        writer.begin_crawl(SITE, {}, {})
        writer.close()
    with crawling(folder):
        pass
    with Archive(folder) as archive:
        found = archive.connection.execute("SELECT outcome, reason FROM crawls ORDER BY id").fetchall()
    assert found == [("interrupted", "killed"), ("finished", None)]


def test_a_site_is_running_only_while_a_process_is_at_it(folder: Path) -> None:
    with Archive(folder) as archive:
        writer = archive.writer("test")
        writer.begin_crawl(SITE, {}, {})
        assert archive.sites()[0]["health"].level == "running"
        writer.close()
        assert archive.sites()[0]["health"] == ("warning", "its last crawl was killed; the next goes on")


BUSY = """
import sys
from pathlib import Path
from lawcrawl.items import Site
from tests.archive.writing import crawling, day
name = sys.argv[2]
with crawling(Path(sys.argv[1]), Site(name)) as crawl:
    print("begun", flush=True)
    sys.stdin.readline()
    for number in range(1, 21):
        crawl.visit(day(number), url=f"https://{name}.example/{number}.html")
"""


def test_processes_that_write_different_sites_do_not_lock_each_other_out(folder: Path) -> None:
    processes = [python(BUSY, folder, f"site{n}") for n in range(3)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "")
    with Archive(folder) as archive:
        [row] = archive.connection.execute(
            "SELECT count(*), (SELECT count(*) FROM failures), (SELECT group_concat(outcome) FROM crawls) FROM articles"
        )
    assert row == (60, 0, "finished,finished,finished")


def test_a_reader_is_not_held_up_by_a_writer_nor_the_writer_by_a_reader(folder: Path) -> None:
    with crawling(folder) as crawl:
        crawl.visit(day(1))
        path = f"file:{folder / 'lawcrawl.db'}?mode=ro"
        reader = sqlite3.connect(path, uri=True, timeout=0, isolation_level=None)
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM articles").fetchone()
        written = threading.Event()
        crawl.writer._put(blocking(written))  # the writer's transaction stays open meanwhile
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == before == (1,)
        written.set()
        crawl.visit(day(2), url=SECOND)
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == (1,)
        reader.execute("COMMIT")
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == (2,)
        reader.close()


def blocking(until: threading.Event) -> Any:
    from lawcrawl.archive.writer import Operation

    def run(db: sqlite3.Connection) -> None:
        db.execute("UPDATE articles SET issuer = NULL")
        assert until.wait(10)

    return Operation(run)


# A full disk

FULL = """
import os, resource, signal, sys
from pathlib import Path
from lawcrawl.archive import ArchiveError
from tests.archive.writing import crawling, day
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
number = 0
try:
    with crawling(Path(sys.argv[1])) as crawl:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
        while number < 2000:
            number += 1
            crawl.visit(
                day(1 + number // 60), url=f"https://sfj.linxi.example/{number}.html",
                text="文" * int(sys.argv[3]), body=os.urandom(int(sys.argv[4])),
            )
except ArchiveError as error:
    print(number)
    print(error)
"""


@pytest.mark.parametrize(
    ("characters", "bytes_a_page"), [(3000, 100), (10, 100_000)], ids=["the database", "the WARC file"]
)
def test_a_full_disk_is_told_in_one_sentence_and_what_was_stored_stays(
    folder: Path, characters: int, bytes_a_page: int
) -> None:
    process = python(FULL, folder, 600_000, characters, bytes_a_page)
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    number, *sentence = out.splitlines()
    assert len(sentence) == 1
    assert sentence[0].startswith(f"{folder} takes nothing more: ")
    assert sentence[0].endswith("what was stored before is safe")
    with Archive(folder) as archive:
        assert archive.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        stored = archive.connection.execute("SELECT id, capture_id FROM articles ORDER BY id").fetchall()
        assert len(stored) == int(number) - 1 > 0
        for _, capture_id in stored:
            assert archive.read_capture(capture_id)[1]


def test_a_database_that_may_not_grow_stops_the_writer_and_keeps_what_it_had(folder: Path) -> None:
    with Archive(folder) as archive:
        writer = archive.writer("test")
        crawl = Crawl(archive, writer, writer.begin_crawl(SITE, {"通知公告": COLUMN}, {}), SITE)
        crawl.visit(day(1))
        [pages] = writer._db.execute("PRAGMA page_count").fetchone()
        writer._db.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(ArchiveError, match="takes nothing more: database or disk is full"):
            crawl.visit(day(2), url=SECOND, text="文" * 100_000)
        with pytest.raises(ArchiveError, match="takes nothing more"):
            crawl.capture()
        writer.close()
        assert crawl.rows("SELECT url FROM articles") == [URL]
    with crawling(folder) as crawl:
        crawl.visit(day(3), url=SECOND)
    with Archive(folder) as archive:
        assert archive.stats()["articles"] == 2


def test_the_limit_of_this_process_is_untouched() -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


# Whoever brings more than the disk takes


def test_a_fast_crawl_waits_for_the_disk(folder: Path) -> None:
    with crawling(folder) as crawl:
        for number in range(1000):
            crawl.writer.store(
                crawl.id, Article(f"{COLUMN}{number}.html", "题", text="文", status="live"), SITE.id
            )
            assert crawl.writer._queue.qsize() <= 400
        crawl.writer.flush()
        assert crawl.one("SELECT count(*) FROM articles") == 1000


def test_a_capture_of_nothing_stored_is_kept(folder: Path) -> None:
    with crawling(folder) as crawl:
        capture: Capture = crawl.capture(body=b"<p>unreadable</p>")
        crawl.writer.flush()
        assert capture.id is not None
        assert crawl.archive.read_capture(capture.id)[1] == b"<p>unreadable</p>"
