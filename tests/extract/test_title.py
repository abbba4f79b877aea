"""An article's title: whole, and from the first place that has it."""

from __future__ import annotations

import pytest

from lawcrawl.extract.article import read_article
from tests.extract.pages import TITLE, article

META_TITLE = f"<meta name='ArticleTitle' content='{TITLE}'>"


@pytest.mark.parametrize(
    ("heading", "head", "title", "place"),
    [
        pytest.param(
            f"<h1>{TITLE}</h1>", f"<title>{TITLE}_临溪市</title>", TITLE, "heading", id="confirmed heading"
        ),
        pytest.param(
            f"<h1>{TITLE[:9]}<br>{TITLE[9:]}</h1>", META_TITLE, TITLE, "heading", id="over two lines"
        ),
        pytest.param(f"<div class='bt'>{TITLE}</div>", META_TITLE, TITLE, "heading", id="by class"),
        pytest.param(f"<ucaptitle>{TITLE}</ucaptitle>", META_TITLE, TITLE, "heading", id="ucaptitle"),
        pytest.param("<h1>临溪市交通局网站</h1>", META_TITLE, TITLE, "metadata ArticleTitle", id="metadata"),
        pytest.param(
            "", f"<meta property='og:title' content='{TITLE}'>", TITLE, "metadata ArticleTitle", id="og:title"
        ),
        pytest.param(
            f"<p>{TITLE}</p>",
            f"<title>{TITLE} - 临溪市交通局</title>",
            TITLE,
            "document title",
            id="document title",
        ),
        pytest.param(
            f"<p>{TITLE}</p>", f"<title>{TITLE}_政策_临溪市</title>", TITLE, "document title", id="site cut"
        ),
        pytest.param(
            f"<h1>{TITLE}</h1>", "<title>临溪市交通局</title>", TITLE, "prominent line", id="only h1"
        ),
        pytest.param(
            f"<p>{TITLE}</p><p>来源：市交通局 2024-01-04</p>",
            "",
            TITLE,
            "prominent line",
            id="line above",
        ),
        pytest.param("<p>短</p>", "", None, None, id="none"),
    ],
)
def test_the_title_and_its_place(heading: str, head: str, title: str | None, place: str | None) -> None:
    found = read_article(article(heading=heading, head=head))
    assert (found.title, found.evidence.get("title")) == (title, place)


def test_a_heading_is_whole_where_the_document_title_is_cut() -> None:
    found = read_article(article(heading=f"<h1>{TITLE}</h1>", head=f"<title>{TITLE[:10]}..._临溪市</title>"))
    assert found.title == TITLE


def test_the_site_s_name_in_a_heading_is_no_title() -> None:
    site = "临溪市交通运输局政务网站"
    head = f"<meta name='SiteName' content='{site}'><title>{TITLE}-{site}</title>"
    found = read_article(article(heading=f"<h1>{site}</h1><p>{TITLE}</p>", head=head))
    assert found.title == TITLE


@pytest.mark.parametrize("title", ["临溪市2024-2026年渡口改造规划公告", "渡口-码头一体化管理办法的公告"])
def test_a_hyphen_inside_a_title_does_not_cut_it(title: str) -> None:
    found = read_article(article(heading=f"<p>{title}</p>", head=f"<title>{title}</title>"))
    assert found.title == title
