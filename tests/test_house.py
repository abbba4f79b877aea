"""The rooms of the house and the directions in which they may import (docs/house.md)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "lawcrawl"

MAY_IMPORT = {
    "items": set(),
    "normalize": set(),
    "extract": {"normalize", "items"},
    "families": {"extract", "items", "normalize"},
    "spiders": {"families"},
    "config": set(),
    "knowledge": {"normalize"},
    "archive": {"knowledge", "items", "normalize"},
    "crawl": {"config", "archive", "families", "extract", "items", "normalize"},
    "rebuild": {"crawl", "archive", "families", "extract", "items", "normalize"},
    "imports": {"rebuild", "crawl", "archive", "families", "extract", "items", "normalize"},
    "pipelines": {"extract", "items", "crawl"},
    "plots": set(),
    "demo": set(),
    "feeds": set(),
    "web": {"feeds", "plots", "archive", "extract", "items", "normalize"},
}
PURE = ("items", "normalize", "extract", "config", "knowledge", "archive", "plots", "demo", "feeds", "web")


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Dotted names of every module that a file imports, wherever in the file."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


FILES = sorted(path for path in PACKAGE.rglob("*.py") if room(path) in MAY_IMPORT)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_what_stands_left_of_it(path: Path) -> None:
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("lawcrawl.")}
    strangers = {name for name in ours if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").exists()}
    assert strangers - {room(path)} <= MAY_IMPORT[room(path)]


@pytest.mark.parametrize(
    "path", [p for p in FILES if room(p) in PURE], ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_the_core_and_the_archive_know_no_scrapy(path: Path) -> None:
    assert not {name for name in imports(path) if name.split(".")[0] in ("scrapy", "twisted")}


@pytest.mark.parametrize("path", sorted((PACKAGE / "cli").glob("*.py")), ids=lambda path: path.stem)
def test_a_command_has_no_sql_of_its_own(path: Path) -> None:
    called = {
        node.func.attr for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if is_call(node)
    }
    assert not called & {"execute", "executemany", "executescript"}


def is_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
