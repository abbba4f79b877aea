"""Reports of every crawl, and news of a change of health to whom the configuration names."""

from __future__ import annotations

import json
import socketserver
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lawcrawl.config import Config, load
from lawcrawl.crawl.alerts import tell
from tests.command import FAST, Run, lawcrawl
from tests.server import Answer, Site, notice_site, serving

NEWS = {
    "site": "linxi",
    "health": "failing",
    "why": "no rows",
    "before": "good",
    "findings": [],
    "report": None,
}


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(notice_site(3)) as served:
        yield served


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder whose configuration appends each alert to ``alerts``."""
    keep = "import sys; open('alerts', 'a').write(sys.stdin.read() + chr(10))"
    text = f'archive = "a"\ncontact = "you@example.org"\n[alerts]\non_alert = """{sys.executable} -c "{keep}\\""""\n'
    (tmp_path / "lawcrawl.toml").write_text(text)
    return tmp_path


def run(home: Path, site: Site) -> Run:
    return lawcrawl("crawl", f"{site.url}/tzgg/", *FAST, cwd=home)


def alerts(home: Path) -> list[tuple[str, str]]:
    file = home / "alerts"
    lines = file.read_text().splitlines() if file.exists() else []
    return [(told["before"], told["health"]) for told in map(json.loads, lines)]


def health(home: Path, site: Site) -> str:
    found = {one["id"]: one["health"] for one in lawcrawl("sites", "--json", cwd=home).objects}
    return str(found[site.url.removeprefix("http://")])


def test_a_change_of_health_is_told_once_and_so_is_its_end(home: Path, site: Site) -> None:
    assert run(home, site).status == 0
    assert (alerts(home), health(home, site)) == ([], "good")
    page = site.pages["/tzgg/"]
    site.page("/tzgg/", "<html><body><h1>通知公告</h1><p>暂无内容</p></body></html>")
    for _ in range(2):
        assert run(home, site).status == 1
        assert alerts(home) == [("good", "failing")]
    assert health(home, site).startswith("failing: ")
    site.pages["/tzgg/"] = page
    assert run(home, site).status == 0
    assert alerts(home) == [("good", "failing"), ("failing", "good")]


def test_every_crawl_has_a_report_that_shows_the_failing_page_beside_the_last_good_one(
    home: Path, site: Site
) -> None:
    run(home, site)
    evil = (
        "<html><body><script>steal()</script><h1>改版了</h1><p onclick='steal()'>\"&lt;暂无</p></body></html>"
    )
    site.page("/tzgg/", evil)
    run(home, site)
    first, second = sorted((home / "a" / "reports").glob("*.html"))
    assert "good</span>" in first.read_text(encoding="utf-8")
    page = second.read_text(encoding="utf-8")
    assert "改版了" in page
    assert "关于开展第1期普法宣传活动的通知" in page
    assert "<script" not in page
    assert "onclick='steal()'" not in page
    assert 'http-equiv="Content-Security-Policy" content="default-src \'none\'' in page
    told = json.loads(second.with_suffix(".json").read_text(encoding="utf-8"))
    assert told["health"] == "failing"
    assert [finding["monitor"] for finding in told["findings"]] == ["list_unreadable"]
    assert told["failures"]


def test_an_alert_that_cannot_be_sent_is_one_sentence(home: Path, site: Site) -> None:
    (home / "lawcrawl.toml").write_text(
        'archive = "a"\n[alerts]\non_alert = "echo no such way >&2; exit 7"\n'
    )
    site.pages["/tzgg/"] = Answer("<h1>500</h1>", 500)
    done = run(home, site)
    assert done.status == 1
    assert "alerts.on_alert: 'echo no such way >&2; exit 7' ended with status 7: no such way" in done.err
    assert "Traceback" not in done.err


def configured(tmp_path: Path, text: str) -> Config:
    (tmp_path / "lawcrawl.toml").write_text(f"[alerts]\n{text}")
    return load(tmp_path / "lawcrawl.toml", {})


def test_news_is_posted_as_json(tmp_path: Path, site: Site) -> None:
    site.pages["/hook"] = Answer(form=lambda sent: Answer("ok"))
    assert tell(configured(tmp_path, f'on_alert = "{site.url}/hook"'), NEWS) == []
    assert site.asked == ["POST /hook"]
    assert [json.loads(body) for body in site.posted] == [NEWS]


def test_an_address_that_refuses_is_told(tmp_path: Path, site: Site) -> None:
    [problem] = tell(configured(tmp_path, f'on_alert = "{site.url}/none"'), NEWS)
    assert (
        problem == f"alerts.on_alert: {site.url}/none could not be told: HTTP Error 405: Method Not Allowed"
    )


class Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as a client without log-in asks for."""

    letters: list[str]

    def handle(self) -> None:
        self.wfile.write(b"220 linxi.example\r\n")
        while line := self.rfile.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.letters.append(b"".join(lines).decode())
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return


def test_news_is_mailed(tmp_path: Path) -> None:
    letters: list[str] = []
    handler = type("Handler", (Mail,), {"letters": letters})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        text = (
            f'email_to = "you@example.org"\nsmtp_host = "127.0.0.1"\nsmtp_port = {server.server_address[1]}'
        )
        problems = tell(configured(tmp_path, text), NEWS)
        server.shutdown()
    assert problems == []
    [letter] = letters
    assert "Subject: lawcrawl: linxi is failing" in letter
    assert "linxi is failing; before, it was good." in letter
    assert "no rows" in letter


def test_a_mail_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    text = 'email_to = "you@example.org"\nsmtp_host = "127.0.0.1"\nsmtp_port = 9'
    [problem] = tell(configured(tmp_path, text), NEWS)
    assert problem.startswith("alerts.email_to: 127.0.0.1:9 took no mail: ")
