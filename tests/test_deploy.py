"""The files in deploy/ say what lawcrawl understands."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from lawcrawl.cli import main
from lawcrawl.config import SETTINGS, load

DEPLOY = Path(__file__).parent.parent / "deploy"
UNIT = (DEPLOY / "lawcrawl.service").read_text(encoding="utf-8")
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
COMPOSE = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
VARIABLES = {setting.variable for setting in SETTINGS.values()} | {"LAWCRAWL_CONFIG"}


def commands() -> list[list[str]]:
    """Every lawcrawl command that a file starts."""
    [started] = re.findall(r"^ExecStart=\S+/lawcrawl (.*)$", UNIT, re.M)
    lists = re.findall(r"(?:CMD|command:) \[(.*)\]", CONTAINER + COMPOSE)
    shown = re.findall(r"run --rm crawler (.*)$", COMPOSE, re.M)
    return [*map(shlex.split, [started, *shown]), *(re.findall(r'"(.*?)"', one) for one in lists)]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_a_command_of_a_file_is_understood(words: list[str], tmp_path: Path) -> None:
    """Each is right but for the archive, which is not there."""
    archive = ["--archive", str(tmp_path / "none")] if words[:2] == ["schedule", "run"] else ["--help"]
    result = CliRunner().invoke(main, [*words, *archive])
    assert result.exit_code in (0, 1), result.output
    assert "there is no archive" in result.output or result.exit_code == 0


def test_every_variable_that_a_file_sets_exists() -> None:
    named = set(re.findall(r"LAWCRAWL_\w+", UNIT + CONTAINER + COMPOSE))
    assert named
    assert named <= VARIABLES


def test_the_configuration_beside_them_is_one() -> None:
    assert load(DEPLOY / "lawcrawl.toml", {}).path == DEPLOY / "lawcrawl.toml"


def test_nothing_runs_as_root_and_the_root_is_read_only() -> None:
    assert re.search(r"^USER lawcrawl$", CONTAINER, re.M)
    assert "read_only: true" in COMPOSE
    assert "cap_drop: [ALL]" in COMPOSE
    assert re.search(r"^User=lawcrawl$", UNIT, re.M)
    assert re.search(r"^ProtectSystem=strict$", UNIT, re.M)


def test_what_the_container_copies_is_there() -> None:
    copied = [
        words for line in re.findall(r"^COPY (?!--from)(.*)$", CONTAINER, re.M) for words in line.split()[:-1]
    ]
    assert copied
    assert [name for name in copied if not (DEPLOY.parent / name).exists()] == []


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "lawcrawl.service"
    unit.write_text(UNIT.replace("/opt/lawcrawl/bin/lawcrawl", "/bin/true").replace("User=lawcrawl\n", ""))
    done = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, timeout=60, check=False
    )
    assert [line for line in done.stderr.splitlines() if "lawcrawl.service" in line] == []
