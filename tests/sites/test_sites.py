"""Every saved page of every site reads as its expected.json says. `lawcrawl new` makes both."""

from __future__ import annotations

from pathlib import Path

import pytest

from lawcrawl.crawl.samples import Sample, samples


@pytest.mark.parametrize("sample", samples(Path(__file__).parent), ids=str)
def test_a_saved_page_reads_as_expected(sample: Sample) -> None:
    assert sample.read() == sample.expected
