"""Each crawl is sealed when it is closed; the seals are a chain."""

from __future__ import annotations

import hashlib
import json
import threading
from pathlib import Path

import pytest

from lawcrawl.archive import Archive
from lawcrawl.archive.proof.seals import manifest, seal_digest, seals
from lawcrawl.archive.proof.verify import verify
from lawcrawl.archive.store import VERSIONED, version_digest
from lawcrawl.archive.writer import Writer
from lawcrawl.items import Article, Site
from tests.archive import small
from tests.command import rows


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return small.build(tmp_path / "archive")


def whys(folder: Path) -> list[str]:
    with Archive(folder, create=False, read_only=True) as archive:
        return [problem.why for problem in verify(archive) if not problem.harmless]


def test_every_closed_crawl_has_one_seal_that_follows_the_one_before(archive: Path) -> None:
    [first, second] = rows(archive, "SELECT crawl_id, number, previous, digest FROM seals ORDER BY id")
    assert first[:3] == (1, 1, None)
    assert second[:3] == (2, 2, first[3])


def test_a_seal_counts_what_it_covers(archive: Path) -> None:
    assert rows(archive, "SELECT captures, versions FROM seals ORDER BY id") == [(5, 3), (3, 1)]


def test_a_seal_is_what_the_documentation_says(archive: Path) -> None:
    """Recomputed by hand, from rows alone."""

    def sha256(value: object) -> bytes:
        return hashlib.sha256(json.dumps(value, separators=(",", ":")).encode()).digest()

    [crawl] = rows(
        archive,
        "SELECT site_id, started_at, finished_at, outcome, reason, options, requests, pages, new, changed, unchanged,"
        " gone, failed, stats, findings FROM crawls WHERE id = 2",
    )
    captures = rows(
        archive,
        "SELECT c.url, c.fetched_at, c.status, c.media_type, c.sha256, c.etag, c.last_modified,"
        " replace(c.warc_file, 'warc/', ''), c.warc_offset, c.warc_length, replace(p.warc_file, 'warc/', ''),"
        " p.warc_offset, c.kind, c.asked_url, NULL FROM captures c LEFT JOIN captures p ON p.id = c.payload_id"
        " WHERE c.crawl_id = 2",
    )
    [version] = rows(
        archive,
        "SELECT a.url_key, v.digest, v.seen_at, replace(c.warc_file, 'warc/', ''), c.warc_offset, v.html FROM versions v"
        " JOIN articles a ON a.id = v.article_id JOIN captures c ON c.id = v.capture_id WHERE v.version = 2",
    )
    html = hashlib.sha256(version[-1].encode()).hexdigest()
    lines = [sha256(["crawl", *crawl]), *(sha256(["capture", *c]) for c in captures)]
    lines.append(sha256(["version", *version[:-1], html]))
    manifest = hashlib.sha256(b"".join(sorted(lines))).hexdigest()
    [(chain, number, previous, at, kept, digest)] = rows(
        archive, "SELECT chain, number, previous, sealed_at, manifest, digest FROM seals WHERE crawl_id = 2"
    )
    assert kept == manifest
    assert sha256(["lawcrawl seal 1", chain, number, previous, at, 3, 1, manifest]).hex() == digest


def test_a_killed_crawl_is_sealed_when_the_site_is_crawled_again(archive: Path) -> None:
    small.killed_crawl(archive)
    assert rows(archive, "SELECT count(*) FROM seals") == [2]
    with Archive(archive) as opened:
        writer = opened.writer("test")
        small.second_crawl(writer)
        writer.close()
    assert rows(
        archive,
        "SELECT crawl_id, outcome, captures, s.versions FROM seals s JOIN crawls c ON c.id = crawl_id",
    ) == [
        (1, "finished", 5, 3),
        (2, "incomplete", 3, 1),
        (3, "interrupted", 1, 1),
        (4, "incomplete", 3, 0),
    ]
    assert whys(archive) == []


def test_an_interrupted_crawl_is_sealed(archive: Path) -> None:
    with Archive(archive) as opened:
        writer = opened.writer("test")
        crawl = writer.begin_crawl(small.SITE, {}, {})
        writer.finish_crawl(crawl, "interrupted", "Ctrl-C", 0, 0, {})
        writer.close()
    assert rows(archive, "SELECT captures, versions FROM seals WHERE crawl_id = 3") == [(0, 0)]
    assert whys(archive) == []


def crawl_sites(writer: Writer, sites: list[Site]) -> None:
    """Crawls side by side, closed from the last to the first."""
    crawls = [writer.begin_crawl(site, {}, {}) for site in sites]
    for crawl, site in zip(crawls, sites, strict=True):
        capture = writer.capture(crawl, small.exchange(f"{site.id}.html", small.page(1, site.id)))
        article = Article(
            f"{small.COLUMN}{site.id}.html", title=f"{site.id}的通知", text="正文", capture=capture
        )
        writer.store(crawl, article, site.id)
    for crawl in reversed(crawls):
        writer.finish_crawl(crawl, "finished", None, 1, 1, {})


def test_parallel_crawls_are_chained_in_the_order_of_their_closing(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        writer = archive.writer("test")
        crawl_sites(writer, [Site(name, None, small.COLUMN) for name in "abc"])
        writer.close()
    assert rows(tmp_path, "SELECT crawl_id, number FROM seals ORDER BY number") == [(3, 1), (2, 2), (1, 3)]
    assert rows(tmp_path, "SELECT sum(versions) FROM seals") == [3]
    assert whys(tmp_path) == []


def test_writers_side_by_side_make_one_chain(tmp_path: Path) -> None:
    Archive(tmp_path).close()

    def work(name: str) -> None:
        with Archive(tmp_path) as archive:
            writer = archive.writer("test")
            crawl_sites(writer, [Site(f"{name}{n}", None, small.COLUMN) for n in range(3)])
            writer.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows(tmp_path, "SELECT number FROM seals ORDER BY number") == list(range(1, 13))
    assert rows(tmp_path, "SELECT count(DISTINCT chain) FROM seals") == [1]
    assert whys(tmp_path) == []


def test_a_row_forged_with_all_its_digests_breaks_its_seal(archive: Path) -> None:
    """Somebody who also makes a new digest for the version and the article."""
    with Archive(archive) as opened:
        db = opened.connection
        [*values, files] = db.execute(
            f"SELECT {', '.join(VERSIONED)}, attachments FROM versions WHERE article_id = 1"
        ).fetchone()
        forged = [*values[:-1], "改过的正文"]
        digest = version_digest(forged, json.loads(files))
        for table, key in (("versions", "article_id"), ("articles", "id")):
            db.execute(f"UPDATE {table} SET text = ?, digest = ? WHERE {key} = 1", (forged[-1], digest))
    assert any(
        why.startswith("its run, captures or versions are not what was sealed") for why in whys(archive)
    )


def test_a_seal_made_anew_breaks_the_one_after_it(archive: Path) -> None:
    with Archive(archive) as opened:
        db = opened.connection
        db.execute("UPDATE captures SET etag = 'forged' WHERE id = 1")
        first = next(seals(db))
        found = manifest(db, first.id, first.crawl_id, None)
        digest = seal_digest(first.chain, first.number, first.previous, first.sealed_at, found)
        db.execute("UPDATE seals SET manifest = ?, digest = ? WHERE id = 1", (found.digest, digest))
    [why] = whys(archive)
    assert why.startswith("it follows ")


def test_a_version_read_anew_from_an_old_capture_breaks_no_seal(archive: Path) -> None:
    """It waits for the next crawl's seal."""
    with Archive(archive) as opened:
        db = opened.connection
        db.execute("UPDATE articles SET title = '新读出的标题', version = 2 WHERE id = 1")
        db.execute(
            "INSERT INTO versions (article_id, version, title, published, source, author, doc_number, text, html,"
            " attachments, digest, seen_at, capture_id) SELECT article_id, 2, '新读出的标题', published, source, author,"
            " doc_number, text, html, attachments, '', '2999-01-01T00:00:00Z', capture_id FROM versions WHERE article_id = 1"
        )
        assert [problem for problem in verify(opened) if problem.what == "seal"] == []
    with Archive(archive) as opened:
        writer = opened.writer("test")
        small.second_crawl(writer)
        writer.close()
    assert rows(archive, "SELECT seal_id FROM sealed_versions WHERE article_id = 1 ORDER BY version") == [
        1,
        3,
    ]


def test_seals_hold_when_rows_get_other_numbers(archive: Path) -> None:
    """As when another archive takes them in."""
    with Archive(archive) as opened:
        db = opened.connection
        db.execute("PRAGMA foreign_keys = OFF")
        for statement in (
            "UPDATE captures SET id = id + 100, crawl_id = crawl_id + 10, payload_id = payload_id + 100",
            "UPDATE crawls SET id = id + 10",
            "UPDATE versions SET article_id = article_id + 50, capture_id = capture_id + 100",
            "UPDATE sealed_versions SET article_id = article_id + 50, seal_id = seal_id + 20",
            "UPDATE seals SET id = id + 20, crawl_id = crawl_id + 10",
            "UPDATE articles SET id = id + 50, capture_id = capture_id + 100",
        ):
            db.execute(statement)
        found = [problem for problem in verify(opened) if problem.what in ("seal", "capture", "file")]
    assert found == []


def test_two_archives_have_chains_of_different_names(archive: Path, tmp_path: Path) -> None:
    other = small.build(tmp_path / "other")
    assert rows(other, "SELECT chain FROM identity") != rows(archive, "SELECT chain FROM identity")
