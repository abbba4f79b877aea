"""show tells how an article is cited, and opens what was captured with nothing in it alive."""

from __future__ import annotations

import base64
import json
import re
import webbrowser
from pathlib import Path
from urllib.request import url2pathname

import pytest
from click.testing import CliRunner, Result

from lawcrawl.cli import main
from lawcrawl.items import Article
from tests.archive.writing import URL, crawling, day

ELSEWHERE = "https://www.example.org/x.html"
LIVELY = "<meta charset=gbk><script>alert(1)</script><img src=http://sfj.linxi.example/x.png>通知".encode(
    "gbk"
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("show") / "archive"
    with crawling(folder) as crawl:
        crawl.visit(day(1), body=LIVELY)
        crawl.visit(day(3), title="关于延期的通知")
        crawl.writer.store(crawl.id, Article(ELSEWHERE, title="转发的通知", status="external"), crawl.site.id)
    return folder


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """The files that a browser is asked to open."""
    found: list[Path] = []

    def ask(url: str) -> bool:
        found.append(Path(url2pathname(url.removeprefix("file://"))))
        return True

    monkeypatch.setattr(webbrowser, "open", ask)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return found


def show(archive: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["show", *map(str, arguments), "--archive", str(archive)])


def test_cite_gives_both_forms(archive: Path) -> None:
    standard, entry = show(archive, 1, "--cite").stdout.split("\n\n")
    assert standard.startswith(
        "临溪市司法局. 关于延期的通知：临司发〔2024〕5号[EB/OL]. （2024-01-04）[2024-01-03]. "
    )
    assert entry.startswith("@misc{linxi_sfj-2024-")


def test_cite_of_a_version_is_of_its_words_and_its_capture(archive: Path) -> None:
    found = json.loads(show(archive, URL, "--version", 1, "--cite", "--json").stdout)
    assert "关于开展民法典宣传活动的通知" in found["gbt7714"]
    assert "[2024-01-01]" in found["gbt7714"]
    raw = show(archive, found["permanent_id"], "--raw").stdout_bytes
    assert raw == LIVELY


def test_open_shows_the_captured_bytes_in_a_frame_that_runs_and_loads_nothing(
    archive: Path, opened: list[Path]
) -> None:
    assert show(archive, 1, "--version", 1, "--open").exit_code == 0
    [file] = opened
    page = file.read_text(encoding="utf-8")
    [(media_type, body)] = re.findall(r'<iframe sandbox [^>]*src="data:([^"]*);base64,([^"]*)"', page)
    assert media_type == "text/html;charset=utf-8"
    assert base64.b64decode(body) == LIVELY
    assert "default-src 'none'; frame-src data:;" in page
    assert "script" not in page.replace(body, "")


@pytest.mark.parametrize("how", ["--open", "--raw"])
def test_what_was_never_fetched_has_no_page_to_show(archive: Path, opened: list[Path], how: str) -> None:
    done = show(archive, ELSEWHERE, how)
    assert (done.exit_code, opened, done.stdout) == (1, [], "")
    assert "was never fetched" in done.stderr


def test_an_id_beyond_counting_is_no_article(archive: Path) -> None:
    assert "no article" in show(archive, 10**30).stderr
