"""lawcrawl.toml is read with care: what is not understood is refused by name."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from lawcrawl.config import SETTINGS, Config, ConfigError, Hours, find, load, write

WHOLE = """
archive = "notices"
contact = "you@example.org"

[politeness]
delay = 2
hours = "22-06"

[alerts]
on_alert = "notify-me --now"

[sites.linxi_sfj]
delay = 5.5

[sites."sfj.linxi.example"]
hours = "01:30-05:00"
"""


def config(folder: Path, text: str, **environment: str) -> Config:
    (folder / "lawcrawl.toml").write_text(text, encoding="utf-8")
    return load(folder / "lawcrawl.toml", environment)


def test_a_value_is_read_with_where_it_comes_from(tmp_path: Path) -> None:
    found = config(tmp_path, WHOLE)
    value = found.of("politeness.delay")
    assert (value.value, value.origin) == (2.0, str(tmp_path / "lawcrawl.toml"))
    assert found.of("politeness.recheck").origin == "default"


def test_a_sites_own_table_holds_for_it_alone(tmp_path: Path) -> None:
    found = config(tmp_path, WHOLE)
    assert found.get("politeness.delay", "linxi_sfj") == 5.5
    assert found.get("politeness.delay", "other") == 2.0
    assert str(found.get("politeness.hours", "sfj.linxi.example")) == "01:30-05:00"


def test_whom_to_believe_is_said_of_one_site_by_its_name(tmp_path: Path) -> None:
    found = config(tmp_path, '[sites.a]\ntls = "legacy"', LAWCRAWL_TLS="unverified")
    assert [found.get("tls", site) for site in ("a", "b", None)] == ["legacy", "verified", "verified"]
    with pytest.raises(ConfigError, match=r"tls is said of one site by its name"):
        config(tmp_path, 'tls = "unverified"')
    with pytest.raises(ConfigError, match=r'must be "verified", "legacy" or "unverified", not \'none\''):
        config(tmp_path, '[sites.a]\ntls = "none"')


def test_the_environment_stands_above_the_file(tmp_path: Path) -> None:
    found = config(tmp_path, WHOLE, LAWCRAWL_CONTACT="me@example.org", LAWCRAWL_DELAY="0.5")
    assert (found.get("contact"), found.of("contact").origin) == ("me@example.org", "LAWCRAWL_CONTACT")
    assert found.get("politeness.delay") == 0.5


def test_the_archive_starts_at_the_files_folder_and_the_environments_where_one_stands(tmp_path: Path) -> None:
    assert config(tmp_path, WHOLE).archive == tmp_path / "notices"
    assert config(tmp_path, WHOLE, LAWCRAWL_ARCHIVE="mine").archive == Path("mine")
    assert config(tmp_path, "").archive == Path("data")


def test_the_nearest_file_above_is_found(tmp_path: Path) -> None:
    (tmp_path / "lawcrawl.toml").touch()
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert find(tmp_path / "a" / "b") == tmp_path / "lawcrawl.toml"


def test_the_environment_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "other.toml"
    file.write_text('contact = "you@example.org"')
    assert load(None, {"LAWCRAWL_CONFIG": str(file)}).get("contact") == "you@example.org"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('contcat = "you@example.org"', "there is no setting contcat; did you mean contact?"),
        ("[politeness]\ndealy = 2", "there is no setting politeness.dealy; did you mean politeness.delay?"),
        ("delay = 2", "there is no setting delay; did you mean politeness.delay?"),
        ("[polite]\ndelay = 2", "there is no setting polite; did you mean politeness?"),
        ("[sites.a]\nhour = 2", "there is no setting sites.a.hour; did you mean sites.a.hours?"),
        ("[zzz]\nq = 2", "there is no setting zzz; 'lawcrawl config' lists all there are"),
        ('[politeness]\ndelay = "2"', "politeness.delay must be a number, 0 or more, not '2'"),
        ("[politeness]\ndelay = -1", "politeness.delay must be a number, 0 or more, not -1"),
        ("[politeness]\ndelay = nan", "politeness.delay must be a number, 0 or more, not nan"),
        ("[politeness]\nrecheck = true", "politeness.recheck must be a whole number, 0 or more, not True"),
        ('[politeness]\nhours = "22"', "politeness.hours must be hours of Beijing time"),
        ('[sites.a]\nhours = "25-06"', "[sites.a]: politeness.hours must be hours of Beijing time"),
        ('contact = "nobody"', "contact must be an e-mail address or a web address where you can be reached"),
        ('contact = "a@b.example\\nX-Evil: 1"', "contact must be an e-mail address or a web address"),
        ("archive = 5", "archive must be a text"),
        ("politeness = 5", "[politeness] must be a table of settings, not 5"),
        ("sites = 5", "[sites] must be a table of settings, not 5"),
        ("[sites]\na = 5", "[sites.a] must be a table of settings, not 5"),
        (
            "[sites.sfj.linxi.example]\ndelay = 2",
            'a site named with dots stands in quotes: [sites."sfj.linxi.example"]',
        ),
        ("contact = ", "is not TOML"),
        ('[alerts]\nsmtp_security = "ssl"', 'alerts.smtp_security must be "none", "starttls" or "tls"'),
    ],
)
def test_a_mistake_is_told_in_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config(tmp_path, text)
    assert sentence in str(caught.value)
    assert str(tmp_path / "lawcrawl.toml") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_wrong_password_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        config(tmp_path, "[alerts]\nsmtp_password = 4711")
    assert "4711" not in str(caught.value)


def test_a_variable_of_the_wrong_kind_is_named() -> None:
    with pytest.raises(ConfigError, match=r"LAWCRAWL_RECHECK: politeness.recheck must be a whole number"):
        load(None, {"LAWCRAWL_RECHECK": "many"})


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "none.toml", {})


def test_no_two_settings_share_a_variable() -> None:
    assert len({setting.variable for setting in SETTINGS.values()}) == len(SETTINGS)


def test_writing_a_setting_leaves_the_rest_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "lawcrawl.toml"
    file.write_text('# mine\ncontact = "old@example.org"  # at work\n', encoding="utf-8")
    write(file, "contact", "new@example.org")
    write(file, "politeness.delay", "2.5")
    write(file, "sites.sfj.linxi.example.hours", "22-06")
    write(file, "sites.linxi_sfj.recheck", "7")
    assert load(file, {}).get("politeness.recheck", "linxi_sfj") == 7
    text = file.read_text(encoding="utf-8")
    assert text.startswith('# mine\ncontact = "new@example.org"  # at work\n')
    found = load(file, {})
    assert found.get("politeness.delay") == 2.5
    assert str(found.get("politeness.hours", "sfj.linxi.example")) == "22:00-06:00"


def test_a_setting_that_does_not_exist_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean contact"):
        write(tmp_path / "lawcrawl.toml", "contcat", "you@example.org")
    assert not (tmp_path / "lawcrawl.toml").exists()


# Hours

NIGHT, MORNING = Hours.parse("22-06"), Hours.parse("1:30-5")


@pytest.mark.parametrize(
    ("hours", "moment", "opened"),
    [
        (NIGHT, "2024-01-04T21:59+08:00", False),
        (NIGHT, "2024-01-04T22:00+08:00", True),
        (NIGHT, "2024-01-04T05:59+08:00", True),
        (NIGHT, "2024-01-04T06:00+08:00", False),
        (NIGHT, "2024-01-04T14:00+00:00", True),
        (MORNING, "2024-01-04T01:29+08:00", False),
        (MORNING, "2024-01-04T01:30+08:00", True),
        (MORNING, "2024-01-04T05:00+08:00", False),
    ],
)
def test_hours_are_beijings(hours: Hours, moment: str, opened: bool) -> None:
    assert hours.opened(datetime.fromisoformat(moment)) is opened


def test_the_next_opening_and_the_closing_are_known() -> None:
    noon, night = (
        datetime.fromisoformat("2024-01-04T12:00+08:00"),
        datetime.fromisoformat("2024-01-04T23:00+08:00"),
    )
    assert NIGHT.next_open(noon).isoformat() == "2024-01-04T22:00:00+08:00"
    assert NIGHT.next_open(night) == night
    assert NIGHT.closes(night).isoformat() == "2024-01-05T06:00:00+08:00"


@pytest.mark.parametrize("text", ["", "22", "22-22", "25-6", "22:60-6", "a-b", "22-6-7"])
def test_what_is_no_span_of_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Hours.parse(text)
