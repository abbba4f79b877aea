"""CPU for what an article names, cites and is like, beside lxml making a tree of its page, the least that reading it takes.

    python benchmarks/knowledge_cost.py [--articles 8000]

Articles of about 1,000 characters are written into an archive, one in twenty the reprint of an earlier one with a few
edits. The reprints that are found are held against those that were made: one that is missed or too many is counted.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import lxml.html
import trs_site

from lawcrawl.archive import Archive
from lawcrawl.archive.knowledge import derived, reprints

AT = "2024-01-05T04:00:00Z"
BATCH = 50
PARSED = "parsing its page"
NAMED = (
    "依据《中华人民共和国行政处罚法》，",
    "按照《临溪市养犬管理条例》（临政发〔2023〕5号）的规定，",
    "学习宪法、民法典，",
)


def written(number: int) -> str:
    """The text of an article, a paragraph a line, with a law or a document here and there."""
    chosen = random.Random(number)
    lines = (line.text_content() for line in lxml.html.fromstring(trs_site.article(number)).iter("p"))
    return "\n".join(chosen.choice(NAMED) * (chosen.random() < 0.3) + line for line in lines)


def reprinted(text: str, number: int) -> str:
    """The text as another site has it."""
    chosen = random.Random(number)
    characters = list(text)
    for _ in range(10):
        characters[chosen.randrange(len(characters))] = "的"
    return "来源：临溪市人民政府\n" + "".join(characters) + "\n责任编辑：办公室"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=8000)
    total = parser.parse_args().articles
    spent: Counter[str] = Counter()
    made, texts = set(), list[str]()
    with tempfile.TemporaryDirectory() as name, Archive(Path(name)) as archive:
        db = archive.connection
        db.execute("INSERT INTO sites (id, added_at) VALUES ('linxi', ?)", (AT,))
        for start in range(0, total, BATCH):
            db.execute("BEGIN IMMEDIATE")
            for number in range(start, min(start + BATCH, total)):
                chosen = random.Random(-number)
                text = written(number)
                if number and chosen.random() < 0.05:
                    of = chosen.randrange(number)
                    text = reprinted(texts[of], number)
                    made.add((number + 1, of + 1))
                texts.append(text)
                insert(db, number + 1, text)
                timed(spent, PARSED, partial(lxml.html.fromstring, trs_site.article(number)))
                timed(spent, "laws and citations", partial(derived.counts, "通知", None, text))
                timed(spent, "reprints", partial(reprints.compare, db, number + 1, text))
            db.execute("COMMIT")
        found = set(db.execute("SELECT article_id, of_id FROM reprints"))
        size = {
            what: db.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE ?", (like,)).fetchone()[0]
            for what, like in (("text", "articles"), ("sketches", "sketches"), ("buckets", "buckets"))
        }
    characters = sum(map(len, texts)) / total
    print(f"{total} articles of {characters:.0f} characters")
    for what, seconds in spent.items():
        print(
            f"{what:20} {seconds / total * 1e6:6.0f} us an article, {seconds / spent[PARSED]:.2f} of parsing"
        )
    print(", ".join(f"{what} {taken // total} bytes" for what, taken in size.items()), "an article")
    print(f"{len(made & found)} of {len(made)} reprints found")


def insert(db: sqlite3.Connection, article_id: int, text: str) -> None:
    db.execute(
        "INSERT INTO articles (id, site_id, url, url_key, text, status, version, first_seen_at, last_seen_at, changed_at)"
        " VALUES (?, 'linxi', ?, ?, ?, 'live', 1, ?, ?, ?)",
        (article_id, f"http://linxi.example/{article_id}", f"linxi.example/{article_id}", text, AT, AT, AT),
    )


def timed(spent: Counter[str], what: str, run: Callable[[], object]) -> None:
    began = time.process_time()
    run()
    spent[what] += time.process_time() - began


if __name__ == "__main__":
    main()
