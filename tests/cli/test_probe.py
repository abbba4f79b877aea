"""`lawcrawl probe`: what is seen, where it came from, and what is doubtful."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lawcrawl.cli import main
from tests.command import lawcrawl
from tests.server import Answer, Site, article_page, list_page, notice_site, row, serving

ADDRESS = "https://sfj.linxi.example/tzgg/"
FAST = ("--delay", "0", "-s", "RETRY_TIMES=0")
ARTICLE = article_page("关于开展普法宣传活动的通知", extra='<p><a href="./P1.pdf">活动方案.pdf</a></p>')


def probe(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["probe", *map(str, arguments)])


@pytest.fixture
def saved_list(tmp_path: Path) -> Path:
    file = tmp_path / "list.html"
    file.write_text(list_page([row(n) for n in range(1, 6)], total=3), encoding="utf-8")
    return file


@pytest.fixture
def saved_article(tmp_path: Path) -> Path:
    file = tmp_path / "t20240104_1.html"
    file.write_text(ARTICLE, encoding="utf-8")
    return file


def test_saved_pages_are_one_object_each(saved_list: Path, saved_article: Path) -> None:
    found = [json.loads(line) for line in probe(saved_list, saved_article, "--json").stdout.splitlines()]
    assert [(one["file"], one["kind"], one["family"]) for one in found] == [
        (str(saved_list), "list", "trs"),
        (str(saved_article), "article", "trs"),
    ]
    assert all(set(one) == {"file", "kind", "family", "article", "list"} for one in found)


def test_a_saved_article_tells_its_fields_and_their_places(saved_article: Path) -> None:
    article = json.loads(probe(saved_article, "--url", f"{ADDRESS}t1.html", "--json").stdout)["article"]
    assert article["title"] == "关于开展普法宣传活动的通知"
    assert article["published"] == "2024-01-04T17:18"
    assert article["source"] == "临溪市司法局"
    assert (article["views"], article["author"], article["doc_number"], article["issuer"]) == (None,) * 4
    assert article["text"].endswith("确保活动取得实效。\n特此通知。")
    assert article["attachments"] == [{"name": "活动方案.pdf", "url": f"{ADDRESS}P1.pdf"}]
    assert article["evidence"]["published"] == "shown beside its label"


def test_a_saved_list_tells_its_rows_and_the_next_page(saved_list: Path) -> None:
    listed = json.loads(probe(saved_list, "--url", ADDRESS, "--json").stdout)["list"]
    assert set(listed) == {"items", "next", "pages"}
    assert listed["items"][0] == {
        "title": "关于开展第1期普法宣传活动的通知",
        "url": f"{ADDRESS}202401/t20240104_1.html",
        "date": "2024-01-29",
    }
    assert (listed["next"], listed["pages"]) == (f"{ADDRESS}index_1.html", 3)


def test_the_family_is_told_with_the_mark_that_was_seen(saved_article: Path) -> None:
    assert "trs, 95% sure, by TRS_Editor" in probe(saved_article).stdout


def test_a_page_of_no_family_is_said_to_be_read_by_its_structure(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(ARTICLE.replace("TRS_Editor", "content"), encoding="utf-8")
    assert "auto: no family's marks are in the page" in probe(file).stdout


@pytest.mark.parametrize(
    ("lost", "doubt"),
    [
        ("发布时间：2024-01-04 17:18", "no date on the page"),
        ("来源：临溪市司法局", "no source (来源) on the page"),
        ("各单位认真组织", None),
    ],
)
def test_what_a_page_does_not_say_is_doubtful(tmp_path: Path, lost: str, doubt: str | None) -> None:
    file = tmp_path / "page.html"
    file.write_text(ARTICLE.replace(lost, ""), encoding="utf-8")
    out = probe(file).stdout
    assert (doubt in out) if doubt else ("doubtful" not in out)


def test_no_colour_and_no_line_over_the_width_where_it_is_piped(
    saved_list: Path, saved_article: Path
) -> None:
    out = probe(saved_list, saved_article).stdout
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) <= 120


def test_neither_a_file_nor_an_address_is_wrong_usage() -> None:
    done = probe("sfj.linxi.example/tzgg")
    assert done.exit_code == 2
    assert "is neither a file nor an address with http:// or https://" in done.stderr


@pytest.fixture(scope="module")
def counted() -> Any:
    """A column whose list cuts its titles and whose articles ask a counter."""
    site = notice_site(7)
    script = '<p>浏览次数：<script src="/count?id=2"></script>次</p>'
    title = "关于开展第2期普法宣传活动的通知"
    rows = [row(1, title[:8] + "…"), row(2, title[:8] + "…")]
    site.page("/cut/", list_page([(f"../tzgg/{href[2:]}", t, d) for href, t, d in rows]))
    site.page(
        "/tzgg/202401/t20240104_1.html",
        article_page(title).replace('<div class="TRS', f'{script}<div class="TRS'),
    )
    site.pages["/count?id=2"] = Answer("document.write(321);", headers={"Content-Type": "text/javascript"})
    with serving(site):
        yield site


def test_an_address_of_a_list_is_shown_with_a_sample_article_and_its_count(counted: Site) -> None:
    done = lawcrawl("probe", f"{counted.url}/cut/", *FAST)
    assert done.status == 0, done.err
    assert "a list page" in done.out
    assert f"sample article  {counted.url}/tzgg/202401/t20240104_1.html" in done.out
    assert "321" in done.out
    assert "the list cuts titles short" in done.out


def test_addresses_and_failures_are_told_apart_by_the_status(counted: Site, saved_article: Path) -> None:
    gone = f"{counted.url}/nothing/"
    alone = lawcrawl("probe", gone, *FAST)
    assert (alone.status, alone.out, alone.err) == (1, "", f"{gone}: status 404\n")
    beside = lawcrawl("probe", f"{counted.url}/tzgg/", gone, *FAST, "--json")
    assert beside.status == 3
    [seen] = beside.objects
    assert (seen["kind"], len(seen["list"]["items"])) == ("list", 5)
    assert seen["sample"]["title"] == "关于开展第2期普法宣传活动的通知"


def test_an_article_is_read_with_its_count(counted: Site) -> None:
    [seen] = lawcrawl("probe", f"{counted.url}/tzgg/202401/t20240104_1.html", *FAST, "--json").objects
    assert (seen["kind"], seen["article"]["views"]) == ("article", 321)
    assert seen["article"]["evidence"]["views"] == "counter"
