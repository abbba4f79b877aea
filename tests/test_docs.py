"""What the words for users say is so."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from lawcrawl.archive import Archive
from lawcrawl.archive.search import match_expression
from lawcrawl.cli import COMMANDS, main
from lawcrawl.extract.article import FIELDS
from lawcrawl.extract.title import TITLE
from lawcrawl.items import Failure
from tests.archive.writing import COLUMN, crawling, day

ROOT = Path(__file__).parent.parent
ARCHIVE = (ROOT / "docs" / "archive.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", ARCHIVE, re.M | re.S)


def described() -> dict[str, list[str]]:
    """Every table that docs/archive.md has a heading for, and the columns of the table beneath it."""
    parts = re.split(r"^### `(\w+)`\n", ARCHIVE.partition("## Queries")[0], flags=re.M)[1:]
    return {
        name: re.findall(r"^\| `(\w+)` \|", text, re.M)
        for name, text in zip(parts[::2], parts[1::2], strict=True)
    }


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive ``data`` that has one of everything that the recipes ask for."""
    home = tmp_path_factory.mktemp("docs")
    law = {"labels": {"主题分类": "普法宣传"}, "views": 10}
    with crawling(home / "data") as crawl:
        files = [crawl.file(name="报名表")]
        crawl.visit(day(1), attachments=files, **law)
        crawl.visit(
            day(3),
            attachments=files,
            text="根据国发〔2020〕5号，请学习《民法典》。",
            labels=law["labels"],
            views=50,
        )
        for number in (2, 4):
            crawl.visit(url=f"{COLUMN}t{number}.html", text="请各单位按时报送总结材料。" * 12)
        crawl.absent(day(4), url=f"{COLUMN}t2.html")
        crawl.writer.failure(crawl.id, Failure(f"{COLUMN}t3.html", "fetch", "status 500", 3))
    with crawling(home / "data") as crawl:
        crawl.absent(day(5), url=f"{COLUMN}t2.html")
        crawl.writer.walked(crawl.id, crawl.site.id, COLUMN, 2)
    return home


@pytest.fixture
def db(home: Path) -> Iterator[sqlite3.Connection]:
    """As an analyst opens it, with nothing of lawcrawl."""
    db = sqlite3.connect(f"file:{home / 'data' / 'lawcrawl.db'}?mode=ro", uri=True)
    yield db
    db.close()


def tables(db: sqlite3.Connection) -> dict[str, list[str]]:
    """Every table and view that is not SQLite's own, with its columns in order."""
    names = [
        name
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        if not name.startswith("sqlite_") and "_fts_" not in name
    ]
    return {name: [row[1] for row in db.execute(f"PRAGMA table_info({name})")] for name in names}


def test_every_table_is_described_and_no_other(db: sqlite3.Connection) -> None:
    assert set(described()) == set(tables(db))


@pytest.mark.parametrize("table", described())
def test_every_column_is_described_and_no_other(db: sqlite3.Connection, table: str) -> None:
    assert sorted(described()[table]) == sorted(tables(db)[table])


def test_every_column_is_described_in_words() -> None:
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", ARCHIVE, re.M)
    assert len(rows) >= sum(map(len, described().values())) > 100
    assert [name for name, words in rows if not words.strip()] == []


@pytest.mark.parametrize("statement", blocks("sql"))
def test_a_recipe_runs_and_finds_something(db: sqlite3.Connection, statement: str) -> None:
    assert db.execute(statement).fetchall()


def test_there_are_recipes() -> None:
    assert len(blocks("sql")) >= 8
    assert blocks("python")
    assert blocks("sh")


@pytest.mark.parametrize("block", blocks("python"))
def test_an_example_in_python_runs(home: Path, block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    imported = re.findall(r"^(?:import|from) (\w+)", block, re.M)
    missing = [name for name in imported if find_spec(name) is None]
    code = compile(block, "docs/archive.md", "exec")
    if missing:
        pytest.skip(f"{missing[0]} is not installed")
    monkeypatch.chdir(home)
    exec(code, {})


@pytest.mark.skipif(not shutil.which("sqlite3"), reason="the sqlite3 command is not installed")
@pytest.mark.parametrize("block", blocks("sh"))
def test_an_example_for_the_shell_runs(home: Path, block: str) -> None:
    done = subprocess.run(["sh", "-euc", block], cwd=home, capture_output=True, timeout=20, check=False)
    assert done.returncode == 0
    assert done.stderr == b""
    assert done.stdout.startswith(b"WARC/1.1\r\n")
    assert done.stdout.endswith(b"one\r\n\r\n")


def searches() -> list[tuple[str, str]]:
    """The documented pairs of what is sought and what the query holds, where one word is sought."""
    found = re.findall(r"^\| `([^`]+)` \| `([^`]*\"[^`]*)` \|$", ARCHIVE, re.M)
    return [(sought, query) for sought, query in found]


def test_words_to_be_searched_are_shown() -> None:
    assert len(searches()) >= 3


@pytest.mark.parametrize(("sought", "query"), searches())
def test_a_documented_query_is_how_the_index_is_asked(sought: str, query: str) -> None:
    assert match_expression(sought) == query


def test_the_number_that_marks_an_archive_is_the_documented_one(db: sqlite3.Connection) -> None:
    assert f"`PRAGMA application_id` is {db.execute('PRAGMA application_id').fetchone()[0]} " in ARCHIVE


def test_the_folder_is_as_described(home: Path) -> None:
    rows = re.findall(r"^\| `([\w.]+)/?` \|", ARCHIVE.partition("## How to read")[0], re.M)
    found = {path.name for path in (home / "data").iterdir()} - {"lawcrawl.db-wal", "lawcrawl.db-shm"}
    assert set(rows) == found


def test_a_digest_can_be_computed_as_described(home: Path) -> None:
    with Archive(home / "data", create=False, read_only=True) as archive:
        found = archive.connection.execute(
            "SELECT digest, attachments, title, published, source, author, doc_number, text FROM versions"
        ).fetchall()
    assert len(found) == 4
    for digest, files, *values in found:
        text = json.dumps([*values, json.loads(files)], ensure_ascii=False, separators=(",", ":"))
        assert hashlib.sha256(text.encode()).hexdigest() == digest


# README.md

MAINTAINERS = (ROOT / "docs" / "maintainers.md").read_text(encoding="utf-8")
COMMAND_LINES = re.findall(r"^lawcrawl (\w+)(.*)$", README + MAINTAINERS, re.M)


def command(name: str) -> click.Command:
    found = main.get_command(click.Context(main), name)
    assert found is not None
    return found


def test_every_command_is_named_in_the_readme() -> None:
    assert [name for name in COMMANDS if f"lawcrawl {name}" not in README] == []


@pytest.mark.parametrize(("name", "rest"), COMMAND_LINES)
def test_what_the_readme_runs_exists(name: str, rest: str) -> None:
    assert name in COMMANDS
    flags = re.findall(r"(?<!\S)(--?[a-z][a-z-]*)", rest.partition("#")[0])
    known = {option for parameter in command(name).params for option in parameter.opts}
    assert set(flags) <= known


def test_every_flag_the_readme_names_exists() -> None:
    known = {option for name in COMMANDS for parameter in command(name).params for option in parameter.opts}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README)) <= known


def test_every_place_a_value_comes_from_is_explained_to_maintainers() -> None:
    places = {name for some in (*FIELDS.values(), TITLE) for name, _ in some}
    explained = MAINTAINERS.partition("## Reading evidence")[2]
    assert [name for name in places if f"`{name}`" not in explained.replace("metadata ...", name)] == []
