"""How well `lawcrawl probe` reads a folder of saved real pages: every field against its gold, every miss by name.

    python benchmarks/real_pages.py DIR [--json]

DIR holds pages and ``manifest.jsonl``: a line a page with ``file``, ``url`` (or null), ``kind`` (``article``,
``list``) and ``gold``. Text is compared without white space; a body by its first and last 30 characters and its
length within 5 %.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from lawcrawl.cli.probe import read
from lawcrawl.extract.document import Page

FIELDS = ("title", "published", "source", "author", "doc_number")


def bare(value: Any) -> str:
    return re.sub(r"\s", "", str(value)) if value is not None else ""


def article_checks(gold: dict[str, Any], got: Any, url: str) -> list[tuple[str, Any, Any, bool]]:
    """(field, wanted, got, right) for every field that the gold states."""
    checks = [
        (f, gold[f], getattr(got, f), bare(gold[f]) == bare(getattr(got, f))) for f in FIELDS if f in gold
    ]
    wanted = [urljoin(url, a["url"]) for a in gold.get("attachments", [])]
    found = [a.url for a in got.attachments]
    checks.append(("attachments", wanted, found, wanted == found))
    text = bare(got.text)
    first, last = bare(gold.get("body_first")), bare(gold.get("body_last"))
    checks.append(("body first 30", first, text[:30], text.startswith(first)))
    checks.append(("body last 30", last, text[-30:], text.endswith(last)))
    if length := gold.get("body_chars"):
        checks.append(("body length", length, len(text), abs(len(text) - length) <= 0.05 * length))
    return checks


def list_checks(gold: dict[str, Any], got: Any, url: str) -> list[tuple[str, Any, Any, bool]]:
    wanted = {(urljoin(url, i["url"]), bare(i["title"]), i["date"]) for i in gold["items"]}
    found = {(i.url, bare(i.title), i.date) for i in got.items}
    checks = [
        (
            "list items",
            f"{len(wanted)} items, lacking {sorted(wanted - found)[:3]}",
            len(found & wanted),
            wanted <= found,
        ),
        ("list no extra", "none", sorted(found - wanted)[:3], found <= wanted),
    ]
    following = str(gold.get("next_page") or "").split(" ")[0]
    scripted = following.startswith("javascript:") or not following
    right = got.next is None if scripted else got.next == urljoin(url, following)
    checks.append(("list next", following, got.next, right))
    return checks


def score(folder: Path) -> tuple[dict[str, list[int]], list[str]]:
    """Right and all by field, and a line for every miss."""
    table: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    misses = []
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        url = (row["url"] or "").split(" ")[0]
        seen = read(Page.from_bytes((folder / row["file"]).read_bytes(), url))
        checks = [("kind", row["kind"], seen.kind, seen.kind == row["kind"])]
        if row["kind"] == "article":
            checks += article_checks(row["gold"], seen.article, url)
        else:
            checks += list_checks(row["gold"], seen.listed, url)
        for field, wanted, got, right in checks:
            table[field][0] += right
            table[field][1] += 1
            if not right:
                misses.append(f"{row['file']}: {field}: wanted {wanted!r}, got {got!r}")
    return dict(table), misses


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not (options.folder / "manifest.jsonl").is_file():
        print(f"skipped: there is no manifest.jsonl in {options.folder}")
        return
    table, misses = score(options.folder)
    if options.json:
        print(json.dumps({"fields": table, "misses": misses}, ensure_ascii=False))
        return
    for miss in misses:
        print(miss)
    for field, (right, total) in table.items():
        print(f"{field:16} {right:3} of {total}")


if __name__ == "__main__":
    main()
