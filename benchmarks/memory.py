"""Whether memory grows with the site: peak RSS of a crawl of few and of many articles.

    python benchmarks/memory.py [--few 2000] [--many 20000]

The ratio is what counts; a plain spider that keeps every address it has seen grows by its list of them.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import trs_site
from crawl_cost import count, measured, ours


def peak(articles: int) -> float:
    """Peak MiB of one crawl."""
    with trs_site.serving(articles) as base, tempfile.TemporaryDirectory() as name:
        command, out = ours(base, Path(name))
        _, _, mib = measured(command, Path(name))
        if (got := count(out)) != articles:
            raise SystemExit(f"got {got} of {articles} articles")
    return mib


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--few", type=int, default=2000)
    parser.add_argument("--many", type=int, default=20_000)
    options = parser.parse_args()
    few, many = peak(options.few), peak(options.many)
    print(
        f"{options.few} articles: {few:.1f} MiB  {options.many} articles: {many:.1f} MiB  ratio {many / few:.2f}"
    )


if __name__ == "__main__":
    main()
