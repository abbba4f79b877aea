"""Small pages for the tests of this folder; places and texts are invented."""

from __future__ import annotations

from lawcrawl.extract.document import Page

HOST = "http://www.linxi.example"
PARAGRAPHS = (
    "为规范临溪市渡口码头管理，保障过往群众安全，市交通局制定本办法，现予公布。",
    "渡口经营人应当配备救生设备，并在渡口显著位置公示渡运时间、载客定额和收费标准。",
    "大风、大雾、洪水期间，渡船应当停航；违反规定的，由主管部门责令改正。",
)
TEXT = "\n".join(PARAGRAPHS)
TITLE = "关于印发临溪市渡口码头管理办法的通知"
BODY = "<div class='TRS_Editor'>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS) + "</div>"


def page(inner: str, *, head: str = "", url: str = f"{HOST}/zwgk/202401/t20240104_1.html") -> Page:
    """A page whose ``<body>`` is ``inner``."""
    return Page.from_text(f"<html><head>{head}</head><body>{inner}</body></html>", url)


def article(
    info: str = "",
    *,
    heading: str = f"<h1>{TITLE}</h1>",
    body: str = BODY,
    head: str = f"<title>{TITLE}</title>",
    url: str = f"{HOST}/a/1.html",
) -> Page:
    """An article page: heading, what stands between (``info``), body. Its address tells no date."""
    return page(heading + info + body, head=head, url=url)


def rows(*inner: str, tag: str = "li") -> str:
    """``inner`` as rows of a list in a ``<ul>`` or, with another ``tag``, in a ``<div>``."""
    holder = "ul" if tag == "li" else "div"
    return f"<{holder}>" + "".join(f"<{tag}>{row}</{tag}>" for row in inner) + f"</{holder}>"
