"""Every setting: its name, what it holds, what is meant by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from lawcrawl.config.hours import Hours


class ConfigError(ValueError):
    """One sentence: what in the configuration is wrong, where, and what to write."""


@dataclass(slots=True, frozen=True)
class Kind:
    """What a value has to be. ``read`` gives it or raises :class:`ValueError`; ``parse`` makes it of a text."""

    says: str
    read: Callable[[object], object]
    parse: Callable[[str], object] = str


def text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value


def contact(value: object) -> str:
    """It is sent with every request, so it is one line of ASCII."""
    said = text(value).strip()
    if not (said.isascii() and said.isprintable()) or set("()<>") & set(said):
        raise ValueError
    if "@" not in said.strip("@") and not urlsplit(said).netloc:
        raise ValueError
    return said


def number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise ValueError
    return float(value)


def whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError
    return value


def positive(value: object) -> int:
    if whole(value) == 0:
        raise ValueError
    return whole(value)


def hours(value: object) -> Hours:
    return Hours.parse(text(value))


def address(value: object) -> str:
    said = text(value).strip()
    if not said.startswith(("http://", "https://")) or not urlsplit(said).hostname:
        raise ValueError
    return said


def trust(value: object) -> str:
    if value not in ("verified", "legacy", "unverified"):
        raise ValueError
    return str(value)


def security(value: object) -> str:
    if value not in ("none", "starttls", "tls"):
        raise ValueError
    return str(value)


TEXT = Kind('a text, as in "..."', text)
CONTACT = Kind("an e-mail address or a web address where you can be reached", contact)
NUMBER = Kind("a number, 0 or more", number, float)
WHOLE = Kind("a whole number, 0 or more", whole, int)
POSITIVE = Kind("a whole number, 1 or more", positive, int)
HOURS = Kind('hours of Beijing time, as in "22-06" or "22:30-06:00"', hours)
TRUST = Kind('"verified", "legacy" or "unverified"', trust)
ADDRESS = Kind("an address with http:// or https://", address)
SECURITY = Kind('"none", "starttls" or "tls"', security)


@dataclass(slots=True, frozen=True)
class Setting:
    """One key of ``lawcrawl.toml``; ``name`` is its table and its own name with a dot between."""

    name: str
    kind: Kind
    default: object
    meaning: str
    per_site: bool = False
    """May also stand in ``[sites.NAME]``, where it holds for that site alone."""
    general: bool = True
    """May stand for all sites; else ``[sites.NAME]`` is its only place."""
    secret: bool = False

    @property
    def key(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def variable(self) -> str | None:
        """The environment variable that stands above the file.

        >>> SETTINGS["politeness.delay"].variable
        'LAWCRAWL_DELAY'
        """
        if not self.general:
            return None
        return f"LAWCRAWL_{self.key.upper()}"

    def read(self, value: object, where: str) -> object:
        """The value as the program uses it. Raises :class:`ConfigError`."""
        try:
            return self.kind.read(value)
        except ValueError as error:
            raise self.wrong(value, where) from error

    def parse(self, written: str, where: str) -> object:
        """The value of a text from the command line or the environment. Raises :class:`ConfigError`."""
        try:
            return self.kind.read(self.kind.parse(written))
        except (ValueError, KeyError) as error:
            raise self.wrong(written, where) from error

    def wrong(self, value: object, where: str) -> ConfigError:
        shown = "what it has" if self.secret else repr(value)
        return ConfigError(f"{where}: {self.name} must be {self.kind.says}, not {shown}")


SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting(
            "archive", TEXT, "data", "The archive's folder; a relative one starts at the file's own folder."
        ),
        Setting(
            "contact", CONTACT, None, "Where you can be reached; sent in the User-Agent of every request."
        ),
        Setting(
            "politeness.delay",
            NUMBER,
            1.0,
            "Seconds between two requests to a host, at least.",
            per_site=True,
        ),
        Setting(
            "politeness.hours",
            HOURS,
            None,
            "When sites may be asked, Beijing time; all day where it is not set.",
            per_site=True,
        ),
        Setting(
            "politeness.recheck",
            WHOLE,
            50,
            "At most this many known articles are looked at again in a crawl.",
            per_site=True,
        ),
        Setting(
            "tls",
            TRUST,
            "verified",
            "Whom to believe: legacy takes old servers (no RFC 5746) too, unverified any certificate.",
            per_site=True,
            general=False,
        ),
        Setting(
            "schedule.time_limit",
            NUMBER,
            6.0,
            "Hours after which a scheduled crawl is stopped; the next one goes on.",
            per_site=True,
        ),
        Setting(
            "schedule.spread",
            NUMBER,
            15.0,
            "Minutes over which starts of the same time are spread.",
        ),
        Setting("schedule.at_once", POSITIVE, 2, "Sites crawled at the same time by the schedule."),
        Setting(
            "seals.stamp_authority",
            ADDRESS,
            None,
            "A time-stamp authority (RFC 3161) that stamps the newest seal after each crawl; none where it is not set.",
        ),
        Setting(
            "seals.stamp_roots",
            TEXT,
            None,
            "A PEM file of the certificates that verify trusts to sign such stamps.",
        ),
        Setting(
            "alerts.on_alert",
            TEXT,
            None,
            "A command that gets the alert as JSON on stdin, or an http(s) address it is posted to.",
        ),
        Setting("alerts.email_to", TEXT, None, "Whom alerts are mailed to; several with commas between."),
        Setting(
            "alerts.email_from", TEXT, None, "The sender of mailed alerts; email_to where it is not set."
        ),
        Setting("alerts.smtp_host", TEXT, "localhost", "The mail server."),
        Setting("alerts.smtp_port", POSITIVE, 25, "Its port."),
        Setting(
            "alerts.smtp_security",
            SECURITY,
            "none",
            "How the way to the mail server is encrypted: none, starttls, tls.",
        ),
        Setting(
            "alerts.smtp_user", TEXT, None, "Who logs in at the mail server; nobody where it is not set."
        ),
        Setting(
            "alerts.smtp_password",
            TEXT,
            None,
            "The password for it; better given as an environment variable.",
            secret=True,
        ),
    )
}
SITE_KEYS = {setting.key: setting for setting in SETTINGS.values() if setting.per_site}
