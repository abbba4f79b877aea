"""The sample site: 临溪市司法局, an invented bureau in the manner of the sites that lawcrawl is for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from html import escape
from typing import Any

from lawcrawl.demo import files
from lawcrawl.demo.texts import NEWS, NOTICES, TOWNS

BUREAU = "临溪市司法局"
COLUMNS = {"通知公告": "tzgg", "普法动态": "pfdt"}
PER_PAGE = 15
CUT = 20
HTML = "text/html"


@dataclass(slots=True)
class Resource:
    """What the server answers for a path."""

    body: bytes
    content_type: str


@dataclass(slots=True)
class Notice:
    """One article of the sample site, and the truth about it."""

    number: int
    column: str
    title: str
    published: str
    paragraphs: list[str]
    source: str = BUREAU
    doc_number: str | None = None
    labels: dict[str, str] = field(default_factory=dict)
    attachments: list[tuple[str, str]] = field(default_factory=list)
    """Name and file name."""
    image: str | None = None
    charset: str = "utf-8"
    meta_date: str | None = None
    """PubDate where it disagrees with what is shown: the page was published again."""
    also_in: str | None = None
    pinned: bool = False

    @property
    def name(self) -> str:
        day = self.published[:10].replace("-", "")
        return f"{day[:6]}/t{day}_{self.number}.html"

    @property
    def path(self) -> str:
        return f"/xwzx/{self.column}/{self.name}"

    @property
    def views(self) -> int:
        return 37 + self.number * 7919 % 1900


def notices() -> list[Notice]:
    """All articles, newest first in each column."""
    made = [
        *column_of("tzgg", NOTICES, 38, 1001, date(2024, 3, 28)),
        *column_of("pfdt", NEWS, 23, 2001, date(2024, 3, 27)),
    ]
    by_number = {notice.number: notice for notice in made}
    make_special(by_number)
    return made


def column_of(
    column: str, templates: tuple[tuple[str, tuple[str, ...]], ...], count: int, first: int, newest: date
) -> list[Notice]:
    found = []
    for index in range(count):
        title, paragraphs = templates[index % len(templates)]
        day = newest - timedelta(days=index * 9 + index % 4)
        words = {
            "town": TOWNS[(index * 5 + index // 8) % len(TOWNS)],
            "n": 12 + index * 7 % 90,
            "k": 3 + index * 3 % 8,
            "year": day.year,
        }
        shown = f"{day.isoformat()}T{8 + index % 10:02}:{(index * 13 + 18) % 60:02}"
        texts = [text.format(**words) for text in paragraphs]
        found.append(Notice(first + index, column, title.format(**words), shown, texts))
    return found


def make_special(by_number: dict[int, Notice]) -> None:
    """The traits that real columns have, one article each."""
    order = by_number[1003]
    order.title = "关于印发《临溪市“谁执法谁普法”履职报告评议办法》的通知"
    order.doc_number = "临司发〔2024〕5号"
    order.labels = {
        "索引号": "LX0301-2024-00012",
        "发布机构": BUREAU,
        "成文日期": "二〇二四年一月四日",
        "文号": "临司发〔2024〕5号",
        "有效性": "有效",
    }
    order.paragraphs = [
        "各镇人民政府、街道办事处，市直各单位：",
        "现将《临溪市“谁执法谁普法”履职报告评议办法》印发给你们，请结合实际认真执行。",
        "履职报告评议每年开展一次，评议结果作为法治建设考核的重要依据。",
        BUREAU,
        "二〇二四年一月四日",
    ]
    hearing = by_number[1007]
    hearing.paragraphs.insert(
        0,
        f"按照《临溪市“谁执法谁普法”履职报告评议办法》（{order.doc_number}）和《中华人民共和国行政诉讼法》：",
    )
    with_files = by_number[1006]
    with_files.attachments = [
        ("法治文化作品征集方案", "P020240110385512345671.pdf"),
        ("作品报名表", "P020240110385512345672.docx"),
    ]
    by_number[2004].image = "W020240110385512345673.png"
    by_number[1011].charset = "gb18030"
    by_number[1011].paragraphs.append("联系人：镕琇，地址：临溪市解放路八号。")
    reprint = by_number[2007]
    reprint.source = "临溪日报"
    by_number[2009].meta_date = "2024-03-30 10:00"
    by_number[1020].pinned = True
    for number in (1005, 1014):
        by_number[number].also_in = "pfdt"


def build(everything: list[Notice] | None = None) -> dict[str, Resource]:
    """Every path of the site."""
    everything = everything or notices()
    site = {"/robots.txt": Resource(b"User-agent: *\nAllow: /\n", "text/plain")}
    for name, column in COLUMNS.items():
        listed = [notice for notice in everything if column in (notice.column, notice.also_in)]
        listed.sort(key=lambda notice: notice.published, reverse=True)
        add_lists(site, name, column, listed)
    for notice in everything:
        content_type = f"{HTML}; charset=utf-8" if notice.charset == "utf-8" else HTML
        site[notice.path] = Resource(article_page(notice).encode(notice.charset), content_type)
        add_files(site, notice)
    home = frame(BUREAU, "".join(f'<p><a href="/xwzx/{c}/">{n}</a></p>' for n, c in COLUMNS.items()))
    site["/"] = Resource(home.encode(), f"{HTML}; charset=utf-8")
    return site


def add_files(site: dict[str, Resource], notice: Notice) -> None:
    folder = notice.path.rpartition("/")[0]
    for name, file in notice.attachments:
        if file.endswith(".pdf"):
            body = files.pdf([name, "一、征集作品应当以民法典为主题。", "二、作品报送截止到五月三十一日。"])
            site[f"{folder}/{file}"] = Resource(body, "application/pdf")
        else:
            body = files.docx([name, "作品名称：", "作者及联系方式：", "临溪市司法局普法与依法治理科制"])
            site[f"{folder}/{file}"] = Resource(
                body, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            )
    if notice.image:
        site[f"{folder}/{notice.image}"] = Resource(files.png(), "image/png")


def add_lists(site: dict[str, Resource], name: str, column: str, listed: list[Notice]) -> None:
    """The column's list pages; pinned notices lead the first and stand again in their own place."""
    pages = [listed[i : i + PER_PAGE] for i in range(0, len(listed), PER_PAGE)]
    for index, some in enumerate(pages):
        pinned = [notice for notice in listed if notice.pinned] if index == 0 else []
        rows = [list_row(n, column, pinned=True) for n in pinned] + [list_row(n, column) for n in some]
        call = f'createPageHTML({len(pages)}, {index}, "index", "html");'
        body = (
            f'<div class="position">当前位置：<a href="/">首页</a> &gt; <a href="/xwzx/{column}/">{name}</a></div>'
            f'<ul class="list">{"".join(rows)}</ul><div class="page"><script>{call}</script></div>'
        )
        meta = f'<meta name="ColumnName" content="{name}">'
        resource = Resource(frame(f"{name}_{BUREAU}", body, meta).encode(), f"{HTML}; charset=utf-8")
        site[f"/xwzx/{column}/index{f'_{index}' if index else ''}.html"] = resource
        if index == 0:
            site[f"/xwzx/{column}/"] = resource


def list_row(notice: Notice, column: str, pinned: bool = False) -> str:
    href = f"./{notice.name}" if notice.column == column else f"../{notice.column}/{notice.name}"
    mark = '<em class="top">[置顶]</em>' if pinned else ""
    return f'<li>{mark}<a href="{href}">·{escape(notice.title[:CUT])}</a><span>{notice.published[:10]}</span></li>\n'


def article_page(notice: Notice) -> str:
    column = next(name for name, folder in COLUMNS.items() if folder == notice.column)
    declared = "gb2312" if notice.charset != "utf-8" else "utf-8"
    meta_date = notice.meta_date or notice.published.replace("T", " ")
    meta = (
        f'<meta name="ColumnName" content="{column}"><meta name="ArticleTitle" content="{escape(notice.title)}">'
        f'<meta name="PubDate" content="{meta_date}"><meta name="ContentSource" content="{notice.source}">'
    )
    body = (
        f'<div class="position">当前位置：<a href="/">首页</a> &gt; <a href="/xwzx/{notice.column}/">{column}</a></div>'
        f"{table(notice)}<h1>{escape(notice.title)}</h1>"
        f'<div class="info">发布时间:{notice.published.replace("T", " ")} '
        f'浏览次数:<script src="/count?id={notice.number}"></script>次 来源：{notice.source}</div>'
        f'<div class="TRS_Editor">{"".join(f"<p>　　{escape(text)}</p>" for text in notice.paragraphs)}'
        f"{image(notice)}</div>{attached(notice)}"
        '<div class="share">分享到：<a href="javascript:;">微信</a> <a href="javascript:window.print()">打印</a></div>'
        f'<div class="related"><p>相关阅读</p><ul><li><a href="/xwzx/{notice.column}/">更多{column}</a></li></ul></div>'
    )
    return frame(f"{notice.title}_{BUREAU}", body, meta, declared)


def table(notice: Notice) -> str:
    if not notice.labels:
        return ""
    cells = "".join(f"<tr><td>{name}：</td><td>{value}</td></tr>" for name, value in notice.labels.items())
    return f'<table class="xxgk">{cells}</table>'


def image(notice: Notice) -> str:
    return f'<p><img src="./{notice.image}" alt="活动现场"></p>' if notice.image else ""


def attached(notice: Notice) -> str:
    links = "".join(
        f'<li><a href="./{file}">{name}.{file.rpartition(".")[2]}</a></li>'
        for name, file in notice.attachments
    )
    return f'<div class="fujian">附件：<ul>{links}</ul></div>' if links else ""


STYLE = (
    "body{font:16px/1.8 sans-serif;max-width:56rem;margin:0 auto;padding:0 1rem;color:#222}"
    ".banner{background:#b22;color:#fff;padding:1rem}.nav a{margin-right:1rem}h1{text-align:center;font-size:1.5rem}"
    ".info{text-align:center;color:#777;border-bottom:1px solid #ddd}.list span{float:right;color:#999}"
    ".footer{border-top:2px solid #b22;color:#777;text-align:center;margin-top:2rem;padding:1rem}"
)


def frame(title: str, body: str, meta: str = "", charset: str = "utf-8") -> str:
    columns = "".join(f'<a href="/xwzx/{folder}/">{name}</a>' for name, folder in COLUMNS.items())
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="{charset}"><title>{escape(title)}</title>'
        f'<meta name="SiteName" content="{BUREAU}">{meta}<style>{STYLE}</style></head><body>\n'
        f'<div class="banner">{BUREAU}</div><div class="nav"><a href="/">首页</a>{columns}</div>\n{body}\n'
        '<div class="footer"><p>友情链接：<a href="http://gov.example/">临溪市人民政府</a></p>'
        f"<p>主办单位：{BUREAU}　网站标识码：0000000000</p></div></body></html>"
    )


def expected() -> list[dict[str, Any]]:
    """What a careful reader reads on every article."""
    return [
        {
            "path": notice.path,
            "title": notice.title,
            "published": notice.published,
            "source": notice.source,
            "doc_number": notice.doc_number,
            "views": notice.views,
            "text": "\n".join(notice.paragraphs),
            "labels": notice.labels,
            "attachments": notice.attachments,
            "image": notice.image,
            "channels": sorted(
                name for name, folder in COLUMNS.items() if folder in (notice.column, notice.also_in)
            ),
            "pinned": notice.pinned,
        }
        for notice in notices()
    ]
