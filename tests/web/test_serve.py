"""``lawcrawl serve`` as a user runs it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.archive import small
from tests.command import ROOT, lawcrawl

WITHOUT = """
import sys
sys.modules["datasette"] = None
from lawcrawl.cli import main
main(["serve", "--archive", sys.argv[1]])
"""


@contextmanager
def served(archive: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """``lawcrawl serve`` in a process of its own, and its address."""
    command = [sys.executable, "-m", "lawcrawl", "serve", "--archive", str(archive), "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stderr is not None
            said = process.stderr.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+/", said)
            assert address, said
            yield address[0], process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small.build(tmp_path_factory.mktemp("serve") / "data")


def test_it_answers_on_loopback_and_ends_with_ctrl_c(archive: Path) -> None:
    with served(archive) as (address, process):
        with urllib.request.urlopen(address, timeout=30) as answer:
            assert small.SITE.name in answer.read().decode()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_without_the_extra_it_says_what_to_install(archive: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, str(archive)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == (
        "Error: the pages need datasette, which is not installed: pip install 'lawcrawl[web]'\n"
    )


def test_a_port_in_use_is_said(archive: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = lawcrawl("serve", "--archive", archive, "--port", taken.getsockname()[1])
    assert run.status == 1
    assert re.fullmatch(r"Error: port \d+ cannot be served on: .*; name another with --port\n", run.err)


def test_where_there_is_no_archive_it_says_so(tmp_path: Path) -> None:
    run = lawcrawl("serve", "--archive", tmp_path / "none")
    assert run.status == 1
    assert run.err.startswith("Error: there is no archive in ")
