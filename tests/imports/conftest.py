"""What every test of an import begins with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.imports.foreign import Captures


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def captures() -> Captures:
    return Captures()
