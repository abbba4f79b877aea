"""Who runs a site, and what a column is called."""

from __future__ import annotations

import pytest

from lawcrawl.extract.document import Page
from lawcrawl.extract.names import column_name, site_name

URL = "https://sfj.linxi.example/tzgg/"


@pytest.mark.parametrize(
    ("html", "name"),
    [
        ("<meta name='SiteName' content='临溪市司法局'><p>主办：临溪市大数据局</p>", "临溪市司法局"),
        ("<footer>主办单位：临溪市司法局 承办：信息中心</footer>", "临溪市司法局"),
        ("<footer>版权所有 © 临溪市普法办</footer>", "临溪市普法办"),
        ("<p>通知公告</p>", None),
    ],
)
def test_a_site_is_named_by_metadata_or_footer(html: str, name: str | None) -> None:
    assert site_name(Page.from_text(html, URL)) == name


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("<meta name='ColumnName' content='通知公告'><title>公告_临溪</title>", "通知公告"),
        ("<title>普法动态_临溪市司法局</title>", "普法动态"),
        ("<title></title>", None),
    ],
)
def test_a_column_is_named_by_metadata_or_title(head: str, name: str | None) -> None:
    assert column_name(Page.from_text(f"<html><head>{head}</head><body>1</body></html>", URL)) == name
