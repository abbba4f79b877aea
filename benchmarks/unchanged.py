"""What further crawls of a site cost: one of a site as it was, and one after 6 articles came and 2 were edited.

    python benchmarks/unchanged.py [--articles 3000] [--recheck 50]

Two columns of half the articles each, 20 rows a page. Days lie between the crawls: as many articles as the budget
allows are looked at again in the second, all of them in the third.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.command import age  # noqa: E402
from tests.server import Site, add_column, article_page, row, serving  # noqa: E402

COLUMNS = ("tzgg", "pfdt")


def grown(each: int, more: int = 0) -> Site:
    """The site, with ``more`` articles on top of each column."""
    site = Site()
    for column in COLUMNS:
        add_column(site, column, [row(number) for number in range(each + more, 0, -1)], per_page=20)
    return site


def crawl(site: Site, archive: Path, recheck: int) -> str:
    """What the crawl says it found."""
    site.asked.clear()
    command = [sys.executable, "-m", "lawcrawl", "crawl", *(f"{site.url}/{column}/" for column in COLUMNS)]
    command += ["--archive", str(archive), "--delay", "0", "--recheck", str(recheck)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout.partition(": ")[2].strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--recheck", type=int, default=50)
    options = parser.parse_args()
    each = options.articles // 2
    with tempfile.TemporaryDirectory() as name, serving(grown(each)) as site:
        archive = Path(name) / "archive"
        crawl(site, archive, 0)
        print(f"first:  {len(site.asked)} requests for {2 * each} articles")
        age(archive, 2)
        crawl(site, archive, options.recheck)
        beyond = len(site.asked) - options.recheck
        print(f"second: {len(site.asked)} requests, {beyond} beyond the {options.recheck} looked at again")
        age(archive, 5)
        site.pages.update(grown(each, 3).pages)
        for column in COLUMNS:
            site.page(f"/{column}/202401/t20240104_7.html", article_page("关于推迟第7期普法宣传活动的通知"))
        third = crawl(site, archive, 2 * each)
        print(f"third:  {third}")
        if beyond > 4 or not third.startswith("6 new, 2 changed, "):
            raise SystemExit("more than it should cost, or not what was new and edited")


if __name__ == "__main__":
    main()
