"""Captures as every WARC tool reads them: WARC 1.1, digests, revisits, files that are never touched again."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import brotli
import pytest
from warcio.archiveiterator import ArchiveIterator

from lawcrawl.archive import Archive, warc
from tests.archive import small
from tests.archive.writing import URL, crawling, day, exchange


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small.build(tmp_path_factory.mktemp("warc") / "archive")


def records(folder: Path) -> list[dict[str, Any]]:
    """Every record of every file as warcio reads it, its digests checked."""
    found = []
    for path in sorted((folder / "warc").iterdir(), key=lambda path: path.stat().st_mtime_ns):
        with open(path, "rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                headers = dict(record.rec_headers.headers)
                status = record.http_headers and record.http_headers.get_statuscode()
                body = record.content_stream().read()
                assert record.rec_headers.protocol == "WARC/1.1"
                assert record.digest_checker.passed is not False
                found.append({"file": path.name, "status": status, "body": body, **headers})
    return found


def of_type(folder: Path, kind: str) -> list[dict[str, Any]]:
    return [record for record in records(folder) if record["WARC-Type"] == kind]


def test_every_answer_stands_beside_the_request_it_answers(archive: Path) -> None:
    found = [one for one in records(archive) if one["WARC-Type"] != "warcinfo"]
    answers, requests = found[::2], found[1::2]
    assert {one["WARC-Type"] for one in answers} == {"response", "revisit"}
    assert {one["WARC-Type"] for one in requests} == {"request"}
    for answer, request in zip(answers, requests, strict=True):
        assert request["WARC-Concurrent-To"] == answer["WARC-Record-ID"]
        assert request["WARC-Target-URI"] == answer["WARC-Target-URI"]
        assert request["WARC-Date"] == answer["WARC-Date"]


def test_a_body_is_read_as_the_server_meant_it(archive: Path) -> None:
    bodies = {one["WARC-Target-URI"]: one["body"] for one in of_type(archive, "response")[:3]}
    assert bodies[f"{small.COLUMN}t1.html"] == small.page(1, "请各单位按时报送。")
    packed = [one for one in of_type(archive, "response") if one["WARC-Target-URI"].endswith("t2.html")]
    assert packed[0]["body"] == small.page(2, "活动开始。")  # it came compressed, and stands so on record


def test_a_payload_has_its_digest(archive: Path) -> None:
    for one in of_type(archive, "response"):
        if not one["WARC-Target-URI"].endswith("t2.html"):
            assert one["WARC-Payload-Digest"] == warc.payload_digest(one["body"])


def test_what_has_not_changed_is_a_revisit_of_the_record_that_holds_it(archive: Path) -> None:
    found = of_type(archive, "revisit")
    assert [(one["WARC-Profile"].rpartition("/")[2], one["status"]) for one in found] == [
        ("server-not-modified", "304"),
        ("identical-payload-digest", "200"),
    ]
    for one in found:
        assert one["body"] == b""
        assert one["WARC-Refers-To-Target-URI"] == one["WARC-Target-URI"] == f"{small.COLUMN}t1.html"
        assert one["WARC-Refers-To-Date"] == small.NOON
    held = next(one for one in of_type(archive, "response") if one["WARC-Target-URI"].endswith("t1.html"))
    assert found[1]["WARC-Payload-Digest"] == held["WARC-Payload-Digest"]


def test_each_file_begins_with_who_wrote_it_and_how(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        options = json.dumps({"limit": 3})
        writer = archive.writer("lawcrawl 9", {"robots": "obey", "options": options})
        small.first_crawl(writer)
        writer.close()
    [info] = of_type(tmp_path, "warcinfo")
    assert info["WARC-Filename"] == info["file"]
    fields = dict(line.split(": ", 1) for line in info["body"].decode().splitlines())
    assert fields == {
        "software": "lawcrawl 9",
        "format": "WARC File Format 1.1",
        "robots": "obey",
        "options": options,
    }


def test_a_file_that_is_large_enough_is_followed_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warc, "ROTATE", 2000)
    with crawling(tmp_path) as crawl:
        for number in range(20):
            crawl.capture(f"{URL}?{number}", number.to_bytes(2) * 100)
    sizes = [path.stat().st_size for path in (tmp_path / "warc").iterdir()]
    assert len(sizes) > 3
    assert all(size < 2000 + 2000 for size in sizes)
    assert [one["WARC-Type"] for one in records(tmp_path)].count("warcinfo") == len(sizes)


def test_each_record_is_a_gzip_member_of_its_own(archive: Path) -> None:
    with Archive(archive, read_only=True) as opened:
        for file, offset, length, url in opened.connection.execute(
            "SELECT warc_file, warc_offset, warc_length, url FROM captures"
        ):
            member = (archive / file).read_bytes()[offset : offset + length]
            assert f"WARC-Target-URI: {url}\r\n".encode() in gzip.decompress(member)


def test_a_file_that_a_crash_tore_is_never_written_again(tmp_path: Path) -> None:
    small.build(tmp_path)
    torn = small.killed_crawl(tmp_path)
    torn.write_bytes(torn.read_bytes()[:-50])
    before = {path.name: path.read_bytes() for path in (tmp_path / "warc").iterdir()}
    with Archive(tmp_path) as archive:
        writer = archive.writer("test")
        small.second_crawl(writer)
        writer.close()
    after = {path.name: path.read_bytes() for path in (tmp_path / "warc").iterdir()}
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1


def test_two_writers_have_files_of_their_own(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        first, second = archive.writer("one"), archive.writer("two")
        for number, writer in enumerate((first, second)):
            crawl = writer.begin_crawl(small.Site(f"site {number}"), {}, {})
            writer.capture(crawl, exchange(URL, b"%d" % number, day(1)))
            writer.finish_crawl(crawl, "finished", None, 1, 1, {})
        first.close()
        second.close()
    assert len({one["file"] for one in records(tmp_path)}) == 2


PACKED = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}


@pytest.mark.parametrize("encoding", PACKED)
def test_a_body_is_unfolded_up_to_a_bound_and_else_left_as_it_came(
    encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warc, "MOST", 10_000)
    headers = [("Content-Encoding", encoding)]
    whole, bomb = PACKED[encoding](bytes(10_000)), PACKED[encoding](bytes(10_000_000))
    assert warc.decoded(whole, headers) == bytes(10_000)
    assert warc.decoded(bomb, headers) == bomb
    assert warc.decoded(b"none of it", headers) == b"none of it"
