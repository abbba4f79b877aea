"""The newest seal can be stamped by an authority, and verify tells a stamp that does not prove it."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lawcrawl.archive import Archive
from lawcrawl.archive.merge.run import merge
from lawcrawl.archive.proof.records import Problem
from lawcrawl.archive.proof.stamps import StampError, certificates, stamp_newest
from lawcrawl.archive.proof.verify import verify
from tests.archive import small
from tests.authority import Authority
from tests.command import rows

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl, our authority, is not here")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("stamps") / "authority")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Path:
    folder = small.build(tmp_path_factory.mktemp("stamped") / "archive")
    with Archive(folder) as archive:
        assert stamp_newest(archive.connection, authority.answer) is not None
    return folder


@pytest.fixture
def archive(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "archive"))


def problems(folder: Path, root: Path | None) -> list[Problem]:
    with Archive(folder, create=False, read_only=True) as archive:
        return list(verify(archive, roots=certificates(root) if root else ()))


def test_a_stamp_says_when_and_verify_believes_it(
    archive: Path, authority: Authority, tmp_path: Path
) -> None:
    fresh = small.build(tmp_path / "fresh")
    with Archive(fresh) as opened:
        at = stamp_newest(opened.connection, authority.answer)
    assert at is not None
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=5)
    assert problems(fresh, authority.root) == []


def test_only_the_newest_seal_is_stamped_and_only_once(archive: Path, authority: Authority) -> None:
    assert rows(archive, "SELECT stamp IS NOT NULL FROM seals ORDER BY number") == [0, 1]
    with Archive(archive) as opened:
        assert stamp_newest(opened.connection, authority.answer) is None


def test_another_tool_can_check_the_stamp(archive: Path, authority: Authority, tmp_path: Path) -> None:
    [(digest, stamp)] = rows(archive, "SELECT digest, stamp FROM seals WHERE stamp IS NOT NULL")
    (tmp_path / "digest").write_text(digest)
    (tmp_path / "stamp").write_bytes(stamp)
    check = ["openssl", "ts", "-verify", "-in", "stamp", "-data", "digest", "-CAfile", str(authority.root)]
    assert b"Verification: OK" in subprocess.run(check, cwd=tmp_path, capture_output=True).stdout


def test_without_roots_the_stamp_is_held_against_the_seal_alone(archive: Path) -> None:
    [problem] = problems(archive, None)
    assert problem.harmless
    assert problem.why == "who signed it was not checked: name seals.stamp_roots"


def test_a_stamp_by_somebody_else_is_named(archive: Path, tmp_path: Path) -> None:
    stranger = Authority(tmp_path / "stranger")
    [problem] = problems(archive, stranger.root)
    assert problem.what == "stamp"
    assert problem.why.startswith("it is not signed by an authority of seals.stamp_roots")


def test_a_stamp_of_another_seal_is_named(archive: Path, authority: Authority) -> None:
    with Archive(archive) as opened:
        opened.connection.execute("UPDATE seals SET stamp = (SELECT stamp FROM seals WHERE number = 2)")
    assert [p.why for p in problems(archive, authority.root)] == ["it stamps another digest"]


@pytest.mark.parametrize("part", [0, 1 / 4, 1 / 2, 3 / 4, 1])
def test_a_byte_flipped_in_a_stamp_is_found(archive: Path, authority: Authority, part: float) -> None:
    [stamp] = rows(archive, "SELECT stamp FROM seals WHERE stamp IS NOT NULL")
    at = int(part * (len(stamp) - 1))
    flipped = stamp[:at] + bytes([stamp[at] ^ 1]) + stamp[at + 1 :]
    with Archive(archive) as opened:
        opened.connection.execute("UPDATE seals SET stamp = ? WHERE stamp IS NOT NULL", (flipped,))
    assert [problem.what for problem in problems(archive, authority.root)] == ["stamp"]


@pytest.mark.parametrize("answer", [b"", b"<html>", b"\x30\x05\x30\x03\x02\x01\x02"])
def test_what_is_no_stamp_is_refused_and_not_stored(tmp_path: Path, answer: bytes) -> None:
    folder = small.build(tmp_path / "archive")
    with Archive(folder) as archive, pytest.raises(StampError):
        stamp_newest(archive.connection, lambda request: answer)
    assert rows(folder, "SELECT count(stamp) FROM seals") == [0]


def test_an_answer_to_another_request_is_refused(tmp_path: Path, archive: Path, authority: Authority) -> None:
    [old] = rows(archive, "SELECT stamp FROM seals WHERE stamp IS NOT NULL")
    folder = small.build(tmp_path / "other")
    with Archive(folder) as opened, pytest.raises(StampError, match="another digest"):
        stamp_newest(opened.connection, lambda request: old)


def test_a_stamp_is_merged_with_its_seal(archive: Path, authority: Authority, tmp_path: Path) -> None:
    list(merge(tmp_path / "all", [archive]))
    assert rows(tmp_path / "all", "SELECT number FROM seals WHERE stamp IS NOT NULL") == [2]
    assert problems(tmp_path / "all", authority.root) == []
