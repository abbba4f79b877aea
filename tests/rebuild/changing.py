"""A site with one of every kind of article that changes once, crawled by the reading of today or by a poorer one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from tests.command import FAST
from tests.crawl.test_history import ABSENT_PAGE, pass_days
from tests.server import Site, article_page, list_page, row

PLAIN, SPLIT, FILED, COUNTED, SOURCED, ABSENT = range(1, 7)
ROOT = Path(__file__).parent.parent.parent
APART = 400
"""Days between the two crawls."""

MAIN = "from lawcrawl.cli import main; main()"
POORER = f"""
from lawcrawl.families import base
good, good_list = base.article_extraction.read_article, base.list_extraction.read_list
def read_article(page):
    article = good(page)
    article.source = None
    for file in article.attachments:
        file.name = None
    article.text = (article.text or "").partition("\\n")[0]
    return article
def read_list(page):
    listed = good_list(page)
    for row in listed.items:
        row.date = None
    return listed
base.article_extraction.read_article, base.list_extraction.read_list = read_article, read_list
{MAIN}
"""
KILLED = f"""
import os, signal, sys
from lawcrawl.archive import schema
left, connect = int(sys.argv.pop(1)), schema.connect
def tick(statement):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
def watched(path, *, read_only=False, **more):
    db = connect(path, read_only=read_only, **more)
    if not read_only:
        db.set_trace_callback(tick)
    return db
schema.connect = watched
{MAIN}
"""
"""Dies at the n-th statement to a database that it may write to; ``n`` is the first argument."""


def run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"},
        timeout=120,
        check=False,
    )


def path(number: int) -> str:
    return f"/tzgg/202401/t20240104_{number}.html"


def first(site: Site) -> None:
    rows = [row(number) for number in range(1, 7)]
    rows += [("./202401/biaoge.pdf", "报名表（2024年度）", "2024-01-02")]
    rows += [("http://other.example/a/t20240103_9.html", "省里转发的一则通知", "2024-01-03")]
    for index in ("", "index.html"):
        site.page(f"/tzgg/{index}", list_page(rows))
    for number in range(1, 7):
        site.page(path(number), article_page(row(number)[1]))
    plain = {"Content-Type": "text/plain"}
    site.page("/tzgg/202401/biaoge.pdf", "%PDF-1.4 broken", **{"Content-Type": "application/pdf"})
    site.page("/tzgg/202401/one.txt", "参加人员名单", **plain)
    parts = '<script>createPageHTML(2, {}, "t20240104_2", "html");</script>'
    site.page(path(SPLIT), article_page(row(SPLIT)[1], extra=parts.format(0)))
    second_part = article_page(row(SPLIT)[1], body="第二页：附则和联系办法写在这里。", extra=parts.format(1))
    site.page(path(SPLIT).replace(".html", "_1.html"), second_part)
    files = '<p><a href="./one.txt">附件1</a></p><p><a href="./lost.doc">附件2</a></p>'
    site.page(path(FILED), article_page(row(FILED)[1], extra=files))
    script = '浏览次数：<script src="/plus/count.php?view=yes&aid=4"></script>'
    site.page(
        path(COUNTED),
        article_page(row(COUNTED)[1]).replace('</div>\n<div class="TRS', f'{script}</div>\n<div class="TRS'),
    )
    site.page("/plus/count.php?view=yes&aid=4", "document.write('128');", **plain)


def second(site: Site) -> None:
    """What changes; the edit of one article is in its source alone."""
    site.page(path(PLAIN), article_page(row(PLAIN)[1], body="活动改在三月举行，请各单位相应调整安排。"))
    html = article_page(row(SOURCED)[1]).replace("来源：临溪市司法局", "来源：临溪市普法办")
    site.page(path(SOURCED), html)
    site.page("/plus/count.php?view=yes&aid=4", "document.write('256');", **{"Content-Type": "text/plain"})
    site.page(path(ABSENT), ABSENT_PAGE)


def crawl(site: Site, archive: Path, code: str = MAIN) -> None:
    done = run(code, "crawl", f"{site.url}/tzgg/", "--archive", archive, "--recheck", 100, *FAST)
    assert done.returncode in (0, 3), done.stderr


def crawl_twice(site: Site, *archives: tuple[Path, str]) -> None:
    """Each archive crawled by its code, both times at the same states of the site."""
    for number, change in enumerate((first, second)):
        change(site)
        for archive, code in archives:
            if number:
                pass_days(archive, APART)
            crawl(site, archive, code)


def killed(at: int, *arguments: object) -> bool:
    """Run lawcrawl until its ``at``-th statement; whether it came so far."""
    done = run(KILLED, at, *arguments)
    assert done.returncode in (0, 3, -signal.SIGKILL), done.stderr
    return done.returncode == -signal.SIGKILL


def moments(count: int, of: int) -> list[int]:
    """Statements at which to die, other ones each time; a failing test shows them."""
    return sorted(random.sample(range(1, of), count))
