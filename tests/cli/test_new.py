"""`lawcrawl new`: from an address to a spider, its saved pages and a test that passes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lawcrawl.cli import main
from lawcrawl.cli.new import TEST
from tests.command import FAST, Run, lawcrawl, python
from tests.server import Answer, Site, notice_site, serving

ROOT = Path(__file__).parent.parent.parent
QUICK = ("--delay", "0", "-s", "RETRY_TIMES=0")


def scrapy_project(folder: Path, name: str = "mine") -> Path:
    """As `scrapy startproject` leaves it, with a pipeline of its own."""
    spiders = folder / name / "spiders"
    spiders.mkdir(parents=True)
    (folder / "scrapy.cfg").write_text(f"[settings]\ndefault = {name}.settings\n")
    (folder / name / "__init__.py").touch()
    (spiders / "__init__.py").touch()
    (folder / name / "settings.py").write_text(
        f'BOT_NAME = "{name}"\nSPIDER_MODULES = ["{name}.spiders"]\nNEWSPIDER_MODULE = "{name}.spiders"\n'
    )
    return folder


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Two columns of 临溪市司法局; the first list cuts its titles."""
    site = notice_site(7)
    cut = site.pages["/tzgg/"].body
    assert isinstance(cut, str)
    site.page("/tzgg/", cut.replace("普法宣传活动的通知</a>", "普法…</a>"))
    site.page("/pfdt/", cut.replace("通知公告_", "普法动态_").replace("./2024", "../tzgg/2024"))
    site.page("/empty/", "<title>通知公告_临溪市司法局</title><p>暂无内容</p>")
    site.pages["/broken/"] = Answer("", 500)
    with serving(site):
        yield site


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scrapy_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def made(project: Path, site: Site) -> Run:
    return lawcrawl("new", "linxi_sfj", f"{site.url}/tzgg/", f"{site.url}/pfdt/", *QUICK, cwd=project)


def test_the_spider_is_a_short_declaration(made: Run, project: Path, site: Site) -> None:
    assert made.status == 0, made.err
    text = (project / "mine/spiders/linxi_sfj.py").read_text(encoding="utf-8")
    assert 6 <= len(text.splitlines()) <= 25
    assert text.startswith('"""临溪市司法局: 通知公告, 普法动态.\n\nSeen 20')
    assert "List titles are cut short." in text
    assert text.endswith(
        "from lawcrawl.families import TrsSpider\n\n\n"
        "class LinxiSfj(TrsSpider):\n"
        '    name = "linxi_sfj"\n'
        '    site_name = "临溪市司法局"\n'
        '    region = "临溪市"\n'
        "    channels = {\n"
        f'        "通知公告": "{site.url}/tzgg/",\n'
        f'        "普法动态": "{site.url}/pfdt/",\n'
        "    }\n"
    )


def test_the_pages_are_saved_as_served(made: Run, project: Path, site: Site) -> None:
    folder = project / "tests/sites/linxi_sfj"
    assert (folder / "list.html").read_text(encoding="utf-8") == site.pages["/tzgg/"].body
    pages = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["pages"]
    assert [page["file"] for page in pages] == ["list.html", "article_1.html", "article_2.html"]
    for page in pages:
        served = site.pages[page["url"].removeprefix(site.url)]
        assert (folder / page["file"]).read_text(encoding="utf-8") == served.body
        assert page["content_type"] == "text/html; charset=utf-8"


def test_the_values_are_whole_and_wait_for_a_reader(made: Run, project: Path) -> None:
    expected = json.loads((project / "tests/sites/linxi_sfj/expected.json").read_text(encoding="utf-8"))
    assert "by eye" in expected["review"]
    listed, article, _ = expected["pages"]
    assert (len(listed["list"]["rows"]), listed["list"]["pages"]) == (5, 2)
    assert article["article"]["title"].endswith("期普法宣传活动的通知")
    assert (
        article["article"]["published"] == "2024-01-29T17:18"
        or article["article"]["source"] == "临溪市司法局"
    )
    assert article["article"]["text"][-1] == "特此通知。"


def test_the_test_it_writes_passes(made: Run, project: Path) -> None:
    run = python("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/sites", cwd=project)
    assert "3 passed" in run.out, run.out


def test_the_test_it_writes_is_the_one_that_reads_our_own_sites() -> None:
    assert (ROOT / "tests/sites/test_sites.py").read_text(encoding="utf-8") == TEST


def test_the_site_is_known_from_then_on_and_can_be_crawled(made: Run, project: Path, tmp_path: Path) -> None:
    run = lawcrawl("crawl", "linxi_sfj", "--limit", 2, "--archive", tmp_path, *FAST, cwd=project)
    assert run.status == 0, run.err
    assert run.out.startswith("linxi_sfj: 2 new")


def test_scrapy_itself_lists_it(made: Run, project: Path) -> None:
    run = python("-m", "scrapy", "list", cwd=project)
    assert run.out.split() == ["linxi_sfj"]


def test_nothing_is_overwritten(made: Run, project: Path, site: Site) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*.*") if path.is_file()}
    run = lawcrawl("new", "linxi_sfj", f"{site.url}/tzgg/", *QUICK, cwd=project)
    assert run.status == 2
    assert "mine/spiders/linxi_sfj.py is there already; nothing is overwritten" in run.err
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/nothing/", "status 404"),
        ("/broken/", "status 500"),
        ("/empty/", "no list rows are recognised there"),
        ("/tzgg/202401/t20240104_2.html", "is an article, not a list page"),
    ],
)
def test_an_address_without_a_list_is_one_sentence_and_writes_nothing(
    tmp_path: Path, site: Site, path: str, says: str
) -> None:
    scrapy_project(tmp_path)
    run = lawcrawl("new", "elsewhere", site.url + path, *QUICK, cwd=tmp_path)
    assert (run.status, run.out) == (1, "")
    assert run.err.startswith(f"Error: {site.url}{path}")
    assert says in run.err
    assert len(run.err.splitlines()) == 1
    assert not (tmp_path / "tests").exists()
    assert not (tmp_path / "mine/spiders/elsewhere.py").exists()


def refused(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Any:
    monkeypatch.chdir(folder)
    done = CliRunner().invoke(main, ["new", *arguments])
    assert done.exit_code in (1, 2)
    return done.stderr


@pytest.mark.parametrize("name", ["Linxi", "临溪", "linxi-sfj", "1linxi", "class", "../linxi", "auto", ""])
def test_a_bad_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert "is no name for a spider" in refused(tmp_path, monkeypatch, name, "https://sfj.linxi.example/")


def test_the_name_of_a_shipped_site_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    scrapy_project(tmp_path, "other")
    said = refused(tmp_path, monkeypatch, "wuhan_sfj", "https://sfj.linxi.example/")
    assert "a spider named wuhan_sfj is there already" in said


def test_without_a_project_it_says_where_to_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = refused(tmp_path, monkeypatch, "linxi_sfj", "https://sfj.linxi.example/")
    assert "there is no Scrapy project here" in said


def test_what_is_no_address_is_wrong_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is not an address" in refused(tmp_path, monkeypatch, "linxi_sfj", "sfj.linxi.example")


def test_a_project_that_cannot_be_loaded_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = nowhere.settings\n")
    said = refused(tmp_path, monkeypatch, "linxi_sfj", "https://sfj.linxi.example/")
    assert "the settings nowhere.settings of" in said


def test_probe_writes_the_spider_alone(tmp_path: Path, site: Site) -> None:
    scrapy_project(tmp_path)
    run = lawcrawl("probe", f"{site.url}/tzgg/", "--write", "linxi_two", *QUICK, cwd=tmp_path)
    assert run.status == 0, run.err
    assert run.err == "written: mine/spiders/linxi_two.py\n"
    assert "class LinxiTwo(TrsSpider):" in (tmp_path / "mine/spiders/linxi_two.py").read_text(
        encoding="utf-8"
    )
    assert not (tmp_path / "tests").exists()


def test_a_project_of_ones_own_keeps_its_settings(tmp_path: Path) -> None:
    scrapy_project(tmp_path, "own")
    with open(tmp_path / "own/settings.py", "a") as file:
        file.write('USER_AGENT = "mine"\nITEM_PIPELINES = {"own.pipelines.Own": 900}\n')
    code = (
        "from lawcrawl.crawl.run import project_settings; s = project_settings();"
        "print(s['USER_AGENT'], s['SPIDER_MODULES'], len(s.getdict('ITEM_PIPELINES')), s['ROBOTSTXT_OBEY'])"
    )
    run = python("-c", code, cwd=tmp_path)
    assert run.out == "mine ['lawcrawl.spiders', 'lawcrawl.families.auto', 'own.spiders'] 4 True\n"
