"""What docs/analysts.md says is so: every query, recipe and answer, on the archive that ``lawcrawl demo`` makes."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lawcrawl.archive import Archive
from lawcrawl.archive.asking import Asking
from lawcrawl.archive.exports.table import COLUMNS
from tests.command import ROOT, lawcrawl

ANALYSTS = (ROOT / "docs" / "analysts.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(
    r"^### \d+\. (.*?)\n.*?^```sql\n(.*?)^```\n\n((?:^\|[^\n]*\n)+)", ANALYSTS, re.M | re.S
)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", ANALYSTS, re.M | re.S)


def table(markdown: str) -> list[list[str]]:
    head, _, *rows = ([cell.strip() for cell in line.split("|")[1:-1]] for line in markdown.splitlines())
    return [head, *rows]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample archive ``data`` and what the page's own commands export from it."""
    home = tmp_path_factory.mktemp("analysts")
    demo = lawcrawl("demo", "--archive", home / "data")
    assert demo.status == 0, demo.err
    [commands] = blocks("sh")
    for line in commands.splitlines():
        program, *arguments = line.split()
        assert program == "lawcrawl"
        done = lawcrawl(*arguments, cwd=home)
        assert done.status == 0, done.err
    return home


@pytest.fixture
def db(home: Path) -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(f"file:{home / 'data' / 'lawcrawl.db'}?mode=ro", uri=True)
    yield db
    db.close()


def test_there_are_twelve_questions_with_their_answers() -> None:
    assert len(QUESTIONS) == len(blocks("sql")) == 12


@pytest.mark.parametrize(("question", "statement", "answer"), QUESTIONS, ids=[one[0] for one in QUESTIONS])
def test_the_answer_is_the_documented_one(
    db: sqlite3.Connection, question: str, statement: str, answer: str
) -> None:
    found = db.execute(statement)
    head = [column[0] for column in found.description]
    rows = [["" if value is None else str(value) for value in row] for row in found]
    assert [head, *rows] == table(answer)


@pytest.mark.parametrize("recipe", blocks("python"))
def test_a_recipe_in_python_runs(home: Path, recipe: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    exec(compile(recipe, "docs/analysts.md", "exec"), {})


def r_lacks() -> str | None:
    """Why the recipes in R cannot run here."""
    if not shutil.which("Rscript"):
        return "R is not installed"
    asked = 'quit(status = !requireNamespace("RSQLite", quietly = TRUE))'
    done = subprocess.run(["Rscript", "-e", asked], capture_output=True, timeout=60, check=False)
    return "R has no RSQLite" if done.returncode else None


@pytest.mark.parametrize("recipe", blocks("r"))
def test_a_recipe_in_r_runs(home: Path, recipe: str) -> None:
    if lacking := r_lacks():
        pytest.skip(lacking)
    done = subprocess.run(
        ["Rscript", "-e", recipe], cwd=home, capture_output=True, timeout=60, check=False, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "2024-03" in done.stdout


def test_every_column_of_an_export_is_described_and_no_other() -> None:
    described = re.findall(
        r"^\| `(\w+)` \|", ANALYSTS.partition("## Exports")[2].partition("## Recipes")[0], re.M
    )
    assert described == list(COLUMNS)


def test_all_that_is_exported_is_the_whole_archive(home: Path) -> None:
    assert (home / "articles.csv").read_text(encoding="utf-8-sig").count("http://127.0.0.1") >= 61
    assert sorted(path.name for path in (home / "parts").rglob("year=*")) == ["year=2023", "year=2024"]


def test_every_method_named_is_there_and_every_question_is_named() -> None:
    table = ANALYSTS.partition("| method | gives |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`(\w+)\(", table))
    assert named - {"read_capture"} == {name for name in vars(Asking) if not name.startswith("_")}
    assert hasattr(Archive, "read_capture")
