"""After a crawl the newest seal is stamped by the authority that the configuration names; the crawl never fails by it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.authority import Authority
from tests.command import FAST, Run, lawcrawl, rows
from tests.server import notice_site, serving


@contextmanager
def answering(answer: Callable[[bytes], bytes]) -> Iterator[str]:
    """A server that gives ``answer`` of each request's body."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *values: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def crawl(home: Path, authority: str, more: str = "") -> Run:
    text = f'archive = "a"\ncontact = "you@example.org"\n[seals]\nstamp_authority = "{authority}"\n{more}'
    (home / "lawcrawl.toml").write_text(text)
    with serving(notice_site(3)) as site:
        return lawcrawl("crawl", f"{site.url}/tzgg/", *FAST, cwd=home)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl, our authority, is not here")
def test_a_crawls_seal_is_stamped_and_verified_by_the_configuration(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority")
    with answering(authority.answer) as address:
        done = crawl(tmp_path, address, 'stamp_roots = "authority/root.pem"\n')
    assert (done.status, done.err) == (0, "")
    assert rows(tmp_path / "a", "SELECT count(stamp) FROM seals") == [1]
    verified = lawcrawl("verify", cwd=tmp_path)
    assert (verified.status, len(verified.out.splitlines())) == (0, 1), verified.out


def test_an_authority_that_answers_nonsense_is_told_and_the_crawl_is_done(tmp_path: Path) -> None:
    with answering(lambda request: b"<h1>404</h1>") as address:
        done = crawl(tmp_path, address)
    assert done.status == 0
    assert "the newest seal has no time stamp: it is no answer of a time-stamp authority" in done.err
    assert rows(tmp_path / "a", "SELECT count(stamp) FROM seals") == [0]


def test_an_authority_that_is_not_there_is_told_and_the_crawl_is_done(tmp_path: Path) -> None:
    done = crawl(tmp_path, "http://127.0.0.1:9/")
    assert done.status == 0
    assert "http://127.0.0.1:9/ could not be asked" in done.err


def test_roots_that_cannot_be_read_are_one_sentence(tmp_path: Path) -> None:
    crawl(tmp_path, "http://127.0.0.1:9/", 'stamp_roots = "missing.pem"\n')
    verified = lawcrawl("verify", cwd=tmp_path)
    assert verified.status == 1
    assert "seals.stamp_roots" in verified.err
    assert "missing.pem cannot be read" in verified.err
