"""A TRS-like site of any size on loopback, in a process of its own: ``python benchmarks/trs_site.py --articles 3000``.

Pages are made from their number when asked for, so size costs no memory. Two columns, 20 rows a list page.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

PER_PAGE = 20
WORDS = [
    "法治",
    "宣传",
    "教育",
    "调解",
    "援助",
    "公证",
    "律师",
    "社区",
    "矫正",
    "复议",
    "执法",
    "监督",
    "普法",
    "宪法",
    "典型",
    "案例",
    "群众",
    "服务",
    "基层",
    "治理",
    "干部",
    "学习",
    "活动",
    "工作",
    "会议",
    "精神",
]
NAV = "".join(
    f'<li><a href="/lanmu/{n}/" class="nav-link nav-level-{n % 3}" target="_self">栏目{n}</a></li>'
    for n in range(60)
)
STYLE = ".a{margin:0;padding:0;color:#333}" * 120
SCRIPT = "function initPage(){var a=document.getElementById('zoom');if(a){a.className='on'}}\n" * 40
HEAD = f'<div class="header"><ul class="nav">{NAV}</ul></div>'
FOOT = f'<div class="footer"><p>主办单位：临溪市司法局</p><script>{SCRIPT}</script></div></body></html>'
COLUMNS = ("tzgg", "pfdt")


EDITED = 20
"""In each later edition of the site another one in so many articles has its last paragraph written anew."""


def truth(number: int, edition: int = 0) -> dict[str, str | int]:
    """What the page of an article says."""
    rng = random.Random(number)
    title = "关于开展" + "".join(rng.choice(WORDS) for _ in range(6)) + f"第{number}号工作的通知"
    published = f"20{10 + number % 15:02}-{1 + number % 12:02}-{1 + number % 28:02} {8 + number % 10:02}:{number % 60:02}"
    paragraphs = ["".join(rng.choice(WORDS) for _ in range(45)) + "。" for _ in range(11)]
    edits = max((n for n in range(1, edition + 1) if number % EDITED == n % EDITED), default=0)
    paragraphs[-1] += f"（第{edits}次修订）" if edits else ""
    return {"title": title, "published": published, "views": 10 + number, "text": "\n".join(paragraphs)}


def article(number: int, edition: int = 0) -> str:
    fact = truth(number, edition)
    body = "".join(f'<p style="text-indent:2em;line-height:2">{p}</p>' for p in str(fact["text"]).split("\n"))
    related = "".join(f'<li><a href="/x/{n}.html">相关阅读{n}</a></li>' for n in range(8))
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{fact["title"]}_临溪市司法局</title>'
        f'<meta name="SiteName" content="临溪市司法局"><meta name="ArticleTitle" content="{fact["title"]}">'
        f'<meta name="PubDate" content="{fact["published"]}"><style>{STYLE}</style></head><body>{HEAD}'
        f'<div class="position">当前位置：<a href="/">首页</a> &gt; 通知公告</div><h1>{fact["title"]}</h1>'
        f'<div class="info"><span class="time">发布时间：{fact["published"]}</span> <span class="source">来源：临溪市司法局</span> '
        f'<span class="views">浏览次数：{fact["views"]}</span></div><div class="TRS_Editor">{body}</div><ul class="related">{related}</ul>{FOOT}'
    )


def name(number: int) -> str:
    day = str(truth(number)["published"])[:10].replace("-", "")
    return f"{day[:6]}/t{day}_{number}.html"


def listing(column: int, page: int, total: int) -> str:
    numbers = range(column, total, len(COLUMNS))
    pages = -(-len(numbers) // PER_PAGE)
    rows = "".join(
        f'<li><a href="./{name(n)}">{str(truth(n)["title"])[:20]}</a><span>{str(truth(n)["published"])[:10]}</span></li>'
        for n in numbers[page * PER_PAGE : (page + 1) * PER_PAGE]
    )
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>通知公告</title><style>{STYLE}</style></head><body>{HEAD}'
        f'<ul class="list">{rows}</ul><script>createPageHTML({pages}, {page}, "index", "html");</script>{FOOT}'
    )


def answer(path: str, total: int, edition: int = 0) -> bytes | None:
    if path == "/robots.txt":
        return b"User-agent: *\nAllow: /\n"
    parts = path.strip("/").split("/")
    if parts[0] not in COLUMNS:
        return None
    if len(parts) == 3:
        return article(int(parts[2].rpartition("_")[2].removesuffix(".html")), edition).encode()
    page = parts[1].removeprefix("index").removesuffix(".html").strip("_") if len(parts) > 1 else ""
    return listing(COLUMNS.index(parts[0]), int(page or 0), total).encode()


def everything(total: int, edition: int) -> dict[str, bytes | None]:
    """Every page by its path."""
    paths = ["/robots.txt"]
    for column, folder in enumerate(COLUMNS):
        numbers = range(column, total, len(COLUMNS))
        paths += [f"/{folder}/{name(number)}" for number in numbers]
        paths += [f"/{folder}/index_{page}.html" for page in range(1, -(-len(numbers) // PER_PAGE))]
        paths.append(f"/{folder}/")
    return {path: answer(path, total, edition) for path in paths}


class Http(asyncio.Protocol):
    def __init__(self, answers: Callable[[str], bytes | None]) -> None:
        self.answers = answers
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
            body = self.answers(head.split(b" ", 2)[1].decode())
            status = b"200 OK" if body is not None else b"404 Not Found"
            body = body or b"<h1>404</h1>"
            kind = b"text/html; charset=utf-8"
            self.transport.write(
                b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
                % (status, kind, len(body), body)
            )


async def serve(total: int, port: int, edition: int, ready: bool) -> None:
    loop = asyncio.get_running_loop()
    answers = everything(total, edition).get if ready else partial(answer, total=total, edition=edition)
    server = await loop.create_server(lambda: Http(answers), "127.0.0.1", port)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


@contextmanager
def serving(total: int, port: int = 0, edition: int = 0, *, ready: bool = False) -> Iterator[str]:
    """The site in a process of its own; its address. ``ready``: its pages are made beforehand and kept in memory."""
    command = [sys.executable, __file__, "--articles", str(total)]
    command += ["--port", str(port), "--edition", str(edition), *(["--ready"] if ready else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--edition", type=int, default=0, help="how often the site has been edited")
    parser.add_argument("--ready", action="store_true", help="make every page before the first is asked for")
    options = parser.parse_args()
    asyncio.run(serve(options.articles, options.port, options.edition, options.ready))
