"""Text in, value out. Pure functions: what cannot be read is None, never an empty string or a guess."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

BEIJING = timezone(timedelta(hours=8))

# White space

_WHITE = "[\\s\u00a0\u3000\u200b-\u200f\u2028\u2029\u2060\ufeff\x00-\x20\x7f-\x9f]"
SPACE = re.compile(f"{_WHITE}{_WHITE}*")
"""One or more. Written out: Python's engine then looks for the first by itself and does not try a match everywhere."""


def squeeze(text: str | None) -> str | None:
    """White space of every kind as a browser shows it: one space, none at the ends.

    >>> squeeze("　来 源：\\u00a0\\n 司法局 ")
    '来 源： 司法局'
    >>> squeeze(" \\u200b ") is None
    True
    """
    if not text or text.isspace():
        return None
    plain = text.isprintable() and "  " not in text  # no white space in it but single spaces
    return (text if plain else SPACE.sub(" ", text)).strip() or None


def bare(text: str) -> str:
    """Without white space: how titles are held against each other.

    >>> bare(" 渡口　公告 ")
    '渡口公告'
    """
    return "".join(text.split())


_WIDE = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}

_ANY_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")


def fold_width(text: str) -> str:
    """Full-width ASCII letters and digits to half width; punctuation stays.

    >>> fold_width("２０２４年（ＰＤＦ）")
    '2024年（PDF）'
    """
    return text.translate(_WIDE) if _ANY_WIDE.search(text) else text


def clean_label(text: str | None) -> str | None:
    """A label without its inner spaces, brackets and closing colon.

    >>> clean_label("来 源：")
    '来源'
    """
    return re.sub(r"[\s\u00a0\u3000\u200b\ufeff:：∶【】\[\]]+", "", text) or None if text else None


# Titles

_MARKS = "·•・●○■□◆◇▪▶►>»※★☆-"
_DECORATION = (
    r"[\[【(（]\s*(?:置顶|图文|图|组图|视频|图片|图解|热|新|荐|推荐|new|hot|top)\s*[!！]?\s*[\]】)）]"
)
_HEAD = re.compile(rf"^(?:[{re.escape(_MARKS)}]\s*|{_DECORATION}\s*)+", re.I)
_TAIL = re.compile(
    rf"(?:\s*{_DECORATION}|\s+(?:new|hot)!?|\s*[\[(（【]\s*\d{{4}}-\d{{1,2}}-\d{{1,2}}\s*[\])）】])+$", re.I
)


def clean_title(text: str | None) -> str | None:
    """A title without list marks, dates and decorations such as "[图文]" or "置顶" at its ends.

    Full-width forms and middle dots inside stay as they are meant.

    >>> clean_title("·【置顶】关于开展“民法典宣传月”活动的通知[2024-01-04]")
    '关于开展“民法典宣传月”活动的通知'
    >>> clean_title("（征求意见稿）公告")
    '（征求意见稿）公告'
    """
    title = squeeze(text)
    while title:
        shorter = squeeze(_TAIL.sub("", _HEAD.sub("", title)))
        if shorter == title:
            break
        title = shorter
    return title


# Dates

_DIGITS = dict(zip("〇○Ｏ零一二三四五六七八九", "0000123456789", strict=True))
_CN = "〇○OＯ零一二三四五六七八九"
_CN_DATE = re.compile(rf"([{_CN}]{{4}})\s*年\s*([{_CN}十]{{1,3}})\s*月\s*([{_CN}十]{{1,3}})\s*日")
_TIME = (
    r"(?:[\sT日,，\-]{0,4}(?:(?:星期|周)[一二三四五六日天]\s{0,2})?(?P<half>上午|下午|晚上|中午|[AaPp][Mm])?\s{0,2}"
    r"(?P<H>\d{1,2})\s?(?::|时|点)\s?(?P<M>\d{1,2})(?!\d)(?:\s?(?::|分)\s?(?P<S>\d{1,2})(?!\d))?(?:\.\d+)?"
    r"(?P<zone>\s?(?:GMT|UTC)?\s?[+-]\d{2}:?\d{2}|Z)?)?"
)
_DATE = re.compile(
    r"(?<![\d.])(?P<Y>\d{4})\s?(?:[-/.]|年)\s?(?P<m>\d{1,2})\s?(?:[-/.]|月)\s?(?P<d>\d{1,2})(?!\d)日?" + _TIME
)
_COMPACT = re.compile(r"^\s*(\d{4})(\d{2})(\d{2})\s*$")
_JAVA = re.compile(
    r"[A-Z][a-z]{2} (?P<mon>[A-Z][a-z]{2}) (?P<d>\d{1,2}) (?P<H>\d\d):(?P<M>\d\d):(?P<S>\d\d) CST (?P<Y>\d{4})"
)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_PARTIAL = re.compile(r"(?<![\d.:\-/年])(\d{1,2})\s?(?:[-/.]|月)\s?(\d{1,2})(?![\d.:\-/])")


_OF_DATE = re.compile(r"[\d年]")
"""What no date is without."""
_DATE_MARKS = str.maketrans("∶：－／．‐–", "::-/.--")


def parse_date(text: str | None, *, near: str | None = None) -> str | None:
    """The first date in ``text``, ISO, as precise as it is written; Beijing time.

    A date without a year takes the newest year that is not after ``near`` (an ISO date).

    >>> parse_date("发布时间：2024年1月4日 17时18分")
    '2024-01-04T17:18'
    >>> parse_date("二〇二四年十二月三十一日")
    '2024-12-31'
    >>> parse_date("(12-31)", near="2024-02-01")
    '2023-12-31'
    """
    if not text or not _OF_DATE.search(text):
        return None
    text = fold_width(text[:20_000]).translate(_DATE_MARKS)
    if compact := _COMPACT.match(text):
        return _iso(*map(int, compact.groups()))
    for found in _DATE.finditer(text):
        if value := _stamp(found):
            return value
    if (java := _JAVA.search(text)) and java["mon"] in _MONTHS:
        day = _iso(int(java["Y"]), _MONTHS.index(java["mon"]) + 1, int(java["d"]))
        return f"{day}T{java['H']}:{java['M']}:{java['S']}" if day else None
    for found in _CN_DATE.finditer(text):
        year, month, day_of_month = (_chinese(part) for part in found.groups())
        if value := _iso(year, month, day_of_month):
            return value
    return _completed(text, near) if near else None


def _stamp(found: re.Match[str]) -> str | None:
    """A match of the numeric form as ISO; None for what no calendar has."""
    day = _iso(int(found["Y"]), int(found["m"]), int(found["d"]))
    if day is None or found["H"] is None:
        return day
    hour, minute, second = int(found["H"]), int(found["M"]), int(found["S"] or 0)
    if found["half"] in ("下午", "晚上", "PM", "pm", "Pm") and hour < 12:
        hour += 12
    if hour > 23 or minute > 59 or second > 59:
        return day
    shown = f"{day}T{hour:02}:{minute:02}" + (f":{second:02}" if found["S"] else "")
    zone = found["zone"]
    if zone and ("T" in found[0][8:12] or zone.strip().upper().startswith(("GMT", "UTC"))):
        moment = _beijing(datetime.fromisoformat(shown), zone)
        return moment.isoformat(timespec="seconds" if found["S"] else "minutes")
    return shown


def _beijing(moment: datetime, zone: str) -> datetime:
    sign = re.search(r"([+-])(\d{2}):?(\d{2})", zone)
    offset = timedelta()
    if sign:
        offset = timedelta(hours=int(sign[2]), minutes=int(sign[3])) * (-1 if sign[1] == "-" else 1)
    return moment - offset + timedelta(hours=8)


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat() if 1949 <= year <= 2100 else None
    except ValueError:
        return None


def _chinese(text: str) -> int:
    """Chinese numerals of a date: digit by digit, or with 十."""
    plain = text.replace("O", "〇")
    if "十" not in plain:
        return int("".join(_DIGITS[c] for c in plain))
    tens, _, units = plain.partition("十")
    ones = units.replace("十", "")
    return (int(_DIGITS.get(tens, "1")) if tens else 1) * 10 + (
        int(_DIGITS.get(ones[:1], "0")) if ones else 0
    )


def _completed(text: str, near: str) -> str | None:
    partial = _PARTIAL.search(text)
    if not partial:
        return None
    month, day = int(partial[1]), int(partial[2])
    newest = int(near[:4])
    for year in range(newest, newest - 5, -1):
        value = _iso(year, month, day)
        if value and value <= near[:10]:
            return value
    return None


# Counts

_NUMBER = re.compile(r"(?<![\d.-])(\d{1,3}(?:[,，]\d{3})+|\d+)(\.\d+)?\s*([万亿千]?)(?![\d])")
_FACTORS = {"": 1, "千": 1000, "万": 10_000, "亿": 100_000_000}


def parse_count(text: str | None) -> int | None:
    """A view count; None where there is none or more than one.

    >>> [parse_count(t) for t in ("1.2万", "浏览次数：1,234次", "浏览次数:次", "-")]
    [12000, 1234, None, None]
    """
    if not text:
        return None
    found = _NUMBER.findall(fold_width(text[:2000]))
    if len(found) != 1:
        return None
    whole, fraction, unit = found[0]
    digits = whole.replace(",", "").replace("，", "")
    if len(digits) > 11 or len(fraction) > 12:
        return None
    value = Decimal(digits + fraction) * _FACTORS[unit]
    if value != int(value) or value > 10**10:
        return None
    return int(value)


# Document numbers

_DOC = re.compile(
    r"(?P<who>[\u4e00-\u9fff]{2,24})\s{0,3}[\[〔（(【﹝［]\s{0,3}(?P<year>(?:19|20)\d{2})\s{0,3}[\]〕）)】﹞］]\s{0,3}"
    r"(?:第\s{0,3})?(?P<number>\d{1,5})\s{0,3}号"
)
_WHOLE_NUMBER = re.compile(
    r"^(?:[\u4e00-\u9fff]{0,20}(?:令|公告)\s?)?(?:(?:19|20)\d{2}年)?第\s?\d{1,5}\s?号(?:令|公告)?$|^(?:19|20)\d{2}年第\d{1,5}号令$"
)
_LEAD_IN = re.compile(
    r"^.*(?:根据|按照|依据|依照|遵照|参照|印发|转发|发布|公布|现将|贯彻|落实|执行|废止|文件|详见|的)(?=[\u4e00-\u9fff]{2,})"
)
_LINK = re.compile(r"^.*(?:[见以与及]|(?<!共)和)(?=[\u4e00-\u9fff]{2,})")
"""Words of a sentence too, and letters of places' names, so of a short issuer."""


def issuer_letters(text: str) -> str:
    """What of the characters before a document's year are its issuer's: a sentence may lead up to them.

    >>> issuer_letters("现根据国发"), issuer_letters("和政发")
    ('国发', '和政发')
    """
    who = _LEAD_IN.sub("", text)
    return _LINK.sub("", who) if len(who) > 4 else who


def parse_doc_number(text: str | None) -> str | None:
    """The first document number, in one form.

    >>> parse_doc_number("武司发 [2024] 05 号")
    '武司发〔2024〕5号'
    >>> parse_doc_number("无") is None
    True
    """
    text = squeeze(text[:20_000] if text else text)
    if not text:
        return None
    text = fold_width(text)
    if found := _DOC.search(text):
        return f"{issuer_letters(found['who'])}〔{found['year']}〕{int(found['number'])}号"
    return re.sub(r"\s", "", text) if _WHOLE_NUMBER.match(text) else None


# Addresses

_TRACKING = re.compile(
    r"^(?:utm_\w+|spm|isappinstalled|share\w*|wx\w*|jsessionid|phpsessid|sessionid|sid_|aspsessionid\w*)$",
    re.I,
)
_FORWARDED = {"from": {"singlemessage", "timeline", "groupmessage"}}
_STAMP_NAME = re.compile(r"^(?:_|_?t|ts|timestamp|time|rand|random|rnd|r)$", re.I)
_STAMP_VALUE = re.compile(r"^(?:\d{10}|\d{13}|0\.\d+)$")
_INDEX = re.compile(r"/(?:index|default)\.(?:s?html?|jsp|php|aspx?)$", re.I)
_SESSION_PATH = re.compile(r";jsessionid=[^/?#;]*", re.I)
_KEPT_FRAGMENT = re.compile(r"^!?/")
_SAFE = "/:@!$&'()*+,;=~%-._"


@lru_cache(4096)  # a page's address passes here a dozen times
def canonical_url(url: str, base: str | None = None) -> str | None:
    """The clean address that a reader can open; None for what is no web address.

    Scheme and host in lower case; fragments, default ports, tracking and session parameters and a closing
    ``index.html`` dropped.

    >>> canonical_url("HTTP://Sfj.Example.cn:80/a/../b/index.html?utm_source=x#top")
    'http://sfj.example.cn/b/'
    >>> canonical_url("javascript:void(0)") is None
    True
    """
    try:
        parts = urlsplit(urljoin(base, url.strip()) if base else url.strip())
        port = parts.port
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host or SPACE.search(host):
        return None
    netloc = _netloc(host.lower(), port, parts.scheme.lower())
    if netloc is None:
        return None
    path = _dots(quote(_SESSION_PATH.sub("", parts.path), safe=_SAFE, errors="replace")) or "/"
    path = re.sub(r"%[0-9a-fA-F]{2}", lambda escape: escape[0].upper(), path)
    query = _query(parts.query)
    if not query:
        path = _INDEX.sub("/", path)
    return urlunsplit((parts.scheme.lower(), netloc, path, query, _fragment(parts, path)))


def _netloc(host: str, port: int | None, scheme: str) -> str | None:
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            return None
    if ":" in host:
        host = f"[{host}]"
    standard = {"http": 80, "https": 443}[scheme]
    return host if port in (None, standard) else f"{host}:{port}"


def _dots(path: str) -> str:
    if "/." not in path:
        return path
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    closing = "/" if path.rsplit("/", 1)[-1] in (".", "..") and kept else ""
    return "/" + "/".join(kept) + closing


def _query(query: str) -> str:
    kept = [part for part in query.split("&") if part and not _noise(part)]
    text = quote("&".join(kept), safe=_SAFE + "?", errors="replace")
    return re.sub(r"%[0-9a-fA-F]{2}", lambda escape: escape[0].upper(), text)


def _noise(part: str) -> bool:
    """Whether a parameter says nothing about which page is meant."""
    name, _, value = part.partition("=")
    return bool(
        _TRACKING.match(name)
        or value in _FORWARDED.get(name, ())
        or (_STAMP_NAME.match(name) and _STAMP_VALUE.match(value))
    )


def _fragment(parts: SplitResult, path: str) -> str:
    names_a_column = path.rstrip("/").endswith("/gkmlpt/index") or path.endswith("/gkmlpt/")
    if _KEPT_FRAGMENT.match(parts.fragment) or (names_a_column and parts.fragment.isdigit()):
        return quote(parts.fragment, safe=_SAFE, errors="replace")
    return ""


@lru_cache(4096)
def url_key(url: str) -> str:
    """What makes an address the same article: scheme and ``www.`` do not.

    >>> url_key("https://www.example.cn/a/index.html") == url_key("http://example.cn/a/")
    True
    """
    clean = canonical_url(url) or url
    return clean.partition("://")[2].removeprefix("www.") or clean


def same_site(a: str, b: str) -> bool:
    """Whether two addresses have one host, ``www.`` aside."""
    try:
        return urlsplit(a).netloc.lower().removeprefix("www.") == urlsplit(b).netloc.lower().removeprefix(
            "www."
        )
    except ValueError:
        return False
