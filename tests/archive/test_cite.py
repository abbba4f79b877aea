"""A citation tells what is known, as GB/T 7714—2025 and BibTeX write it, and nothing else."""

from __future__ import annotations

import doctest
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from lawcrawl.archive import Archive, ArchiveError
from lawcrawl.archive.questions import cite
from lawcrawl.archive.questions.cite import cited
from tests.archive.writing import URL, crawling, day

DIGEST = "ab" * 32
WHOLE: dict[str, Any] = {
    "site_id": "linxi_sfj",
    "site_name": "临溪市司法局",
    "url": "https://sfj.linxi.example/xwzx/tzgg/t1.html",
    "url_key": "sfj.linxi.example/xwzx/tzgg/t1.html",
    "title": "关于开展宣传活动的通知",
    "published": "2024-01-04T17:18",
    "source": "临溪日报",
    "author": "张三",
    "doc_number": "临司发〔2024〕5号",
    "issuer": "临溪市普法办",
    "capture": {"fetched_at": "2024-01-05T01:02:03Z", "sha256": DIGEST},
}
AT = "https://sfj.linxi.example/xwzx/tzgg/t1.html."
ID = f" sha256:{DIGEST}."
NUMBERED = "关于开展宣传活动的通知：临司发〔2024〕5号[EB/OL]."
DAYS = "（2024-01-04）[2024-01-05]."


@pytest.mark.parametrize(
    ("known", "written"),
    [
        ({}, f"临溪市普法办. {NUMBERED} {DAYS} {AT}{ID}"),
        ({"issuer": None}, f"临溪日报. {NUMBERED} {DAYS} {AT}{ID}"),
        ({"issuer": None, "source": None}, f"{NUMBERED} {DAYS} {AT}{ID}"),
        ({"doc_number": None}, f"临溪市普法办. 关于开展宣传活动的通知[EB/OL]. {DAYS} {AT}{ID}"),
        (
            {"title": "通知（临司发〔2024〕5号）"},
            f"临溪市普法办. 通知（临司发〔2024〕5号）[EB/OL]. {DAYS} {AT}{ID}",
        ),
        ({"published": None}, f"临溪市普法办. {NUMBERED} [2024-01-05]. {AT}{ID}"),
        ({"capture": None}, f"临溪市普法办. {NUMBERED} （2024-01-04）. {AT}"),
        (
            {"capture": {"fetched_at": "2024-01-05T01:02:03Z", "sha256": None}},
            f"临溪市普法办. {NUMBERED} {DAYS} {AT}",
        ),
        ({"published": None, "capture": None}, f"临溪市普法办. {NUMBERED} {AT}"),
        ({"title": None}, f"临溪市普法办. 临司发〔2024〕5号[EB/OL]. {DAYS} {AT}{ID}"),
        ({"title": " 关于开展\n宣传活动的通知 "}, f"临溪市普法办. 关于开展 宣传活动的通知：临司发〔2024〕5号[EB/OL]. {DAYS} {AT}{ID}"),
    ],
)  # fmt: skip
def test_gbt7714_has_what_is_known_and_nothing_in_place_of_the_rest(
    known: dict[str, Any], written: str
) -> None:
    assert cited({**WHOLE, **known}).gbt7714 == written


@pytest.mark.parametrize(
    ("fetched_at", "day"),
    [
        ("2024-01-04T15:59:59Z", "2024-01-04"),
        ("2024-01-04T16:00:00Z", "2024-01-05"),
        ("2023-12-31T16:00:00Z", "2024-01-01"),
    ],
)
def test_the_day_of_access_is_that_in_beijing(fetched_at: str, day: str) -> None:
    assert cited({**WHOLE, "capture": {"fetched_at": fetched_at}}).accessed == day


def fields(entry: str) -> dict[str, str]:
    return dict(re.findall(r"^  (\w+) = \{(.*)\},$", entry, re.M))


def test_bibtex_has_the_same_facts() -> None:
    entry = cited(WHOLE).bibtex
    assert re.match(r"@misc\{linxi_sfj-2024-[0-9a-f]{8},\n", entry)
    assert entry.endswith("\n}")
    assert fields(entry) == {
        "author": "{临溪市普法办}",
        "title": "关于开展宣传活动的通知",
        "number": "临司发〔2024〕5号",
        "organization": "临溪市司法局",
        "year": "2024",
        "date": "2024-01-04",
        "url": WHOLE["url"],
        "urldate": "2024-01-05",
        "note": f"sha256:{DIGEST}",
    }


def test_what_is_not_known_is_no_field_of_the_entry() -> None:
    nothing = dict.fromkeys(("title", "published", "source", "issuer", "doc_number", "site_name", "capture"))
    assert fields(cited({**WHOLE, **nothing}).bibtex) == {"url": WHOLE["url"]}


@pytest.mark.parametrize(
    "title", ["100% {甲", "}甲{", r"\input{甲}", "a_b & c#d $e$ ~f^g", "甲},\n  note = {x"]
)
def test_no_title_breaks_out_of_its_field(title: str) -> None:
    entry = cited({**WHOLE, "title": title}).bibtex
    depth = 0
    for mark in re.findall(r"[{}]", entry):
        depth += 1 if mark == "{" else -1
        assert depth >= 0
    assert depth == 0
    assert fields(entry)["note"] == f"sha256:{DIGEST}"
    assert not re.search(r"(?<!\\)[#$%&_]|[~^]", fields(entry)["title"])


def test_the_key_is_the_same_in_every_archive_and_another_for_another_article() -> None:
    keys = [cited({**WHOLE, "id": number}).key for number in (1, 2)]
    assert keys[0] == keys[1] != cited({**WHOLE, "url_key": "sfj.linxi.example/xwzx/tzgg/t2.html"}).key


def test_the_examples_hold() -> None:
    assert doctest.testmod(cite).failed == 0


# Permanent ids


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An article of two versions, the second seen once more with other bytes and then again."""
    folder = tmp_path_factory.mktemp("cite") / "archive"
    with crawling(folder) as crawl:
        crawl.visit(day(1), body=b"first")
        crawl.visit(day(3), body=b"second", title="关于延期的通知")
        crawl.visit(day(5), body=b"third", title="关于延期的通知")
        crawl.visit(day(7), body=b"fourth", title="关于延期的通知")
    return folder


def digest_of(folder: Path, moment: str) -> str:
    with sqlite3.connect(folder / "lawcrawl.db") as db:
        [[digest]] = db.execute("SELECT sha256 FROM captures WHERE fetched_at = ?", (moment,)).fetchall()
    db.close()
    return f"sha256:{digest}"


@pytest.mark.parametrize(("moment", "version"), [(day(1), 1), (day(3), 2), (day(5), 2), (day(7), 2)])
def test_a_permanent_id_leads_to_the_state_that_was_captured(edited: Path, moment: str, version: int) -> None:
    with Archive(edited, create=False, read_only=True) as archive:
        found = archive.article(digest_of(edited, moment))
    assert found is not None
    assert (found["url"], found["version"]) == (URL, version)


@pytest.mark.parametrize(("version", "moment"), [(None, day(7)), (1, day(1)), (2, day(3))])
def test_the_permanent_id_is_that_of_the_capture_the_version_was_read_from(
    edited: Path, version: int | None, moment: str
) -> None:
    with Archive(edited, create=False, read_only=True) as archive:
        found = archive.article(URL, version)
    assert found is not None
    assert cited(found).permanent_id == digest_of(edited, moment)


def test_a_permanent_id_of_nothing_on_record_is_none(edited: Path) -> None:
    with Archive(edited, create=False, read_only=True) as archive:
        assert archive.article(f"sha256:{'0' * 64}") is None
        assert archive.article("sha256:") is None


def test_a_version_that_is_not_there_is_one_sentence(edited: Path) -> None:
    with (
        Archive(edited, create=False, read_only=True) as archive,
        pytest.raises(ArchiveError, match="has versions 1 to 2, not 3"),
    ):
        archive.article(URL, 3)
