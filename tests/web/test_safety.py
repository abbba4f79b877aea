"""What others wrote is shown and never run; what is shown comes from here."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import html

from tests.web.conftest import HANDLER, HOSTILE, PAGE, PIXEL, SCRIPT, Pages

EVERY = (
    "/",
    "/search?q=通知",
    f"/search?q={SCRIPT}{HANDLER}",
    "/article/3",
    "/article/1/diff/1/2",
    "/changes",
    "/laws",
    "/documents",
    f"/law?name={SCRIPT}",
    f"/document?number={SCRIPT}",
    f"/plots?law={SCRIPT}&site={SCRIPT}",
    f"/changes?site={SCRIPT}",
    "/site/linxi_sfj",
    "/capture/1",
    "/article/99",
    "/~3Cscript~3Ealert(1)~3C~2Fscript~3E",
)


def acting(markup: str) -> list[str]:
    """What of a page would act if it were let: scripts, handlers, addresses that are code, forms sent elsewhere."""
    root = html.document_fromstring(markup)
    found = [element.tag for element in root.iter("script", "object", "embed", "base")]
    for element in root.iter():
        for name, value in element.attrib.items():
            code = name in ("href", "src", "action") and re.match(r"\s*(javascript|data|vbscript):", value)
            abroad = name in ("src", "action") and not value.startswith("/")
            if name.startswith("on") or name == "style" or code or abroad:
                found.append(f"{element.tag} {name}={value}")
    return found


@pytest.mark.parametrize("path", EVERY)
def test_hostile_markup_is_text_on_every_page(pages: Pages, path: str) -> None:
    assert acting(pages.get(path).text) == []


@pytest.mark.parametrize("path", EVERY)
def test_no_page_of_ours_may_run_a_script_or_load_from_elsewhere(pages: Pages, path: str) -> None:
    answer = pages.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    loaded = re.findall(r"<(?:link|img|iframe)[^>]+(?:href|src)=\"([^\"]+)", answer.text)
    assert [address for address in loaded if not address.startswith("/")] == []


def test_a_hostile_title_can_be_read(pages: Pages) -> None:
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in pages.shown(f"/article/{pages.id(HOSTILE)}")


def test_an_articles_body_keeps_its_words_and_nothing_that_acts(pages: Pages) -> None:
    body = (
        pages.shown(f"/article/{pages.id(HOSTILE)}").partition('<div class="body"')[2].partition("</div>")[0]
    )
    assert "<p>请各单位认真学习。</p>" in body
    assert '<img alt="图">' in body
    assert "style=" not in body
    assert '<a href="https://elsewhere.example/" rel="noopener noreferrer">外</a>' in body


def test_a_file_is_sent_to_be_kept_never_to_be_opened_here(pages: Pages) -> None:
    shown = pages.shown(f"/article/{pages.id()}")
    [address] = re.findall(r'href="(/attachment/\d+)" download', shown)
    answer = pages.get(address)
    assert answer.content == b"one"
    assert answer.headers["content-type"] == "text/plain"
    named = "filename*=UTF-8''%E6%8A%A5%E5%90%8D%E8%A1%A8.txt"
    assert answer.headers["content-disposition"] == f'attachment; filename="txt"; {named}'
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"


def test_a_files_name_cannot_add_a_header(pages: Pages) -> None:
    [address] = re.findall(r'href="(/attachment/\d+)" download', pages.shown(f"/article/{pages.id(HOSTILE)}"))
    assert "x-bad" not in pages.get(address).headers


def test_the_original_is_had_byte_for_byte(pages: Pages) -> None:
    [address] = re.findall(r'href="(/capture/\d+/original)"', pages.shown(f"/article/{pages.id()}"))
    answer = pages.get(address)
    assert answer.content == PAGE
    assert answer.headers["content-disposition"].startswith("attachment; ")


def test_a_captured_page_is_replayed_in_a_frame_that_runs_nothing(pages: Pages) -> None:
    frame = replay(pages)
    policy = frame.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none';")
    assert "script" not in policy
    assert "frame-ancestors 'self'" in policy
    assert acting(re.sub(r' style="[^"]*"', "", frame.text)) == []


def test_a_replay_has_the_pages_words_and_looks_and_asks_nobody(pages: Pages) -> None:
    shown = replay(pages).text
    assert "<h1>原样</h1>" in shown
    assert 'style="background: none; color: blue"' in shown
    assert "color: red" in shown
    assert re.search(r"elsewhere|url\(|@import|href=|action=|refresh|\.css", shown) is None


def test_a_replay_has_the_pictures_that_are_on_record(pages: Pages) -> None:
    shown = replay(pages).text
    [address] = re.findall(r' src="([^"]+)"', shown)
    answer = pages.get(address)
    assert answer.content == PIXEL
    assert answer.headers["content-type"] == "image/png"
    assert '<img alt="无">' in shown


def test_what_is_no_picture_is_not_sent_as_one(pages: Pages) -> None:
    [address] = re.findall(r'href="(/capture/\d+)"', pages.shown(f"/article/{pages.id()}"))
    assert pages.get(f"{address}/image").status_code == 404


def replay(pages: Pages) -> Any:
    """What the frame of an article's captured page gets."""
    [address] = re.findall(r'href="(/capture/\d+)"', pages.shown(f"/article/{pages.id()}"))
    assert f'<iframe sandbox title="The captured page" src="{address}/page">' in pages.shown(address)
    return pages.get(f"{address}/page")
