"""A search finds every article that contains what is sought and no other, ranked, filtered, marked, counted."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcrawl.archive import Archive
from lawcrawl.archive.schema import FIRST
from lawcrawl.archive.search import SORTS, Filters, Marker, QueryError, Search, fold, write_index
from lawcrawl.archive.store import Indexing
from lawcrawl.items import Listing
from tests.archive.writing import COLUMN, Crawl, crawling, day


def article(crawl: Crawl, name: str, **fields: Any) -> None:
    nothing = dict.fromkeys(("title", "text", "doc_number", "source", "author", "published"))
    crawl.visit(day(1), url=f"{COLUMN}{name}.html", **{**nothing, **fields})


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Articles named by what makes them different; 法治 stands in most of them."""
    folder = tmp_path_factory.mktemp("search") / "data"
    with crawling(folder) as crawl:
        article(crawl, "old", title="法治宣传", published="2019-05-01", source="临溪市司法局")
        article(crawl, "new", text="谈谈法治建设。", published="2024-03-01", source="临江日报")
        article(crawl, "undated", text="法治没有日期")
        article(
            crawl, "file", text="见附件", published="2022-01-01", attachments=[crawl.file(text="法治报名表")]
        )
        article(crawl, "number", doc_number="临司发〔2024〕5号", text="按办理", published="2024-02-29T08:30")
        article(crawl, "traditional", title="憲法與法律", text="學習憲法", published="2023-01-01")
        article(
            crawl, "tender", text="法治文化墙招标", published="2021-01-01", listings=[Listing(f"{COLUMN}")]
        )
    with Archive(folder, create=False, read_only=True) as opened:
        yield opened


def found(archive: Archive, query: str | None, **options: Any) -> list[str]:
    """The names of what is found, in order."""
    return [hit.url.removeprefix(COLUMN).removesuffix(".html") for hit in archive.search(query, **options)]


CONTAINED = {
    "法治": ["old", "new", "file", "tender", "undated"],
    "法": ["traditional", "old", "new", "file", "tender", "undated"],
    "治": ["old", "new", "file", "tender", "undated"],
    "治建": ["new"],
    "治。": ["old", "new", "file", "tender", "undated"],
    "法治建设": ["new"],
    "法治，建设": [],
    "报名": ["file"],
    "临司发〔2024〕5号": ["number"],
    "临司发（2024）5号": ["number"],
    "司发[2024]5": ["number"],
    "号": ["number"],
    "宪法与法律": ["traditional"],
    "學習": ["traditional"],
    "法治 招标": ["tender"],
    "法治 -招标": ["old", "new", "file", "undated"],
    "法 治 -宣": ["new", "file", "tender", "undated"],
    "宪法 OR 报名": ["traditional", "file"],
    "法治 NOT (招标 OR 报名)": ["old", "new", "undated"],
    "title:法治": ["old"],
    "title:法": ["traditional", "old"],
    "text:法治": ["new", "tender", "undated"],
    "附件:法治": ["file"],
    "法治 title:宣传": ["old"],
    "法治 -title:宣传": ["new", "file", "tender", "undated"],
    "法 -title:法": ["new", "file", "tender", "undated"],
    "(法 OR 号) 临": ["number"],
    "法治 来源:司法局": ["old"],
    "法治 -来源:司法局": ["new", "file", "tender", "undated"],
    "source:日报": ["new"],
    "法治 site:linxi -channel:公告": [],
    "法治 channel:公告": ["old", "new", "file", "tender", "undated"],
    "number:〔2024〕5": ["number"],
    "民法典": [],
}


WAYS = [{}, {"FEW": 0}, {"FEW": 0, "MANY": 0}, {"FEW": 0, "MANY": 0, "RECENT": 3}]
"""Small archives are asked as large ones are: for few matches, for more, for very many, and for those not recent."""


@pytest.fixture(params=WAYS, ids=repr)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in request.param.items():
        monkeypatch.setattr(f"lawcrawl.archive.search.find.{name}", value)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("query", CONTAINED)
def test_what_contains_the_query_is_found_titles_first_then_the_newest(archive: Archive, query: str) -> None:
    assert found(archive, query) == CONTAINED[query]
    assert found(archive, query, sort="newest") == sorted(
        CONTAINED[query], key=["new", "number", "traditional", "file", "tender", "old", "undated"].index
    )


NARROWED: dict[str, tuple[dict[str, str], list[str]]] = {
    "site": ({"site": "linxi_sfj"}, ["old", "new", "file", "tender", "undated"]),
    "another site": ({"site": "linjiang"}, []),
    "channel": ({"channel": "通知公告"}, ["old", "new", "file", "tender", "undated"]),
    "source": ({"source": "临江日报"}, ["new"]),
    "since a year": ({"since": "2021"}, ["new", "file", "tender"]),
    "until a year": ({"until": "2021"}, ["old", "tender"]),
    "until a month": ({"until": "2022-01"}, ["old", "file", "tender"]),
    "a day": ({"since": "2022-01-01", "until": "2022-01-01"}, ["file"]),
    "a law": ({"law": "中华人民共和国宪法"}, []),
}


@pytest.mark.parametrize("name", NARROWED)
@pytest.mark.usefixtures("way")
def test_a_search_is_narrowed_down(archive: Archive, name: str) -> None:
    options, expected = NARROWED[name]
    assert found(archive, "法治", **options) == expected


@pytest.mark.parametrize("law", ["民法典", "《中华人民共和国民法典》"])
def test_a_law_is_asked_for_by_any_of_its_names(tmp_path: Path, law: str) -> None:
    with crawling(tmp_path / "data") as crawl:
        crawl.visit(day(1))
        assert len(crawl.archive.search("学习", law=law)) == 1
        assert crawl.archive.search("学习", law="刑法") == []


def test_without_a_query_all_that_passes_is_found(archive: Archive) -> None:
    assert found(archive, None, since="2023") == ["new", "number", "traditional"]
    assert found(archive, None)[-1] == "undated"


@pytest.mark.parametrize("date", ["2024-02-30", "2024-13", "24", "gestern", "2024-01-01T25:00", "0000"])
@pytest.mark.parametrize("name", ["since", "until"])
def test_what_is_no_date_is_told(name: str, date: str) -> None:
    with pytest.raises(QueryError, match="is not a date"):
        Filters(**{name: date})  # type: ignore[arg-type]


def test_the_oldest_come_first_where_asked_and_the_undated_last(archive: Archive) -> None:
    assert found(archive, "法治", sort="oldest") == ["old", "tender", "file", "new", "undated"]


def test_bm25_puts_what_is_most_about_the_words_first(archive: Archive) -> None:
    assert found(archive, "法治 -招标", sort="bm25")[0] == "old"
    assert set(found(archive, "法", sort="bm25")) == set(CONTAINED["法"])


def test_pages_follow_one_another(archive: Archive) -> None:
    pages = [archive.search("法治", limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [hit.id for page in pages for hit in page] == [hit.id for hit in archive.search("法治")]
    assert [(len(page), page.total, page.exact) for page in pages] == [(n, 5, True) for n in (2, 2, 1, 0)]


def test_of_very_many_it_is_said_that_there_are_more(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lawcrawl.archive.search.find.COUNTED", 3)
    page = archive.search("法治", limit=2)
    assert (page.total, page.exact) == (3, False)
    facets = archive.facets("法治")
    assert (facets.counted, facets.exact, facets.year) == (3, False, [("2024", 1), ("2019", 1)])


def test_what_is_found_is_counted_by_field(archive: Archive) -> None:
    facets = archive.facets("法治")
    assert (facets.counted, facets.exact) == (5, True)
    assert facets.site == [("linxi_sfj", 5)]
    assert facets.channel == [("通知公告", 5)]
    assert facets.source == [("临江日报", 1), ("临溪市司法局", 1)]
    assert facets.year == [("2024", 1), ("2022", 1), ("2021", 1), ("2019", 1)]


def test_every_id_is_had_one_by_one(archive: Archive) -> None:
    ids = archive.selected("法治", until="2022")
    assert next(ids) == archive.search("法治", until="2022", sort="newest")[0].id
    assert len(list(ids)) == 2


SHOWN = {
    "法治建设": (None, "谈谈[法治建设]。"),
    "title:宣传": ("法治[宣传]", None),
    "学习宪法": ("憲法與法律", "[學習憲法]"),
    "报名表": (None, "法治[报名表]"),
}


@pytest.mark.parametrize("query", SHOWN)
def test_the_place_that_is_found_is_shown_and_marked(archive: Archive, query: str) -> None:
    [hit] = archive.search(query)
    assert (hit.marked_title, hit.snippet) == SHOWN[query]


def test_a_place_deep_in_a_long_text_is_shown() -> None:
    text = "甲" * 19_999 + "法\n治" + "乙" * 30_000 + "法治" + "丙" * 500
    shown = Marker.of("法治").snippet(text)
    assert shown is not None
    assert "乙乙[法治]丙丙" in shown
    assert len(shown) < 70


def test_marks_do_not_touch_the_text(archive: Archive) -> None:
    pieces = Marker.of("<b> 法治").pieces("<b>法治</b>İ法治")
    assert "".join(piece for piece, _ in pieces) == "<b>法治</b>İ法治"
    assert [piece for piece, hit in pieces if hit] == ["b", "法治", "b", "法治"]


def test_an_article_whose_date_changes_is_found_once_at_its_new_date(tmp_path: Path) -> None:
    with crawling(tmp_path / "data") as crawl:
        crawl.visit(day(1), published="2023-01-01")
        crawl.visit(day(2), published="2024-01-01")
        crawl.visit(day(3), published="2024-01-01", title="宪法日")
        assert len(crawl.archive.search("学习")) == 1
        assert not crawl.archive.search("学习", until="2023")
        assert [bool(crawl.archive.search(word)) for word in ("宪法日", "宣传活动", "传", "title:传")] == [
            *(True, False, False, False)
        ]


# Against a naive reading of the promise

ALPHABET = "法治民宪憲号a１1Ａ，〔〕 "
TEXTS = st.text(ALPHABET, max_size=12)
DOCUMENTS = st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=6)


def joined(text: str) -> str:
    """A text as it is compared: folded, one space for whatever parts words."""
    return " ".join(fold(text).split())


@given(DOCUMENTS, st.text(ALPHABET.replace(" ", ""), min_size=1, max_size=6))
def test_what_is_found_is_what_contains_the_query_once_both_are_folded(
    documents: list[tuple[str, str, str]], query: str
) -> None:
    db = sqlite3.connect(":memory:", isolation_level=None)
    for statement in FIRST.split(";\n"):
        if "_fts" in statement or "TABLE articles" in statement or "articles_brief" in statement:
            db.execute(statement)
    db.executemany(
        "INSERT INTO articles (id, site_id, url, url_key, status, version, first_seen_at, last_seen_at, changed_at)"
        " VALUES (?1, '', ?1, ?1, 'live', 1, '', '', '')",
        [(number,) for number in range(1, len(documents) + 1)],
    )
    write_index(
        db,
        [
            Indexing(number, f"20{number:02}-01-01" if number % 2 else None, title, None, text, files)
            for number, (title, text, files) in enumerate(documents, 1)
        ],
    )
    wanted = joined(query)
    contain = {
        number for number, fields in enumerate(documents, 1) if any(wanted in joined(one) for one in fields)
    }
    if not wanted:
        with pytest.raises(QueryError):
            Search(db, query, Filters())
        return
    search = Search(db, query, Filters())
    assert set(search.ids()) == contain
    assert all(set(search.first(sort, 10)) == contain for sort in SORTS)
    assert (search.count(), set(search.ids("oldest"))) == (len(contain), contain)
    db.close()


@given(st.text(max_size=50))
def test_a_folded_text_is_as_long_as_the_text_and_folds_to_itself(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_a_hit_is_data(archive: Archive) -> None:
    [hit] = archive.search("法治建设")
    assert hit.as_dict() == dataclasses.asdict(hit)
    assert hit.as_dict()["source"] == "临江日报"
