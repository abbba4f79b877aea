"""Text in, value out."""

from __future__ import annotations

import doctest
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcrawl import normalize
from lawcrawl.normalize import (
    canonical_url,
    clean_title,
    issuer_letters,
    parse_count,
    parse_date,
    parse_doc_number,
    same_site,
    squeeze,
    url_key,
)


def test_the_examples_in_the_docstrings() -> None:
    assert doctest.testmod(normalize).failed == 0


@pytest.mark.parametrize(
    ("shown", "value"),
    [
        ("2024-01-04 17:18", "2024-01-04T17:18"),
        ("2024-01-04 17:18:30", "2024-01-04T17:18:30"),
        ("2024-1-4", "2024-01-04"),
        ("2024/1/4", "2024-01-04"),
        ("2024.01.04", "2024-01-04"),
        ("2024年01月04日 17时18分", "2024-01-04T17:18"),
        ("2024年1月4日17:18", "2024-01-04T17:18"),
        ("二〇二四年一月四日", "2024-01-04"),
        ("二○二四年十二月三十一日", "2024-12-31"),
        ("二零二四年二月二十日", "2024-02-20"),
        ("二Ｏ二六年十月一日", "2026-10-01"),
        ("[2024-01-04]", "2024-01-04"),
        ("( 2024-05-11)", "2024-05-11"),
        ("2023-08-19 10∶08", "2023-08-19T10:08"),
        ("２０２４－０１－０４".replace("－", "-"), "2024-01-04"),
        ("2023-11-06 00:00", "2023-11-06T00:00"),
        ("2007-08-20-23:59:59", "2007-08-20T23:59:59"),
        ("2024.09.30 09:24:36 GMT+08:00", "2024-09-30T09:24:36"),
        ("2024-01-04T09:18:00Z", "2024-01-04T17:18:00"),
        ("2024-01-04 下午 5:18", "2024-01-04T17:18"),
        ("Thu Jan 04 17:18:30 CST 2024", "2024-01-04T17:18:30"),
        ("20240104", "2024-01-04"),
        ("发布时间:2024-01-04 17:18 浏览次数:次", "2024-01-04T17:18"),
        ("2024-02-30 改于 2024-03-01", "2024-03-01"),
        ("2024-02-30", None),
        ("2024-13-01", None),
        ("1024-01-01", None),
        ("20240104123456", None),
        ("01-04", None),
        ("", None),
        (None, None),
    ],
)
def test_dates(shown: str | None, value: str | None) -> None:
    assert parse_date(shown) == value


@pytest.mark.parametrize(
    ("shown", "near", "value"),
    [
        ("(01-04)", "2024-02-01", "2024-01-04"),
        ("12-31", "2024-02-01", "2023-12-31"),
        ("2月1日", "2024-02-01", "2024-02-01"),
        ("02-29", "2023-06-01", "2020-02-29"),
    ],
)
def test_dates_without_a_year_take_the_newest_that_fits(shown: str, near: str, value: str) -> None:
    assert parse_date(shown, near=near) == value


@given(st.datetimes(datetime(1950, 1, 1), datetime(2099, 12, 31)))
def test_every_form_of_a_moment_reads_the_same(moment: datetime) -> None:
    value = moment.isoformat(timespec="minutes")
    for form in (f"{moment:%Y-%m-%d %H:%M}", f"{moment:%Y/%m/%d %H:%M}", f"{moment:%Y年%m月%d日 %H时%M分}"):
        assert parse_date(f"发布时间：{form} 来源：") == value


@pytest.mark.parametrize(
    ("shown", "value"),
    [
        ("1234", 1234),
        ("1,234", 1234),
        ("1.2万", 12000),
        ("1234 次", 1234),
        ("[1234]", 1234),
        ("浏览次数：１２３次", 123),
        ("3.5亿", 350_000_000),
        ("浏览次数:次", None),
        ("", None),
        ("-", None),
        ("loading", None),
        ("-5", None),
        ("12 34", None),
        ("99999999999999", None),
        ("0", 0),
    ],
)
def test_counts(shown: str, value: int | None) -> None:
    assert parse_count(shown) == value


@given(st.integers(0, 10**10))
def test_a_count_with_separators_is_the_count(number: int) -> None:
    assert parse_count(f"浏览：{number:,} 次") == number


@pytest.mark.parametrize(
    ("shown", "value"),
    [
        ("武司发〔2024〕5号", "武司发〔2024〕5号"),
        ("武司发[2024]5号", "武司发〔2024〕5号"),
        ("武司发（2024）5号", "武司发〔2024〕5号"),
        ("武司发【2024】 05 号", "武司发〔2024〕5号"),
        ("武司发﹝２０２４﹞第５号", "武司发〔2024〕5号"),
        ("处罚信息公开表(临罚决字〔2024〕36号)", "临罚决字〔2024〕36号"),
        ("根据武司发〔2024〕5号文件", "武司发〔2024〕5号"),
        ("国令第711号", "国令第711号"),
        ("无", None),
        ("-", None),
        ("第5次会议", None),
    ],
)
def test_document_numbers(shown: str, value: str | None) -> None:
    assert parse_doc_number(shown) == value


@pytest.mark.parametrize(
    ("shown", "title"),
    [
        ("·关于印发《要点》的通知", "关于印发《要点》的通知"),
        ("[图文] 送法下乡", "送法下乡"),
        ("【置顶】关于放假的公告", "关于放假的公告"),
        ("关于放假的公告 [2024-01-04]", "关于放假的公告"),
        ("送法下乡（图）", "送法下乡"),
        ("（征求意见稿）公告", "（征求意见稿）公告"),
        ("阿依古丽·买买提调解室揭牌", "阿依古丽·买买提调解室揭牌"),
        ("拨动心弦　　守护心灵", "拨动心弦 守护心灵"),
        ("[图文]", None),
        (" ", None),
    ],
)
def test_titles(shown: str, title: str | None) -> None:
    assert clean_title(shown) == title


@given(st.text())
def test_cleaning_a_title_twice_changes_nothing(text: str) -> None:
    once = clean_title(text)
    assert once != ""
    assert clean_title(once) == once


@given(st.text())
def test_squeezing_is_idempotent(text: str) -> None:
    assert squeeze(squeeze(text)) == squeeze(text)


VARIANTS = (
    "http://www.linxi.example/a/",
    "https://www.linxi.example/a/",
    "http://linxi.example/a/index.html",
    "http://LINXI.example:80/a/#top",
    "http://linxi.example/a/?utm_source=x",
    "http://linxi.example/b/../a/?_=1700000000000",
    "http://linxi.example/a/;jsessionid=0AF3",
)


@pytest.mark.parametrize("url", VARIANTS)
def test_one_page_has_one_key(url: str) -> None:
    assert url_key(url) == "linxi.example/a/"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:void(0)",
        "mailto:a@b.cn",
        "#",
        "",
        "http://[::1",
        "http://a:99999/",
        "ftp://a.cn/x",
        "data:text/html,x",
    ],
)
def test_what_is_no_web_address_is_none(url: str) -> None:
    assert canonical_url(url) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.cn/x?id=1", "http://a.cn/x?id=2"),
        ("http://a.cn/gkmlpt/index#8812", "http://a.cn/gkmlpt/index#8813"),
        ("http://a.cn/x.html", "http://b.a.cn/x.html"),
        ("http://a.cn/X.html", "http://a.cn/x.html"),
    ],
)
def test_two_pages_have_two_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


def test_a_relative_address_is_joined() -> None:
    assert canonical_url("../202401/t1.html", "http://a.cn/b/c/index.html") == "http://a.cn/b/202401/t1.html"


def test_www_is_the_same_site() -> None:
    assert same_site("http://www.a.cn/x", "https://a.cn/y")
    assert not same_site("http://a.cn/x", "http://b.cn/x")


@given(st.text())
def test_a_canonical_address_is_canonical(text: str) -> None:
    once = canonical_url("http://a.cn/" + text)
    assert once is None or canonical_url(once) == once


@pytest.mark.parametrize(
    "read", [squeeze, clean_title, parse_date, parse_count, parse_doc_number, canonical_url]
)
@pytest.mark.parametrize(
    "text", ["1" * 200_000, "年" * 200_000, "[图文]" * 40_000, "2024-" * 40_000, "（" * 200_000]
)
def test_hostile_text_is_read_in_bounded_time(read: object, text: str) -> None:
    assert callable(read)
    value = read(text)
    assert value is None or isinstance(value, str | int)


@given(st.text())
def test_no_text_raises(text: str) -> None:
    for read in (squeeze, clean_title, parse_date, parse_count, parse_doc_number, canonical_url, url_key):
        read(text)


@pytest.mark.parametrize(
    ("before", "letters"),
    [
        ("按照国发", "国发"),
        ("市政府发布的临政发", "临政发"),
        ("中华人民共和国国务院令", "中华人民共和国国务院令"),
        ("和政发", "和政发"),
        ("临财发以及临司发", "临司发"),
    ],
)
def test_a_sentence_may_lead_up_to_an_issuer(before: str, letters: str) -> None:
    assert issuer_letters(before) == letters
