"""What all fields of an ordinary article page cost: lawcrawl beside trafilatura, newspaper4k and GNE.

    python benchmarks/extraction.py [--pages 200] [--rounds 3]

All read the same pages of ``trs_site.py``, each in a process of its own: title, date, source or author, text and the
rest that it knows, from the bytes or the decoded page, as its documentation shows. CPU is that of the process once the
first pages have been read, in the best of some rounds; the ratio is what counts. Right: the title, the date (the day),
the text (every paragraph and nothing else, white space aside) and the view count, which only lawcrawl tells.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import trs_site
from rivals import environment

WARM = 10
"""Pages read before the clock starts: imports, compiled patterns, dictionaries."""
LOOP = """
import json, sys, time
def run(read):
    pages = json.load(open(sys.argv[1], encoding="utf-8"))
    for page in pages[:WARM]: read(page["html"], page["url"])
    began, found = time.process_time(), [read(page["html"], page["url"]) for page in pages]
    json.dump({"seconds": time.process_time() - began, "found": found}, open(sys.argv[2], "w"), default=str)
""".replace("WARM", str(WARM))
OURS = """
from lawcrawl.extract.article import read_article
from lawcrawl.extract.document import Page
from lawcrawl.extract.tidy import tidy
def read(html, url):
    article = read_article(Page.from_bytes(html.encode(), url, "text/html"))
    tidy(article)
    return {"title": article.title, "date": article.published, "text": article.text, "views": article.views}
run(read)
"""
TRAFILATURA = """
from trafilatura import bare_extraction
def read(html, url):
    got = bare_extraction(html, url=url, with_metadata=True)
    return {"title": got.title, "date": got.date, "text": got.text} if got else {}
run(read)
"""
NEWSPAPER = """
from newspaper import Article
def read(html, url):
    got = Article(url, language="zh", fetch_images=False)
    got.download(input_html=html)
    got.parse()
    return {"title": got.title, "date": got.publish_date, "text": got.text}
run(read)
"""
GNE = """
from gne import GeneralNewsExtractor
def read(html, url):
    got = GeneralNewsExtractor().extract(html)
    return {"title": got["title"], "date": got["publish_time"], "text": got["content"]}
run(read)
"""
RIVALS = {
    "trafilatura": (TRAFILATURA, ["trafilatura", "lxml_html_clean"]),
    "newspaper4k": (NEWSPAPER, ["newspaper4k[zh]", "lxml_html_clean"]),
    "gne": (GNE, ["gne"]),
}


def measured(python: Path | str, code: str, pages: Path) -> tuple[float, list[dict[str, str | None]]]:
    """CPU seconds and what was found. Raises :class:`RuntimeError` where the reader fails."""
    out = pages.with_suffix(".out")
    done = subprocess.run(
        [str(python), "-c", LOOP + code, str(pages), str(out)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    told = json.loads(out.read_text(encoding="utf-8"))
    return told["seconds"], told["found"]


def bare(value: object) -> str:
    return re.sub(r"\s", "", str(value or ""))


def right(found: list[dict[str, str | None]]) -> dict[str, int]:
    """For each field, how many pages it was right on."""
    counts = dict.fromkeys(("title", "date", "text", "views"), 0)
    for number, got in enumerate(found):
        fact = trs_site.truth(number)
        counts["title"] += bare(got.get("title")) == bare(fact["title"])
        counts["date"] += str(got.get("date") or "")[:10] == str(fact["published"])[:10]
        counts["text"] += bare(got.get("text")) == bare(fact["text"])
        counts["views"] += got.get("views") == fact["views"]
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "pages.json"
        made = [
            {"url": f"http://site.example/tzgg/{trs_site.name(n)}", "html": trs_site.article(n)}
            for n in range(options.pages)
        ]
        pages.write_text(json.dumps(made), encoding="utf-8")
        readers: dict[str, tuple[Path | str, str]] = {"lawcrawl": (sys.executable, OURS)}
        for name, (code, requirements) in RIVALS.items():
            if programs := environment(name, *requirements):
                readers[name] = (programs / "python", code)
        best: dict[str, float] = {}
        told: dict[str, list[dict[str, str | None]]] = {}
        for _ in range(options.rounds):
            for name, (python, code) in list(readers.items()):
                try:
                    seconds, told[name] = measured(python, code, pages)
                except RuntimeError as error:
                    print(f"{name:12} left out: {error}")
                    del readers[name]
                    continue
                best[name] = min(seconds, best.get(name, seconds))
        for name in readers:
            tell(name, best[name], told[name], best["lawcrawl"])


def tell(name: str, seconds: float, found: list[dict[str, str | None]], ours: float) -> None:
    fields = "  ".join(f"{field} {count}/{len(found)}" for field, count in right(found).items())
    print(
        f"{name:12} {seconds * 1000 / len(found):7.2f} CPU-ms a page  {seconds / ours:5.1f} times ours  right: {fields}"
    )


if __name__ == "__main__":
    main()
