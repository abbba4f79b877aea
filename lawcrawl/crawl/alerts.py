"""Telling somebody that a site's health changed: by a command, an address, or mail. Never the same news twice."""

from __future__ import annotations

import json
import smtplib
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

from lawcrawl.archive.questions.health import LAST_CRAWLS, health, turned

if TYPE_CHECKING:
    from lawcrawl.archive import Archive
    from lawcrawl.config import Config

PATIENCE = 30
"""Seconds that a command, a web server or a mail server may take."""


class AlertError(Exception):
    """One sentence why somebody could not be told."""


def news(archive: Archive, site_id: str, crawl_id: int) -> dict[str, Any] | None:
    """What is to be told of a site after a crawl; None where it is as it was after the one before."""
    cursor = archive.connection.execute(f"{LAST_CRAWLS} LIMIT 2", (site_id,))
    names = [column[0] for column in cursor.description]
    crawls = [dict(zip(names, row, strict=True)) for row in cursor]
    if not crawls or crawls[0]["id"] != crawl_id or not turned(crawls):
        return None
    now, before = health(crawls[0]), health(crawls[1] if len(crawls) > 1 else None)
    report = next((archive.path / "reports").glob(f"{crawls[0]['id']:06}-*.html"), None)
    return {
        "site": site_id,
        "health": now.level,
        "why": now.why,
        "before": before.level,
        "crawl": crawls[0]["id"],
        "outcome": crawls[0]["outcome"],
        "findings": json.loads(crawls[0]["findings"] or "[]"),
        "report": str(report.absolute()) if report else None,
    }


def refusal(site_id: str, crawl_id: int | None, why: str | None) -> dict[str, Any]:
    """What is to be told of a crawl that could not even be closed: the archive took no more, or it was killed."""
    return {
        "site": site_id,
        "health": "failing",
        "why": why,
        "before": "running",
        "crawl": crawl_id,
        "outcome": "failed",
        "findings": [],
        "report": None,
    }


def tell(config: Config, told: dict[str, Any]) -> list[str]:
    """Send the news wherever the configuration says; one sentence for each way that failed."""
    ways: list[Callable[[], None]] = []
    if target := config.get("alerts.on_alert"):
        send = post if target.startswith(("http://", "https://")) else run_command
        ways.append(lambda: send(target, told))
    if config.get("alerts.email_to"):
        ways.append(lambda: mail(config, told))
    problems = []
    for way in ways:
        try:
            way()
        except AlertError as error:
            problems.append(str(error))
    return problems


def run_command(command: str, told: dict[str, Any]) -> None:
    """The user's own command, by the shell, with the news as JSON on its standard input."""
    text = json.dumps(told, ensure_ascii=False)
    try:
        done = subprocess.run(
            command, shell=True, input=text.encode(), capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise AlertError(f"alerts.on_alert: {command!r} did not end within {PATIENCE} s") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        because = f": {said[-1]}" if said else ""
        raise AlertError(f"alerts.on_alert: {command!r} ended with status {done.returncode}{because}")


def post(address: str, told: dict[str, Any]) -> None:
    body = json.dumps(told, ensure_ascii=False).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json; charset=utf-8"})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE):
            pass
    except (OSError, ValueError, urllib.error.URLError) as error:
        raise AlertError(f"alerts.on_alert: {address} could not be told: {error}") from error


def mail(config: Config, told: dict[str, Any]) -> None:
    to, host, port = (config.get(f"alerts.{key}") for key in ("email_to", "smtp_host", "smtp_port"))
    try:
        message = EmailMessage()
        message["Subject"] = f"lawcrawl: {told['site']} is {told['health']}"
        message["From"] = config.get("alerts.email_from") or to.partition(",")[0]
        message["To"] = to
        message.set_content(letter(told))
        security = config.get("alerts.smtp_security")
        make = smtplib.SMTP_SSL if security == "tls" else smtplib.SMTP
        with make(host, port, timeout=PATIENCE) as server:
            if security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if user := config.get("alerts.smtp_user"):
                server.login(user, config.get("alerts.smtp_password") or "")
            server.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise AlertError(f"alerts.email_to: {host}:{port} took no mail: {error}") from error


def letter(told: dict[str, Any]) -> str:
    """The news as a text.

    >>> print(letter({"site": "a", "health": "good", "why": None, "before": "failing", "findings": [], "report": None}))
    a is good; before, it was failing.
    """
    lines = [f"{told['site']} is {told['health']}; before, it was {told['before']}."]
    lines += [f"- {finding['sentence']}" for finding in told["findings"]] or (
        [told["why"]] if told["why"] else []
    )
    if told["report"]:
        lines.append(f"Report: {told['report']}")
    return "\n".join(lines)
