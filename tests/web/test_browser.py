"""The pages in a real browser: walked, read aloud, looked at on a desk and on a phone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import build
from tests.web.test_serve import served

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

SIZES = {"desk": (1280, 900), "phone": (390, 844)}
EVERY = (
    "/",
    "/search?q=民法典",
    "/article/1",
    "/article/3",
    "/article/1/diff/1/2",
    "/capture/1",
    "/changes",
    "/site/linxi_sfj",
    "/laws",
    "/law?name=民法典",
    "/documents",
    "/document?number=临司发〔2024〕5号",
    "/reprints",
    "/plots?law=民法典",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(build(tmp_path_factory.mktemp("browser") / "data")) as (found, _):
        yield found.rstrip("/")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    installed = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with playwright.sync_playwright() as driver:
        try:
            found = driver.chromium.launch(executable_path=installed, args=["--no-sandbox"])
        except playwright.Error as error:
            pytest.skip(f"no Chromium: apt install chromium, or playwright install chromium ({error})")
        yield found
        found.close()


def left(asked: Any) -> bool:
    """Whether a request only failed because the reader had gone on."""
    return bool(asked.failure == "net::ERR_ABORTED")


@pytest.fixture(
    params=[("desk", "light"), ("desk", "dark"), ("phone", "light"), ("phone", "dark")], ids="-".join
)
def tab(request: pytest.FixtureRequest, browser: Any) -> Iterator[Any]:
    """A tab of a size and a colour scheme; what goes wrong in it fails the test."""
    size, scheme = request.param
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    found = context.new_page()
    wrong: list[str] = []
    found.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    found.on("pageerror", lambda error: wrong.append(str(error)))
    found.on("requestfailed", lambda asked: None if left(asked) else wrong.append(f"{asked.url} failed"))
    yield found
    context.close()
    assert wrong == []


def test_a_reader_walks_from_a_search_to_an_article_its_difference_its_plot_and_its_file(
    tab: Any, address: str, tmp_path: Path
) -> None:
    tab.goto(f"{address}/")
    tab.get_by_role("searchbox").fill("民法典")
    tab.get_by_role("button", name="Search").click()
    tab.get_by_role("link", name="关于开展民法典宣传活动的通知").first.click()
    assert tab.get_by_role("heading", level=1).inner_text() == "关于开展民法典宣传活动的通知"
    plot = tab.locator("img.plot")
    plot.scroll_into_view_if_needed()
    assert plot.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    with tab.expect_download() as download:
        tab.get_by_role("link", name="报名表").click()
    assert download.value.suggested_filename == "报名表.txt"
    assert Path(download.value.path()).read_bytes() == b"one"
    tab.get_by_role("link", name="what differs").click()
    assert tab.locator("ins").inner_text() == "和《宪法》"


def test_the_captured_page_shows_in_its_frame_and_runs_nothing(tab: Any, address: str) -> None:
    dialogs: list[str] = []
    tab.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    tab.goto(f"{address}/article/1")
    tab.get_by_role("link", name="See the captured page").click()
    frame = tab.frame_locator("iframe")
    assert frame.get_by_role("heading").inner_text() == "原样"
    assert frame.get_by_alt_text("有").evaluate("image => image.naturalWidth") == 1
    assert dialogs == []


def test_the_keyboard_reaches_the_content_first(tab: Any, address: str) -> None:
    tab.goto(f"{address}/article/1")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to the content"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("path", EVERY)
def test_a_page_fits_its_window_and_can_be_read_by_everyone(tab: Any, address: str, path: str) -> None:
    tab.goto(address + path)
    assert tab.evaluate("document.documentElement.scrollWidth") <= tab.viewport_size["width"]
    found = axe.Axe().run(tab).response["violations"]
    serious = [
        f"{one['id']}: {one['help']} {[node['html'] for node in one['nodes']][:3]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []
