"""What an import cannot read is named and costs nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lawcrawl.archive import Archive, ArchiveError
from lawcrawl.archive.locks import locked
from lawcrawl.imports.run import take
from tests.command import lawcrawl
from tests.imports.foreign import SITE, Captures, article, day, problems, url


def broken(data: bytes, kind: str) -> bytes:
    middle = data.index(b"\x1f\x8b\x08", len(data) // 2)
    return {
        "torn": data[:-60],
        "flipped": data[: middle + 40] + bytes([data[middle + 40] ^ 0xFF]) + data[middle + 41 :],
        "foreign": b"<html>hello</html>",
        "empty": b"",
        "zstd": b"\x28\xb5\x2f\xfd" + data,
        "no zip": b"PK\x03\x04" + data,
    }[kind]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("torn", r"the record at byte \d+ cannot be read \(.+\)"),
        ("flipped", r"the record at byte \d+ cannot be read \(.+\)"),
        ("foreign", r"holds no WARC record; name files that end with"),
        ("empty", r"holds no WARC record; name files that end with"),
        ("zstd", r"is packed with zstd, which cannot be read; unpack it with"),
        ("no zip", r"cannot be read: File is not a zip file"),
    ],
)
def test_a_file_that_is_broken_costs_what_is_broken_alone(
    tmp_path: Path, archive: Path, captures: Captures, kind: str, said: str
) -> None:
    captures.column(1, 2, 3)
    file = captures.file(tmp_path / "a.warc.gz")
    file.write_bytes(broken(file.read_bytes(), kind))
    good = Captures()
    good.put(url(9), day(1), article(9))
    found = take(archive, [file, good.file(tmp_path / "b.warc.gz")])
    [problem] = found.problems
    assert re.search(said, problem), problem
    assert found.new >= (3 if kind in ("torn", "flipped") else 1)
    assert problems(archive) == []


def test_a_capture_that_is_cut_short_is_no_article(tmp_path: Path, archive: Path, captures: Captures) -> None:
    captures.put(url(1), day(1), article(1), fields={"WARC-Truncated": "length"})
    found = take(archive, [captures.file(tmp_path / "a.warc.gz")])
    assert found.new == 0
    assert f"the record of {url(1)} is cut short (length)" in found.problems[0]


def test_a_site_that_is_being_crawled_is_left_alone(
    tmp_path: Path, archive: Path, captures: Captures
) -> None:
    captures.column(1)
    file = captures.file(tmp_path / "a.warc.gz")
    Archive(archive).close()
    with (
        locked(archive, [SITE], "crawled into"),
        pytest.raises(ArchiveError, match=r"is being crawled into .* by process"),
    ):
        take(archive, [file])
    assert take(archive, [file]).new == 1


@pytest.mark.parametrize(
    ("names", "status", "said"),
    [
        (["good.warc.gz"], 0, ""),
        (["good.warc.gz", "lost.warc.gz"], 3, "lost.warc.gz cannot be read: No such file or directory"),
        (["lost.warc.gz"], 1, "lost.warc.gz cannot be read: No such file or directory"),
        (["."], 1, ". cannot be read: Is a directory"),
    ],
)
def test_the_status_says_whether_all_some_or_nothing_came(
    tmp_path: Path, captures: Captures, names: list[str], status: int, said: str
) -> None:
    captures.column(1)
    captures.file(tmp_path / "good.warc.gz")
    done = lawcrawl("import", *names, "--archive", "archive", "--workers", 1, "--json", cwd=tmp_path)
    assert done.status == status
    assert done.err.strip() == said
    assert done.objects[0]["new"] == ("good.warc.gz" in names)
