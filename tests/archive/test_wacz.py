"""A WACZ holds the captures of what was selected, whole and unchanged, for any replay tool."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import random
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from warcio.archiveiterator import ArchiveIterator

from lawcrawl.archive import Archive
from lawcrawl.archive.exports.wacz import sort_key
from lawcrawl.cli import main
from tests.archive import small
from tests.archive.writing import crawling
from tests.replay import Replayed, replay

FIRST, SECOND, FILE = (f"{small.COLUMN}{name}" for name in ("t1.html", "t2.html", "files/a.txt"))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small.build(tmp_path_factory.mktemp("wacz") / "archive")


def export(archive: Path, file: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["export", str(file), *options, "--archive", str(archive)])


@pytest.fixture(scope="module")
def whole(archive: Path) -> Path:
    file = archive.parent / "whole.wacz"
    assert export(archive, file).exit_code == 0
    return file


@pytest.fixture(scope="module")
def part(archive: Path) -> Path:
    """Only what the article t1 rests on: it has a file, and two visits found it unchanged."""
    file = archive.parent / "part.wacz"
    done = export(archive, file, "报送")
    assert (done.exit_code, done.stderr) == (0, f"4 captures, 1 pages in {file}\n")
    return file


def records(wacz: Path) -> list[tuple[str, str]]:
    """Type and address of every record, in order, digests checked."""
    found = []
    with zipfile.ZipFile(wacz) as opened:
        for name in opened.namelist():
            if name.startswith("archive/"):
                for record in ArchiveIterator(io.BytesIO(opened.read(name)), check_digests="raise"):
                    record.content_stream().read()
                    found.append((record.rec_type, record.rec_headers.get_header("WARC-Target-URI") or ""))
    return found


def index(wacz: Path) -> list[tuple[str, str, dict[str, str]]]:
    with zipfile.ZipFile(wacz) as opened:
        lines = gzip.decompress(opened.read("indexes/index.cdx.gz")).decode().splitlines()
    return [(key, moment, json.loads(told)) for key, moment, told in (line.split(" ", 2) for line in lines)]


def pages(wacz: Path) -> list[dict[str, Any]]:
    with zipfile.ZipFile(wacz) as opened:
        return [json.loads(line) for line in opened.read("pages/pages.jsonl").splitlines()]


def test_every_capture_and_its_request_is_in_the_whole(archive: Path, whole: Path) -> None:
    with Archive(archive, read_only=True) as opened:
        urls = [url for (url,) in opened.connection.execute("SELECT url FROM captures")]
    found = records(whole)
    assert sorted(url for kind, url in found if kind in ("response", "revisit")) == sorted(urls)
    assert sorted(url for kind, url in found if kind == "request") == sorted(urls)
    assert [kind for kind, _ in found].count("warcinfo") == 2


def test_a_selection_has_every_answer_its_articles_rest_on_and_no_other(part: Path) -> None:
    answers = [one for one in records(part) if one[0] in ("response", "revisit")]
    assert sorted(answers) == sorted(
        [("response", FIRST), ("response", FILE), ("revisit", FIRST), ("revisit", FIRST)]
    )
    assert [(page["url"], page.get("title")) for page in pages(part)[1:]] == [
        (FIRST, "关于第1期宣传活动的通知")
    ]


def test_records_are_copied_byte_for_byte(archive: Path, whole: Path) -> None:
    with zipfile.ZipFile(whole) as opened, Archive(archive, read_only=True) as asked:
        for _, moment, told in index(whole):
            offset, length = int(told["offset"]), int(told["length"])
            data = opened.read(f"archive/{told['filename']}")[offset : offset + length]
            [(file, there, size)] = asked.connection.execute(
                "SELECT warc_file, warc_offset, warc_length FROM captures WHERE url = ? AND status = ?"
                " AND replace(replace(replace(replace(fetched_at, '-', ''), ':', ''), 'T', ''), 'Z', '') = ?"
                " AND (payload_id IS NOT NULL) = ?",
                (told["url"], told["status"], moment, told["mime"] == "warc/revisit"),
            ).fetchall()
            assert (archive / file).read_bytes()[there : there + size] == data


def test_the_index_is_sorted_and_says_where_each_answer_is(whole: Path) -> None:
    found = index(whole)
    assert [key for key, _, _ in found] == sorted(key for key, _, _ in found)
    assert {told["url"] for _, _, told in found} >= {FIRST, SECOND, FILE}
    assert {told["mime"] for _, _, told in found if told["url"] == FIRST} == {"text/html", "warc/revisit"}


def test_each_part_has_its_size_and_digest(whole: Path) -> None:
    with zipfile.ZipFile(whole) as opened:
        described = json.loads(opened.read("datapackage.json"))
        assert described["wacz_version"] == "1.1.1"
        assert {one["path"] for one in described["resources"]} == {
            name for name in opened.namelist() if not name.startswith("datapackage")
        }
        for one in described["resources"]:
            data = opened.read(one["path"])
            assert (one["hash"], one["bytes"]) == (f"sha256:{hashlib.sha256(data).hexdigest()}", len(data))
        digest = json.loads(opened.read("datapackage-digest.json"))
        assert digest["hash"] == f"sha256:{hashlib.sha256(opened.read('datapackage.json')).hexdigest()}"
        stored = {one.filename: one.compress_type for one in opened.infolist()}
        assert {kind for name, kind in stored.items() if name.endswith(".gz")} == {zipfile.ZIP_STORED}


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://sfj.linxi.example/", "example,linxi,sfj)/"),
        ("http://www2.linxi.example/Tzgg/T1.html", "example,linxi)/tzgg/t1.html"),
        ("http://linxi.example:8080/a/", "example,linxi:8080)/a"),
        ("https://linxi.example:443/a?b=2&a=1&a", "example,linxi)/a?a&a=1&b=2"),
        ("http://127.0.0.1:8000/x#y", "127.0.0.1:8000)/x"),
    ],
)
def test_the_index_has_the_keys_by_which_replay_looks(url: str, key: str) -> None:
    assert sort_key(url) == key


def test_what_a_crash_left_behind_stays_behind(tmp_path: Path) -> None:
    folder = small.build(tmp_path / "archive")
    torn = small.killed_crawl(folder)
    torn.write_bytes(torn.read_bytes()[:-50])
    assert export(folder, tmp_path / "x.wacz").exit_code == 0
    assert [url for kind, url in records(tmp_path / "x.wacz") if url.endswith("t10.html")] == []


# Bad input


def test_a_lost_file_is_told_and_what_stood_there_stays(tmp_path: Path) -> None:
    folder = small.build(tmp_path / "archive")
    lost = min((folder / "warc").iterdir())
    lost.unlink()
    (tmp_path / "x.wacz").write_bytes(b"before")
    done = export(folder, tmp_path / "x.wacz")
    assert done.exit_code == 1
    assert done.stderr == f"Error: {lost} is missing: bring it back from a copy of the archive\n"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["x.wacz"]
    assert (tmp_path / "x.wacz").read_bytes() == b"before"


def test_a_damaged_record_is_told(tmp_path: Path) -> None:
    folder = small.build(tmp_path / "archive")
    with Archive(folder, read_only=True) as opened:
        [(file, offset)] = opened.connection.execute(
            "SELECT warc_file, warc_offset FROM captures WHERE id = 2"
        ).fetchall()
    data = bytearray((folder / file).read_bytes())
    data[offset + 100] ^= 1
    (folder / file).write_bytes(data)
    done = export(folder, tmp_path / "x.wacz")
    assert done.exit_code == 1
    assert f"capture 2 ({FIRST}) cannot be copied: damaged" in done.stderr
    assert not (tmp_path / "x.wacz").exists()


def test_a_place_that_takes_no_file_is_told(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    done = export(archive, tmp_path / "file" / "x.wacz")
    assert done.exit_code == 1
    assert done.stderr == f"Error: {tmp_path / 'file' / 'x.wacz'} cannot be written: Not a directory\n"


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk's end."""
    with crawling(tmp_path / "archive") as crawl:
        crawl.visit(body=random.Random(1).randbytes(300_000))
    command = [sys.executable, "-m", "lawcrawl", "export", "x.wacz", "--archive", "archive"]
    full = subprocess.run(
        ["bash", "-c", 'ulimit -f 200; trap "" XFSZ; exec "$@"', "bash", *command],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)},
        check=False,
    )
    assert full.returncode == 1
    assert full.stderr == f"Error: {tmp_path / 'x.wacz'} cannot be written: File too large\n"
    assert [path.name for path in tmp_path.iterdir()] == ["archive"]


def test_nothing_is_written_where_nothing_is_found(archive: Path, tmp_path: Path) -> None:
    done = export(archive, tmp_path / "x.wacz", "无此词")
    assert done.exit_code == 1
    assert "nothing is written" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["x", "x.doc"])
def test_an_unknown_ending_is_wrong_usage(archive: Path, tmp_path: Path, name: str) -> None:
    done = export(archive, tmp_path / name)
    assert done.exit_code == 2
    assert (
        "does not say its format; end it in .csv, .jsonl, .parquet, .xlsx, .wacz or add --format"
        in done.stderr
    )


# Replay


@pytest.fixture(scope="module")
def replayed(archive: Path, whole: Path, part: Path, tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    return replay(
        tmp_path_factory.mktemp("replay"),
        {"warc": sorted((archive / "warc").iterdir()), "whole": [whole], "part": [part]},
        [
            (collection, moment, url)
            for collection in ("warc", "whole", "part")
            for url in (FIRST, SECOND)
            for moment in ("20240105040000", "20240205040000")
        ],
        [whole, part],
    )


def test_the_wacz_tool_finds_them_valid(replayed: Replayed) -> None:
    assert replayed.valid == [True, True]


@pytest.mark.parametrize("start", [0, 4], ids=["the archive's files", "a wacz"])
def test_pywb_replays_each_page_as_it_was_at_each_moment(replayed: Replayed, start: int) -> None:
    unchanged = small.page(1, "请各单位按时报送。").decode()
    assert replayed.fetched[start : start + 4] == [
        (200, unchanged),
        (200, unchanged),  # a revisit, whose body stands in the earlier record
        (200, small.page(2, "活动开始。").decode()),
        (200, small.page(2, "活动延期。").decode()),
    ]


def test_pywb_replays_of_a_selection_what_was_selected(replayed: Replayed) -> None:
    assert [status for status, _ in replayed.fetched[8:]] == [200, 200, 404, 404]
