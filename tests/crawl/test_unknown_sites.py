"""Sites of no known family, crawled by their address alone: every article once, nothing extra, every field exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.command import FAST, lawcrawl, rows
from tests.server import Site, serving

PAGES, PER_PAGE = 3, 4
COUNT = PAGES * PER_PAGE - 2
TEXT = (
    "临溪市各渡口经营人：现将汛期停航安排通知如下，请遵照执行。",
    "水位超过警戒线时，一律停航；违反的，依法处理。",
)
PLAIN = "".join(f"<p>{line}</p>" for line in TEXT)
NAV = "<div><h1>临溪市航道局</h1><ul><li><a href='/a/'>机构概况</a></li><li><a href='/b/'>政务公开</a></li></ul></div>"
HOT = "<div><h3>热点文章</h3><ul>{}</ul></div>".format(
    "".join(
        f"<li><a href='/hot/{n}'>柳湾渡口第{n}次检查，情况良好</a><em>2024-03-0{n}</em></li>"
        for n in range(1, 6)
    )
)
FOOT = "<div><p>版权所有：临溪市航道局</p><p>本站访问量：998877</p></div>"


@dataclass
class Notice:
    """What is true of one article."""

    number: int

    @property
    def title(self) -> str:
        return f"关于柳湾渡口第{self.number}次停航的通知"

    @property
    def day(self) -> str:
        return f"2024-02-{28 - self.number:02}"

    @property
    def views(self) -> int:
        return 100 + self.number


@dataclass
class Layout:
    """A site's make: addresses, rows, pager, article."""

    page: Callable[[int], str]
    """The address of a list page, from 1."""
    article: str
    row: str
    around: str
    pager: Callable[[int, Layout], str]
    shown: str
    """An article's page between navigation and foot."""
    charset: str = "utf-8"


def numbers(page: int, made: Layout) -> str:
    return " ".join(
        f"[{n}]" if n == page else f"<a href='{made.page(n)}'>[{n}]</a>" for n in range(1, PAGES + 1)
    )


def words(page: int, made: Layout) -> str:
    following = f"<a href='{made.page(page + 1)}'>后一页</a>" if page < PAGES else "后一页"
    return f"第{page}页/共{PAGES}页 {following}"


def box(page: int, made: Layout) -> str:
    options = "".join(
        f"<option value='{made.page(n)}'{' selected' if n == page else ''}>{n}</option>"
        for n in range(1, PAGES + 1)
    )
    return f"<select onchange='location.href=this.value'>{options}</select>"


def script(page: int, made: Layout) -> str:
    onward = f"<a href='javascript:turn({page + 1})'>下一页</a>" if page < PAGES else "<span>下一页</span>"
    return f"<script>function turn(n) {{ location.href = '/d/?page=' + n; }}</script>{onward}"


LAYOUTS = {
    "table": Layout(
        lambda n: "/a/" + (f"list_{n}.htm" if n > 1 else ""), "/a/{n}.htm",
        "<tr><td>·</td><td><a href='{url}'>{title}</a></td><td>[{day}]</td></tr>", "<table>{}</table>", numbers,
        "<table><tr><td><b>{title}</b></td></tr><tr><td>来源：航道局　点击：{views}　时间：{day}</td></tr><tr><td>{text}</td></tr></table>",
        "gb18030",
    ),
    "loose": Layout(
        lambda n: f"/b.asp?p={n}", "/show.asp?id={n}",
        "<p>·<a href='{url}' title='{title}'>关于柳湾渡口...</a>　{day}</p>", "<form>{}</form>", words,
        "<center><font size='5'>{title}</font></center><p>[{day}] [来源：航道局] [阅读：{views}次]</p>{text}<p>上一篇：<a href='/hot/1'>柳湾渡口第1次检查</a></p>",
    ),
    "cards": Layout(
        lambda n: f"/c/{n}", "/c/detail/{n}",
        "<div><div><p>{dd}</p><span>{ym}</span></div><div><a href='{url}'>{title}</a><p>汛期将至，市局要求各渡口认真准备。</p></div></div>",
        "<div>{}</div>", box,
        "<div class='k2'><div>{title}</div><ul><li>发布日期：{day}</li><li>来源：航道局</li><li>浏览量：{views}</li></ul><div>{text}</div><div><h4>网友评论</h4><p>支持，希望早日通航，方便群众出行！</p></div></div>",
    ),
    "scripted": Layout(
        lambda n: f"/d/?page={n}", "/d/{n}.html",
        "<dl><dt><a href='{url}'>{title}</a></dt><dd>发布时间：{day}</dd></dl>", "<div>{}</div>", script,
        "<h2>{title}</h2><div><span>来源：航道局</span><span>发布：{day}</span><span>（浏览 {views} 次）</span></div><div>{text}</div><div><p>免责声明：本站转载的内容，版权属于原作者。</p></div>",
    ),
}  # fmt: skip


def site_of(made: Layout) -> Site:
    site = Site()
    notices = [Notice(n) for n in range(1, COUNT + 1)]

    def put(path: str, title: str, inner: str) -> None:
        html = f"<html><head><meta charset='{made.charset}'><title>{title}</title></head><body>{NAV}{inner}{FOOT}</body></html>"
        site.page(path, html.encode(made.charset), **{"Content-Type": "text/html"})

    for one in notices:
        told = made.shown.format(title=one.title, day=one.day, views=one.views, text=PLAIN)
        put(made.article.format(n=one.number), "临溪市航道局", told + HOT)
    for page in range(1, PAGES + 1):
        shown = "".join(
            made.row.format(
                url=made.article.format(n=one.number),
                title=one.title,
                day=one.day,
                dd=one.day[8:],
                ym=one.day[:7],
            )
            for one in notices[(page - 1) * PER_PAGE : page * PER_PAGE]
        )
        put(
            made.page(page),
            "通知公告-临溪市航道局",
            f"{HOT}{made.around.format(shown)}<div>{made.pager(page, made)}</div>",
        )
    return site


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, Site]]]:
    """All of them, in one crawl."""
    archive = tmp_path_factory.mktemp("unknown") / "archive"
    with ExitStack() as stack:
        sites = {name: stack.enter_context(serving(site_of(made))) for name, made in LAYOUTS.items()}
        starts = [sites[name].url + made.page(1) for name, made in LAYOUTS.items()]
        run = lawcrawl("crawl", *starts, "--archive", archive, *FAST)
        assert run.status == 0, run.err
        yield archive, sites


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_article_once_with_every_field(crawled: tuple[Path, dict[str, Site]], name: str) -> None:
    archive, sites = crawled
    host = sites[name].url
    found = rows(
        archive,
        "SELECT url, title, published, source, views, text FROM articles WHERE url LIKE ? ORDER BY published DESC",
        f"{host}/%",
    )
    assert found == [
        (host + LAYOUTS[name].article.format(n=n), one.title, one.day, "航道局", one.views, "\n".join(TEXT))
        for n in range(1, COUNT + 1)
        if (one := Notice(n))
    ]


@pytest.mark.parametrize("name", LAYOUTS)
def test_nothing_is_asked_for_twice_or_in_vain(crawled: tuple[Path, dict[str, Site]], name: str) -> None:
    asked = crawled[1][name].asked
    assert len(asked) == len(set(asked)) == 1 + PAGES + COUNT
