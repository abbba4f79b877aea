"""What the crawls saw change, asked of the archive and of the command line."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lawcrawl.archive import Archive
from lawcrawl.items import Article, Attachment, Exchange, Site
from tests.command import lawcrawl

HOST = "http://linxi.example"
ATOM = "{http://www.w3.org/2005/Atom}"


def visit(archive: Archive, at: str, url: str, article: Article | None, site: str = "linxi") -> None:
    """One crawl that asked for one page at that time; None where the page was not there."""
    writer = archive.writer("test")
    crawl_id = writer.begin_crawl(Site(site, None, f"{HOST}/", "auto"), {}, {})
    status = 200 if article else 404
    capture = writer.capture(crawl_id, Exchange("GET", url, [], b"", status, "", [], at.encode(), at))
    if article is None:
        writer.gone(crawl_id, url, capture, "404")
    else:
        article.capture = capture
        writer.store(crawl_id, article, site)
    writer.finish_crawl(crawl_id, "finished", None, 1, 1, {})
    writer.close()


ONE, TWO, OTHER = f"{HOST}/1.html", f"{HOST}/2.html", "http://dongpu.example/1.html"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("changes")
    text = "渡口应当配备救生设备。\n第二段。\n第三段。\n第四段。\n末段。"
    edited = text.replace("配备救生", "配备足够的救生")
    with Archive(folder) as archive:
        visit(archive, "2024-01-01T08:00:00Z", ONE, Article(ONE, title="渡口办法", text=text))
        visit(
            archive,
            "2024-01-01T09:00:00Z",
            OTHER,
            Article(OTHER, title="<东浦> & 通知\ufffe", text=text),
            "dongpu",
        )
        visit(archive, "2024-01-02T08:00:00Z", TWO, Article(TWO, title="第二号通知", text=text))
        visit(archive, "2024-01-03T08:00:00Z", ONE, Article(ONE, title="渡口管理办法", text=edited))
        visit(archive, "2024-01-04T08:00:00Z", ONE, None)
        visit(archive, "2024-01-05T08:00:00Z", ONE, None)
        visit(archive, "2024-01-06T08:00:00Z", TWO, None)
        visit(archive, "2024-01-07T08:00:00Z", TWO, Article(TWO, title="第二号通知", text=text))
        files = [Attachment(f"{HOST}/1.pdf", "附件", sha256="aa")]
        visit(
            archive,
            "2024-01-08T08:00:00Z",
            ONE,
            Article(ONE, title="渡口管理办法", text=edited, attachments=files),
        )
    return folder


ALL = [
    ("new", "2024-01-01", ONE, 1, []),
    ("new", "2024-01-01", OTHER, 1, []),
    ("new", "2024-01-02", TWO, 1, []),
    ("edited", "2024-01-03", ONE, 2, ["title", "text"]),
    ("gone", "2024-01-05", ONE, 2, []),
    ("restored", "2024-01-08", ONE, 3, []),
    ("edited", "2024-01-08", ONE, 3, ["attachments"]),
]


@pytest.mark.parametrize(
    ("since", "until", "site", "expected"),
    [
        (None, None, None, ALL),
        ("2024-01-05", None, None, ALL[4:]),
        (None, "2024-01-03", None, ALL[:4]),
        ("2024-01-02", "2024-01-05", None, ALL[2:5]),
        ("2024-01", "2024-01", None, ALL),
        ("2024", "2024", None, ALL),
        ("2025", None, None, []),
        ("2024-01-01T08:00:01Z", "2024-01-02", None, ALL[1:3]),
        (None, None, "dongpu", [ALL[1]]),
        (None, None, "nowhere", []),
    ],
)
def test_changes_of_a_span_and_a_site_come_oldest_first(
    folder: Path, since: str | None, until: str | None, site: str | None, expected: list[object]
) -> None:
    with Archive(folder, read_only=True) as archive:
        found = archive.changes(since, until, site)
    assert [
        (one["kind"], one["at"][:10], one["url"], one["version"], one["fields"]) for one in found
    ] == expected


def test_a_change_tells_title_and_site_of_its_time(folder: Path) -> None:
    with Archive(folder, read_only=True) as archive:
        first, *_ = archive.changes()
    assert first == {
        "kind": "new",
        "at": "2024-01-01T08:00:00Z",
        "article_id": 1,
        "url": ONE,
        "title": "渡口办法",
        "site": "linxi",
        "version": 1,
        "fields": [],
    }


def test_a_page_missing_once_is_neither_gone_nor_restored(folder: Path) -> None:
    with Archive(folder, read_only=True) as archive:
        assert [one["kind"] for one in archive.changes() if one["url"] == TWO] == ["new"]


def test_changes_are_printed_by_day(folder: Path) -> None:
    run = lawcrawl("changes", "--archive", folder, "--since", "2024-01-03", "--until", "2024-01-05")
    assert run.status == 0, run.err
    assert run.out == (
        "2024-01-03\n  08:00  edited         1  渡口管理办法 (title, text)\n"
        "\n2024-01-05\n  08:00  gone           1  渡口管理办法\n"
    )


def test_changes_as_json_are_those_of_the_archive(folder: Path) -> None:
    with Archive(folder, read_only=True) as archive:
        assert lawcrawl("changes", "--archive", folder, "--json").objects == archive.changes()


def test_no_change_is_said_so_and_no_error(folder: Path) -> None:
    run = lawcrawl("changes", "--archive", folder, "--since", "2025")
    assert (run.status, run.out, run.err) == (0, "", "nothing changed\n")


def test_an_unknown_site_is_said_so(folder: Path) -> None:
    run = lawcrawl("changes", "--archive", folder, "--site", "nowhere")
    assert run.status == 1
    assert "no site nowhere" in run.err


def test_the_feed_has_an_entry_a_change_newest_first(folder: Path, tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    run = lawcrawl("changes", "--archive", folder, "--feed", feed)
    assert (run.status, run.out) == (0, ""), run.err
    root = ElementTree.parse(feed).getroot()
    entries = root.findall(f"{ATOM}entry")
    assert [one.findtext(f"{ATOM}updated", "")[:10] for one in entries] == [
        day for _, day, *_ in reversed(ALL)
    ]
    assert [one.findtext(f"{ATOM}title") for one in entries][-2:] == ["new: <东浦> & 通知", "new: 渡口办法"]
    assert [one.find(f"{ATOM}category").get("term") for one in entries] == [
        kind for kind, *_ in reversed(ALL)
    ]
    ids = [one.findtext(f"{ATOM}id") for one in [root, *entries]]
    assert len(set(ids)) == len(ALL) + 1
    assert all(one and one.startswith("urn:uuid:") for one in ids)
    assert root.findtext(f"{ATOM}updated") == "2024-01-08T08:00:00+00:00"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "lawcrawl"


def test_the_same_changes_make_the_same_feed(folder: Path, tmp_path: Path) -> None:
    written = []
    for name in ("a.xml", "b.xml"):
        lawcrawl("changes", "--archive", folder, "--site", "linxi", "--feed", tmp_path / name)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]


def test_a_feed_takes_the_place_of_the_old_one_at_once(folder: Path, tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text("old")
    with open(feed) as reader:
        run = lawcrawl("changes", "--archive", folder, "--feed", feed)
        assert run.status == 0, run.err
        assert reader.read() == "old"  # whoever had it open has it whole
    assert feed.read_text().startswith("<?xml")
    assert os.listdir(tmp_path) == ["feed.xml"]


def test_a_feed_that_cannot_be_written_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    run = lawcrawl("changes", "--archive", folder, "--feed", tmp_path / "no" / "feed.xml")
    assert run.status == 1
    assert "cannot be written" in run.err
    assert "Traceback" not in run.err


def test_the_difference_of_two_versions_is_marked_where_it_is_piped(folder: Path) -> None:
    run = lawcrawl("show", 1, "--archive", folder, "--diff", 1, 2)
    assert run.status == 0, run.err
    assert run.out == (
        "title\n  渡口{+管理+}办法\ntext\n  渡口应当配备{+足够的+}救生设备。\n  第二段。\n  …\n"
    )


def test_the_difference_is_told_both_ways(folder: Path) -> None:
    run = lawcrawl("show", ONE, "--archive", folder, "--diff", 2, 1)
    assert "  渡口[-管理-]办法\n" in run.out


def test_the_difference_is_coloured_on_a_terminal(folder: Path) -> None:
    terminal, end = pty.openpty()
    command = [sys.executable, "-m", "lawcrawl", "show", "1", "--archive", str(folder), "--diff", "2", "1"]
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    subprocess.run(command, stdout=end, env=environment, check=True, timeout=60)
    os.close(end)
    shown = os.read(terminal, 65536).decode()
    os.close(terminal)
    assert "\x1b[31m" in shown
    assert "[-" not in shown.replace("\x1b[", "")


def test_the_difference_as_json_has_the_spans(folder: Path) -> None:
    [told] = lawcrawl("show", 1, "--archive", folder, "--diff", 2, 3, "--json").objects
    assert told == {
        "article_id": 1,
        "from": 2,
        "to": 3,
        "fields": {"attachments": [["added", f"附件  {HOST}/1.pdf  aa"]]},
    }
    assert json.dumps(told)


def test_versions_that_do_not_differ_or_are_not_there_are_said_so(folder: Path) -> None:
    same = lawcrawl("show", 1, "--archive", folder, "--diff", 2, 2)
    assert (same.status, same.out) == (0, "")
    assert "do not differ" in same.err
    none = lawcrawl("show", 1, "--archive", folder, "--diff", 1, 9)
    assert none.status == 1
    assert "versions 1 to 3, not 9" in none.err
