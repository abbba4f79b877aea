"""lawcrawl config, and what a configuration does to a crawl."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lawcrawl.cli import main
from lawcrawl.config import SETTINGS
from tests.command import FAST, lawcrawl, rows
from tests.server import Site, notice_site, serving

DOCS = (Path(__file__).parents[2] / "docs" / "researchers.md").read_text(encoding="utf-8")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with nothing of lawcrawl in the environment."""
    monkeypatch.chdir(tmp_path)
    for setting in SETTINGS.values():
        if setting.variable:
            monkeypatch.delenv(setting.variable, raising=False)
    return tmp_path


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(notice_site(2)) as served:
        yield served


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def shown() -> dict[str, tuple[object, str]]:
    objects = map(json.loads, run("config", "--json").stdout.splitlines())
    return {found["setting"]: (found["value"], found["from"]) for found in objects}


def test_every_setting_is_shown_with_where_it_comes_from(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = home / "lawcrawl.toml"
    file.write_text('[politeness]\ndelay = 3\n[sites.a_site]\nhours = "22-06"\n')
    monkeypatch.setenv("LAWCRAWL_CONTACT", "you@example.org")
    found = shown()
    assert set(SETTINGS) < set(found)
    assert found["politeness.delay"] == (3.0, str(file))
    assert found["contact"] == ("you@example.org", "LAWCRAWL_CONTACT")
    assert found["archive"] == ("data", "default")
    assert found["sites.a_site.hours"] == ("22:00-06:00", str(file))


def test_a_password_is_never_shown(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAWCRAWL_SMTP_PASSWORD", "geheim")
    assert shown()["alerts.smtp_password"] == ("(hidden)", "LAWCRAWL_SMTP_PASSWORD")
    assert "geheim" not in run("config").output


def test_a_contact_is_written_once_and_holds(home: Path) -> None:
    assert run("config", "set", "contact", "you@example.org").exit_code == 0
    assert shown()["contact"] == ("you@example.org", str(home / "lawcrawl.toml"))


def test_a_file_with_a_mistake_can_be_mended_by_the_command(home: Path) -> None:
    (home / "lawcrawl.toml").write_text('contact = "nobody"\n')
    assert run("config").exit_code == 2
    assert run("config", "set", "contact", "you@example.org").exit_code == 0
    assert run("config").exit_code == 0


def test_a_mistake_ends_every_command_that_reads_the_file_with_its_sentence(home: Path) -> None:
    (home / "lawcrawl.toml").write_text('contcat = "you@example.org"\n')
    for command in (["config"], ["stats"], ["search", "x"]):
        result = run(*command)
        assert result.exit_code == 2
        assert "there is no setting contcat; did you mean contact?" in result.stderr


def test_a_flag_names_the_file(home: Path) -> None:
    (home / "other.toml").write_text('contact = "you@example.org"\n')
    assert "you@example.org" in run("--config", "other.toml", "config").output


def test_a_crawl_without_a_contact_says_what_to_write(home: Path, site: Site) -> None:
    done = lawcrawl("crawl", f"{site.url}/tzgg/", *FAST, cwd=home)
    assert done.status == 0, done.err
    assert "lawcrawl config set contact" in done.err


def test_contact_archive_and_a_sites_own_table_hold_in_a_crawl(home: Path, site: Site) -> None:
    host = site.url.removeprefix("http://")
    (home / "lawcrawl.toml").write_text(
        f'archive = "notices"\ncontact = "you@example.org"\n[politeness]\ndelay = 30\n[sites."{host}"]\ndelay = 0\n'
    )
    (home / "below").mkdir()
    done = lawcrawl("crawl", f"{site.url}/tzgg/", cwd=home / "below")  # 30 seconds a page would end it
    assert done.status == 0, done.err
    assert done.err == ""
    assert rows(home / "notices", "SELECT count(*) FROM articles") == [2]
    assert {agent.rpartition(" ")[2] for agent in site.agents} == {"you@example.org)"}


def test_a_table_of_a_site_that_does_not_exist_is_told(home: Path, site: Site) -> None:
    (home / "lawcrawl.toml").write_text("[sites.wuhan_sjf]\ndelay = 3\n")
    done = lawcrawl("crawl", f"{site.url}/tzgg/", cwd=home)
    assert done.status == 2
    assert "did you mean wuhan_sfj?" in done.err
    assert site.asked == []


# docs/researchers.md

DESCRIBED = re.findall(r"^\| `([\w.]+)` \| (`LAWCRAWL_\w+`|none) \| (.*?) \| (.*) \|$", DOCS, re.M)


def test_every_setting_is_described_and_no_other() -> None:
    assert [name for name, *_ in DESCRIBED] == list(SETTINGS)


@pytest.mark.parametrize(("name", "variable", "default", "words"), DESCRIBED)
def test_a_description_is_true(name: str, variable: str, default: str, words: str) -> None:
    setting = SETTINGS[name]
    assert variable == (f"`{setting.variable}`" if setting.variable else "none")
    assert default == ("none" if setting.default is None else f"`{json.dumps(setting.default)}`")
    assert setting.meaning in words
    assert ("[sites.NAME]" in words) is setting.per_site


def test_the_example_file_is_read_whole(home: Path) -> None:
    [example] = re.findall(r"^```toml\n(.*?)^```", DOCS, re.M | re.S)
    (home / "lawcrawl.toml").write_text(example, encoding="utf-8")
    assert {origin for _, origin in shown().values()} == {"default", str(home / "lawcrawl.toml")}
