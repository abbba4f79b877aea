"""What the archive knows beyond single pages, as the commands say it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lawcrawl.cli import main
from tests.archive.writing import COLUMN, crawling, day


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("knowledge") / "data"
    with crawling(folder) as crawl:
        crawl.visit(
            day(1),
            title="一",
            doc_number=None,
            published="2021-05-01",
            text="国发〔2020〕5号：《民法典》《民法典》《宪法》",
        )
        url = f"{COLUMN}t2.html"
        crawl.visit(
            day(1),
            url=url,
            title="二",
            published="2023-02-03",
            doc_number="国发〔2020〕5号",
            text="《中华人民共和国民法典》",
        )
    return folder


def run(archive: Path, *arguments: str) -> Result:
    name, *rest = arguments
    return CliRunner().invoke(main, [name, "--archive", str(archive), *rest])


def objects(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_mentions_lists_the_laws(archive: Path) -> None:
    found = objects(run(archive, "mentions", "--json"))
    assert [(one["law"], one["articles"], one["count"]) for one in found] == [
        ("民法典", 2, 3),
        ("宪法", 1, 1),
    ]
    assert [one["law"] for one in objects(run(archive, "mentions", "--json", "--limit", "1"))] == ["民法典"]
    assert run(archive, "mentions").stdout.splitlines()[1].split()[:3] == ["民法典", "2", "3"]


@pytest.mark.parametrize("law", ["民法典", "《中华人民共和国民法典》"])
def test_mentions_of_a_law_lists_the_articles(archive: Path, law: str) -> None:
    found = objects(run(archive, "mentions", law, "--json"))
    assert [(one["id"], one["count"]) for one in found] == [(2, 1), (1, 2)]
    assert [one["id"] for one in objects(run(archive, "mentions", law, "--json", "--until", "2022"))] == [1]


def test_mentions_of_a_law_are_counted_over_time(archive: Path) -> None:
    found = objects(run(archive, "mentions", "民法典", "--by", "year", "--json"))
    assert [(one["period"], one["articles"]) for one in found] == [("2021", 1), ("2023", 1)]


def test_a_law_that_no_article_names_is_said_with_those_of_like_names(archive: Path) -> None:
    result = run(archive, "mentions", "民法")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "no article names 民法; named are 民法典\n"


def test_a_site_that_is_not_there_is_said(archive: Path) -> None:
    result = run(archive, "mentions", "--site", "linyuan_sfj")
    assert result.exit_code == 1
    assert "no site linyuan_sfj" in result.stderr


def test_counting_over_time_needs_a_law(archive: Path) -> None:
    assert run(archive, "mentions", "--by", "year").exit_code == 2


def test_show_names_the_laws_of_the_article(archive: Path) -> None:
    assert objects(run(archive, "show", "1", "--json"))[0]["mentions"] == [
        {"law": "民法典", "count": 2},
        {"law": "宪法", "count": 1},
    ]
    shown = run(archive, "show", "1").stdout.splitlines()
    assert shown[shown.index("Laws named") + 2].split() == ["民法典", "2"]


def test_cites_lists_the_numbers_and_who_cites_one(archive: Path) -> None:
    [number] = objects(run(archive, "cites", "--json"))
    assert (number["doc_number"], number["articles"], number["id"]) == ("国发〔2020〕5号", 1, 2)
    assert [one["id"] for one in objects(run(archive, "cites", "国发[2020]5号", "--json"))] == [1]


def test_a_number_that_no_article_cites_is_said_with_those_like_it(archive: Path) -> None:
    result = run(archive, "cites", "国发")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "no article cites 国发; cited are 国发〔2020〕5号\n"


def test_show_leads_to_the_documents_that_an_article_cites(archive: Path) -> None:
    [cited] = objects(run(archive, "show", "1", "--json"))[0]["citations"]
    assert (cited["doc_number"], cited["id"], cited["title"]) == ("国发〔2020〕5号", 2, "二")
    assert "Documents cited" in run(archive, "show", "1").stdout


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copied") / "data"
    with crawling(folder) as crawl:
        for number in (1, 2, 3):
            text = "通知。" if number == 3 else "请各单位按时报送总结材料。" * 12
            published = f"2024-01-0{number}"
            crawl.visit(day(1), f"{COLUMN}t{number}.html", text=text, published=published)
    return folder


def test_reprints_lists_the_earliest_articles_and_all_that_have_the_text_of_one(copied: Path) -> None:
    [original] = objects(run(copied, "reprints", "--json"))
    assert (original["id"], original["copies"], original["sites"]) == (1, 1, 1)
    for asked in ("2", f"{COLUMN}t2.html"):
        found = objects(run(copied, "reprints", asked, "--json"))
        assert [(one["id"], one["similarity"]) for one in found] == [(1, 1.0), (2, 1.0)]


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["--elsewhere"], 1, "no text stands in two articles"),
        (["3"], 1, "the text of article 3 stands in no other"),
        (["9"], 1, "no article 9 in"),
        (["1", "--elsewhere"], 2, "filters are for all texts"),
        (["--since", "yesterday"], 2, "not a date"),
    ],
)
def test_reprints_says_in_a_sentence_that_there_is_nothing(
    copied: Path, arguments: list[str], status: int, sentence: str
) -> None:
    result = run(copied, "reprints", *arguments)
    assert (result.exit_code, result.stdout) == (status, "")
    assert sentence in result.stderr


def test_show_tells_the_articles_with_the_same_text(copied: Path) -> None:
    assert [one["id"] for one in objects(run(copied, "show", "2", "--json"))[0]["reprints"]] == [1, 2]
    assert "The same text, earliest first" in run(copied, "show", "2").stdout
    assert "The same text" not in run(copied, "show", "3").stdout
