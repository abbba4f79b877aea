"""A server is believed when its certificate can be checked, or when its site is allowed by name not to be."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.command import FAST, Run, lawcrawl, rows
from tests.server import Answer, notice_site, serving


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def allowing(folder: Path, site: str, value: str) -> Path:
    path = folder / "lawcrawl.toml"
    path.write_text(f'[sites."{site}"]\ntls = "{value}"\n')
    return path


def crawl(folder: Path, url: str, trusted: Path | None = None, tls: str | None = None) -> Run:
    """A crawl that believes ``trusted`` alone."""
    host = url.partition("://")[2].partition("/")[0]
    config = allowing(folder, host, tls) if tls else folder / "lawcrawl.toml"
    config.touch()
    return lawcrawl(
        *("--config", config, "crawl", url, "--archive", folder / "archive", *FAST),
        SSL_CERT_FILE=str(trusted or folder / "nobody.pem"),
    )


def test_a_certificate_that_can_be_checked_is_believed(authority: Authority, tmp_path: Path) -> None:
    with serving(notice_site(3), authority.server()) as site:
        run = crawl(tmp_path, f"{site.url}/tzgg/", authority.path)
    assert run.status == 0, run.err
    assert "3 new" in run.out


UNBELIEVED = {
    "expired": ({"days": -1}, True, "the certificate is expired"),
    "self-signed": ({}, False, "self-signed, or of an unknown authority"),
    "another host's": ({"address": "127.0.0.2"}, True, "the certificate is another host's"),
}


@pytest.mark.parametrize(("made", "known", "why"), UNBELIEVED.values(), ids=UNBELIEVED)
def test_a_certificate_that_cannot_be_checked_is_refused_and_its_site_allowed_by_name(
    authority: Authority, tmp_path: Path, made: dict[str, object], known: bool, why: str
) -> None:
    with serving(notice_site(3), authority.server(**made)) as site:  # type: ignore[arg-type]
        trusted = authority.path if known else None
        host = site.url.removeprefix("https://")
        run = crawl(tmp_path, f"{site.url}/tzgg/", trusted)
        assert run.status == 1
        assert site.asked == []
        [(stage, reason)] = rows(tmp_path / "archive", "SELECT stage, reason FROM failures")
        assert stage == "fetch"
        assert why in reason
        assert reason.endswith(f'tls = "unverified" in [sites."{host}"] allows it')
        allowed = crawl(tmp_path, f"{site.url}/tzgg/", trusted, tls="unverified")
    assert allowed.status == 0, allowed.err
    assert rows(tmp_path / "archive", "SELECT count(*) FROM articles") == [3]


def test_one_sites_leave_is_no_other_sites(authority: Authority, tmp_path: Path) -> None:
    allowing(tmp_path, "sfj.linxi.example", "unverified")
    with serving(notice_site(3), authority.server()) as site:
        assert crawl(tmp_path, f"{site.url}/tzgg/").status == 1
    assert site.asked == []


def hello_without_renegotiation() -> bytes:
    """A TLS 1.2 ServerHello with no extension: what servers from before RFC 5746 send."""
    body = b"\x03\x03" + bytes(32) + b"\x00" + b"\xc0\x2f" + b"\x00"
    handshake = b"\x02" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x03" + len(handshake).to_bytes(2, "big") + handshake


class OldServer(socketserver.BaseRequestHandler):
    """Greets as an old server does, then refuses with an alert that names no reason of the client's."""

    def handle(self) -> None:
        self.request.recv(4096)
        self.request.sendall(hello_without_renegotiation() + b"\x15\x03\x03\x00\x02\x02\x50")
        self.request.recv(4096)


@contextmanager
def old_server() -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), OldServer) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"https://127.0.0.1:{server.server_address[1]}/tzgg/"
        server.shutdown()


def test_a_server_of_before_secure_renegotiation_is_refused_and_allowed_by_name(tmp_path: Path) -> None:
    with old_server() as url:
        refused, allowed = crawl(tmp_path, url), crawl(tmp_path, url, tls="legacy")
    assert (refused.status, allowed.status) == (1, 1)
    strict, legacy = rows(tmp_path / "archive", "SELECT reason FROM failures ORDER BY id")
    assert strict.startswith(
        'the server knows TLS only without secure renegotiation; tls = "legacy" in [sites.'
    )
    assert "internal error" in legacy, "past the greeting, the server's own alert is what ends it"


def test_legacy_servers_still_show_a_certificate_that_can_be_checked(
    authority: Authority, tmp_path: Path
) -> None:
    with serving(notice_site(3), authority.server(days=-1)) as site:
        assert crawl(tmp_path, f"{site.url}/tzgg/", authority.path, tls="legacy").status == 1
    assert site.asked == []


@pytest.mark.parametrize("command", ["probe", "check"])
def test_other_commands_that_ask_a_site_believe_as_its_crawl_does(
    authority: Authority, tmp_path: Path, command: str
) -> None:
    with serving(notice_site(3), authority.server()) as site:
        host = site.url.removeprefix("https://")
        config = allowing(tmp_path, host, "unverified")
        crawl(tmp_path, f"{site.url}/tzgg/", tls="unverified")
        target = {
            "probe": [f"{site.url}/tzgg/"],
            "check": [host, "--archive", str(tmp_path / "archive")],
        }[command]
        allowed = lawcrawl("--config", config, command, *target, *FAST, SSL_CERT_FILE="/nobody.pem")
        config.write_text("")
        refused = lawcrawl("--config", config, command, *target, *FAST, SSL_CERT_FILE="/nobody.pem")
    assert (allowed.status, refused.status) == (0, 1), allowed.err + refused.err
    assert "allows it" in refused.out + refused.err


def test_an_article_that_moved_to_https_is_still_the_one_article(
    authority: Authority, tmp_path: Path
) -> None:
    path = "/tzgg/202401/t20240104_2.html"
    with serving(notice_site(3), authority.server()) as secure, serving(notice_site(3)) as plain:
        plain.pages[path] = Answer("", 301, headers={"Location": secure.url + path})
        first, second = (crawl(tmp_path, f"{plain.url}/tzgg/", authority.path) for _ in range(2))
    assert (first.status, second.status) == (0, 0), first.err + second.err
    assert path in secure.asked
    assert "0 new, 0 changed, 0 unchanged, 3 known" in second.out
    assert rows(tmp_path / "archive", "SELECT count(*) FROM articles") == [3]
