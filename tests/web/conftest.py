"""A small archive with one of everything that a page shows, and the pages over it, asked in this process."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lawcrawl.archive import Archive
from lawcrawl.items import Failure
from lawcrawl.web.server import application
from tests.archive.writing import COLUMN, URL, crawling, day, exchange

SCRIPT = "<script>alert(1)</script>"
HANDLER = "\"><img src=x onerror=alert(1)>'"
GONE, HOSTILE, CITING = f"{COLUMN}t2.html", f"{COLUMN}t3.html", f"{COLUMN}t4.html"
ORIGINAL, REPRINT = f"{COLUMN}t5.html", f"{COLUMN}t6.html"
LONG = "。".join(
    f"第{number}项工作由各单位按照职责分工组织落实，{number}月底前完成" for number in range(1, 25)
)
NUMBER = "临司发〔2024〕5号"
PICTURE = f"{COLUMN}picture.png"
PAGE = (
    '<html><head><meta charset="gbk"><meta http-equiv="refresh" content="0;url=https://elsewhere.example/">'
    '<link rel="stylesheet" href="/style.css"><style>@import "x.css"; p { background: url(/x.png); color: red }</style>'
    '</head><body onload="alert(1)" background="/b.png"><h1>原样</h1><script>alert(1)</script>'
    '<p style="background: url(/y.png); color: blue">文</p><a href="https://elsewhere.example/">外</a>'
    '<img src="picture.png" alt="有"><img src="/none.png" alt="无"><iframe src="https://elsewhere.example/"></iframe>'
    '<form action="https://elsewhere.example/"><input name="a"></form></body></html>'
).encode("gbk")
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
MARKUP = (
    f'<p>请各单位认真学习。</p>{SCRIPT}<p style="color:red" onclick="alert(1)">红</p>'
    '<a href="javascript:alert(1)">点</a><img src="https://elsewhere.example/x.png" alt="图">'
    '<a href="https://elsewhere.example/">外</a><form action="https://elsewhere.example/"><input name=a></form>'
)


def build(folder: Path) -> Path:
    """Article 1 has two versions, a file and counts; 2 is gone; 3 is hostile in every field; 4 cites 1; 6 has the text of 5."""
    with crawling(folder) as crawl:
        crawl.writer.capture(crawl.id, exchange(PICTURE, PIXEL, Content_Type="image/png"))
        file = crawl.file(name="报名表", url=f"{COLUMN}files/1.txt")
        crawl.visit(day(1), attachments=[file], views=10, labels={"主题分类": "普法宣传"}, body=PAGE)
        crawl.visit(
            day(3), attachments=[file], views=50, text="各单位：\n请认真学习《民法典》和《宪法》。", body=PAGE
        )
        crawl.visit(url=GONE, title="关于征集作品的公告", published="2023-11-02", doc_number=None)
        crawl.visit(
            url=HOSTILE,
            **dict.fromkeys(("title", "source", "author", "doc_number", "issuer"), SCRIPT + HANDLER),
            text=f"通知{SCRIPT}{HANDLER}",
            html=MARKUP,
            labels={SCRIPT: HANDLER},
            attachments=[crawl.file(name=f"{SCRIPT}\r\nX-Bad: 1", url=f"{COLUMN}files/<b>.html")],
        )
        crawl.visit(
            url=CITING,
            title="关于落实宣传工作的通知",
            published="2024-02-01",
            doc_number=None,
            text=f"根据《宪法》和有关通知（{NUMBER}），请各单位落实。",
        )
        crawl.visit(url=ORIGINAL, title="临溪市普法规划", published="2022-03-01", text=LONG, doc_number=None)
        crawl.visit(
            url=REPRINT,
            title="转发普法规划",
            published="2022-04-01",
            text=LONG + "特此转发。",
            doc_number=None,
        )
        crawl.absent(day(4), url=GONE)
        crawl.writer.failure(crawl.id, Failure(f"{COLUMN}{SCRIPT}", "fetch", f"status 500 {SCRIPT}", 3))
    with crawling(folder) as crawl:
        crawl.absent(day(5), url=GONE)
    return folder


@dataclass
class Pages:
    """The pages of one archive."""

    folder: Path
    datasette: Any
    runner: asyncio.Runner

    def get(self, path: str, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.runner.run(self.datasette.client.get(path, headers=named))

    def shown(self, path: str, **headers: str) -> str:
        """The page's markup; it must be there."""
        answer = self.get(path, **headers)
        assert answer.status_code == 200, answer.text
        text: str = answer.text
        return text

    def id(self, url: str = URL) -> int:
        with Archive(self.folder, read_only=True) as archive:
            found = archive.article(url)
        assert found is not None
        number: int = found["id"]
        return number


def opened(folder: Path) -> Iterator[Pages]:
    datasette = application(folder)
    with asyncio.Runner() as runner:
        yield Pages(folder, datasette, runner)
        datasette.executor.shutdown()
        for database in datasette.databases.values():
            database.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    yield from opened(build(tmp_path_factory.mktemp("web") / "data"))
