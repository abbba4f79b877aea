"""A site that changes between crawls: the archive has exactly what was true, no more and no fewer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lawcrawl.archive import Archive
from tests.command import FAST, Run, lawcrawl, rows
from tests.server import Answer, Site, add_column, article_page, list_page, row, serving

COUNT = 14
APART = 400
"""Days between two crawls."""
(
    STILL,
    EDITED,
    RETITLED,
    FILE_REPLACED,
    REMOVED,
    SOFT_404,
    TO_HOME,
    COUNTED,
    BACK_AS_IT_WAS,
    BACK_EDITED,
    MISSING_ONCE,
    UNLISTED,
    EDITED_AND_BACK,
    FILE_REMOVED,
) = range(1, COUNT + 1)
NEW = 15
ABSENT_PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>临溪市司法局</title></head><body>
<div class="nav"><a href="/">首页</a> <a href="/tzgg/">通知公告</a></div>
<div class="box"><h2>404</h2><p>抱歉，您访问的页面不存在或已被删除！</p><p>5秒后自动<a href="/">返回首页</a></p></div>
<div class="footer">主办单位：临溪市司法局　网站标识码：0000000000</div></body></html>"""
FOOTERS = (
    "主办单位：临溪市司法局",
    "主办：临溪市司法局　承办：临溪市司法局办公室",
    "版权所有　临溪市司法局　建议使用新版浏览器",
    "主办单位：临溪市司法局",
)


def title(number: int) -> str:
    return f"关于开展第{number}期普法宣传活动的通知"


def page(number: int, visit: int, named: str = "", body: str = "", extra: str = "") -> str:
    """The article at its ``visit``-th crawl: count and footer are never the same."""
    html = article_page(named or title(number), body=body, extra=extra)
    html = html.replace("来源：临溪市司法局", f"来源：临溪市司法局　浏览次数：{100 + 7 * visit}")
    assert "浏览次数" in html
    return html.replace("主办单位：临溪市司法局", f"<p>{FOOTERS[visit]}</p>")


def path(number: int) -> str:
    return f"/tzgg/202401/t20240104_{number}.html"


def files(*names: str) -> str:
    return "".join(f'<p><a href="./{name}">附件：{name}</a></p>' for name in names)


def first(site: Site) -> None:
    add_column(site, "tzgg", [row(n) for n in range(1, COUNT + 1)])
    for number in range(1, COUNT + 1):
        site.page(path(number), page(number, 0))
    site.page("/", list_page([row(1)]))
    for name in ("one.txt", "kept.txt", "dropped.txt"):
        site.page(f"/tzgg/202401/{name}", f"{name}: first", **{"Content-Type": "text/plain"})
    site.page(path(FILE_REPLACED), page(FILE_REPLACED, 0, extra=files("one.txt")))
    site.page(path(FILE_REMOVED), page(FILE_REMOVED, 0, extra=files("kept.txt", "dropped.txt")))


def second(site: Site) -> None:
    listed = [NEW, *(n for n in range(1, COUNT + 1) if n != UNLISTED)]
    add_column(site, "tzgg", [row(n) for n in listed])
    for number in range(1, NEW + 1):
        site.page(path(number), page(number, 1))
    site.page(
        path(EDITED), page(EDITED, 1, body="活动改在三月举行，请各单位相应调整安排，并另行通知参加人员。")
    )
    site.page(path(RETITLED), page(RETITLED, 1, "关于推迟第3期普法宣传活动的通知", body=text_of(RETITLED)))
    site.page("/tzgg/202401/one.txt", "one.txt: second", **{"Content-Type": "text/plain"})
    site.page(path(FILE_REPLACED), page(FILE_REPLACED, 1, extra=files("one.txt")))
    site.page(path(FILE_REMOVED), page(FILE_REMOVED, 1, extra=files("kept.txt", "dropped.txt")))
    site.page(
        path(EDITED_AND_BACK),
        page(EDITED_AND_BACK, 1, body="本通知内容正在核实，请各单位暂缓执行，等候通知。"),
    )
    for number in (REMOVED, BACK_AS_IT_WAS, MISSING_ONCE):
        site.pages[path(number)] = Answer("<h1>404</h1>", 410 if number == REMOVED else 404)
    for number in (SOFT_404, BACK_EDITED):
        site.page(path(number), ABSENT_PAGE)
    site.pages[path(TO_HOME)] = Answer("", 302, {"Location": "/"})


def third(site: Site) -> None:
    absent = (REMOVED, BACK_AS_IT_WAS, SOFT_404, BACK_EDITED, TO_HOME)
    for number in set(range(1, NEW + 1)) - set(absent):
        site.page(path(number), page(number, 2))
    site.page(
        path(EDITED), page(EDITED, 2, body="活动改在三月举行，请各单位相应调整安排，并另行通知参加人员。")
    )
    site.page(path(RETITLED), page(RETITLED, 2, "关于推迟第3期普法宣传活动的通知", body=text_of(RETITLED)))
    site.page(path(FILE_REPLACED), page(FILE_REPLACED, 2, extra=files("one.txt")))
    site.page(path(FILE_REMOVED), page(FILE_REMOVED, 2, extra=files("kept.txt")))


def fourth(site: Site) -> None:
    site.page(path(BACK_AS_IT_WAS), page(BACK_AS_IT_WAS, 3))
    site.page(
        path(BACK_EDITED), page(BACK_EDITED, 3, body="经修改后重新发布：活动地点改为临溪市文化馆一楼大厅。")
    )


def text_of(number: int) -> str:
    return f"{title(number)}已经开始。请各单位认真组织，按时报送材料，并做好宣传工作，确保活动取得实效。"


@dataclass
class History:
    archive: Path
    runs: list[Run] = field(default_factory=list)

    def versions(self, number: int) -> list[str]:
        """Title of each version, in order."""
        found = rows(
            self.archive,
            "SELECT v.title FROM versions v JOIN articles a ON a.id = article_id WHERE a.url LIKE ? ORDER BY v.version",
            f"%{path(number)}",
        )
        assert all(isinstance(one, str) for one in found)
        return found

    def statuses(self, number: int) -> list[tuple[str, str | None]]:
        return rows(
            self.archive,
            "SELECT s.status, s.reason FROM statuses s JOIN articles a ON a.id = article_id WHERE a.url LIKE ?"
            " ORDER BY seen_at, s.capture_id",
            f"%{path(number)}",
        )

    def changes(self) -> list[set[tuple[str, int, tuple[str, ...]]]]:
        """What changed, for each crawl: kind, article, fields."""
        with Archive(self.archive, read_only=True) as archive:
            found = archive.changes()
        assert [one["at"] for one in found] == sorted(one["at"] for one in found)
        by_crawl: list[set[tuple[str, int, tuple[str, ...]]]] = [set() for _ in self.runs]
        for one in found:
            ago = datetime.now(UTC) - datetime.fromisoformat(one["at"])
            number = int(one["url"].rpartition("_")[2].removesuffix(".html"))
            by_crawl[-1 - ago.days // APART].add((one["kind"], number, tuple(one["fields"])))
        assert sum(map(len, by_crawl)) == len(found)
        return by_crawl


def pass_days(archive: Path, days: int) -> None:
    """Let time pass: all that was observed lies so many days further back."""
    columns = {
        "articles": ("first_seen_at", "last_seen_at", "changed_at", "checked_at"),
        "captures": ("fetched_at",),
        "versions": ("seen_at",),
        "statuses": ("seen_at",),
    }
    with sqlite3.connect(archive / "lawcrawl.db") as db:
        for table, names in columns.items():
            for name in names:
                shifted = f"strftime('%Y-%m-%dT%H:%M:%SZ', {name}, '-{days} days')"
                db.execute(f"UPDATE {table} SET {name} = {shifted}")
    db.close()


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    history = History(tmp_path_factory.mktemp("history") / "archive")
    with serving(Site()) as site:
        for number, change in enumerate((first, second, third, fourth)):
            if number:
                pass_days(history.archive, APART)
            change(site)
            command = ("crawl", f"{site.url}/tzgg/", "--archive", history.archive, "--recheck", 100, *FAST)
            history.runs.append(lawcrawl(*command))
        yield history


@pytest.mark.parametrize(
    ("crawl", "told"),
    [
        (0, "14 new, 0 changed, 0 unchanged, 0 known, 0 gone, 0 failed"),
        (1, "1 new, 4 changed, 4 unchanged, 0 known, 0 gone, 6 failed"),
        (2, "0 new, 2 changed, 8 unchanged, 0 known, 5 gone, 5 failed"),
        (3, "0 new, 1 changed, 11 unchanged, 0 known, 0 gone, 3 failed"),
    ],
)
def test_each_crawl_counts_what_it_saw(history: History, crawl: int, told: str) -> None:
    assert told in history.runs[crawl].out, history.runs[crawl].err


@pytest.mark.parametrize(
    ("number", "versions"),
    [
        (STILL, 1),
        (EDITED, 2),
        (RETITLED, 2),
        (FILE_REPLACED, 2),
        (FILE_REMOVED, 2),
        (EDITED_AND_BACK, 3),
        (COUNTED, 1),
        (REMOVED, 1),
        (SOFT_404, 1),
        (TO_HOME, 1),
        (MISSING_ONCE, 1),
        (UNLISTED, 1),
        (BACK_AS_IT_WAS, 1),
        (BACK_EDITED, 2),
        (NEW, 1),
    ],
)
def test_there_is_a_version_for_every_true_change_and_no_other(
    history: History, number: int, versions: int
) -> None:
    assert len(history.versions(number)) == versions


def test_versions_have_the_titles_of_their_time(history: History) -> None:
    assert history.versions(RETITLED) == [title(RETITLED), "关于推迟第3期普法宣传活动的通知"]


def test_a_moving_count_and_a_new_footer_are_no_edit(history: History) -> None:
    url = f"%{path(COUNTED)}"
    assert rows(history.archive, "SELECT version, views FROM articles WHERE url LIKE ?", url) == [(1, 114)]
    assert rows(
        history.archive,
        "SELECT c.views FROM view_counts c JOIN articles a ON a.id = article_id WHERE a.url LIKE ? ORDER BY seen_at",
        url,
    ) == [100, 107, 114, 114]


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (REMOVED, [("missing", "410"), ("gone", "410")]),
        (SOFT_404, [("missing", "soft 404"), ("gone", "soft 404")]),
        (TO_HOME, [("missing", "home page"), ("gone", "home page")]),
        (BACK_AS_IT_WAS, [("missing", "404"), ("gone", "404"), ("live", None)]),
        (BACK_EDITED, [("missing", "soft 404"), ("gone", "soft 404"), ("live", None)]),
        (MISSING_ONCE, [("missing", "404"), ("live", None)]),
        (UNLISTED, []),
        (STILL, []),
    ],
)
def test_what_the_page_said_of_its_absence_is_on_record(
    history: History, number: int, told: list[tuple[str, str | None]]
) -> None:
    assert history.statuses(number) == told


def test_only_what_two_crawls_did_not_find_is_gone(history: History) -> None:
    gone = rows(history.archive, "SELECT url FROM articles WHERE status = 'gone'")
    assert {int(url.rpartition("_")[2].removesuffix(".html")) for url in gone} == {REMOVED, SOFT_404, TO_HOME}
    assert rows(history.archive, "SELECT count(*) FROM articles WHERE status = 'live'") == [NEW - 3]


def test_no_page_of_absence_is_kept_as_an_article(history: History) -> None:
    said = "SELECT count(*) FROM {} WHERE text LIKE '%不存在%' OR title NOT LIKE '关于%'"
    assert [rows(history.archive, said.format(table)) for table in ("articles", "versions")] == [[0], [0]]


def test_every_row_of_absence_points_at_the_answer_that_told_it(history: History) -> None:
    assert rows(
        history.archive,
        "SELECT DISTINCT s.reason, c.status FROM statuses s JOIN captures c ON c.id = s.capture_id"
        " WHERE s.status = 'gone' ORDER BY 1",
    ) == [("404", 404), ("410", 410), ("home page", 200), ("soft 404", 200)]


def test_changes_tell_the_history_and_nothing_else(history: History) -> None:
    assert history.changes() == [
        {("new", number, ()) for number in range(1, COUNT + 1)},
        {
            ("new", NEW, ()),
            ("edited", EDITED, ("text",)),
            ("edited", RETITLED, ("title",)),
            ("edited", FILE_REPLACED, ("attachments",)),
            ("edited", EDITED_AND_BACK, ("text",)),
        },
        {
            ("edited", EDITED_AND_BACK, ("text",)),
            ("edited", FILE_REMOVED, ("text", "attachments")),  # its line in the body went with it
            *(("gone", n, ()) for n in (REMOVED, SOFT_404, TO_HOME, BACK_AS_IT_WAS, BACK_EDITED)),
        },
        {
            ("restored", BACK_AS_IT_WAS, ()),
            ("restored", BACK_EDITED, ()),
            ("edited", BACK_EDITED, ("text",)),
        },
    ]
