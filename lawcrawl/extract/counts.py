"""What a counter answers: a number, whatever it is wrapped in."""

from __future__ import annotations

import json
import re
from typing import Any

from lawcrawl.normalize import parse_count

_WRITE = re.compile(r"document\.write(?:ln)?\(\s*[\"']?\s*([\d,]+)\s*[\"']?\s*\)")
_SET = re.compile(
    r"(?:([\w-]+)[\"']\s*\)\s*)?\.(?:html|text|innerHTML|innerText|val)\s*(?:\(|=)\s*[\"']?\s*([\d,]+)\s*[\"']?"
)
_PARTIAL = re.compile(r"today|yesterday|day|week|month|year|down|comment|support", re.I)
_GIVEN = re.compile(
    r"^(?:var\s+)?\w*(?:hits?|count|click|view|pv|num)\w*\s*=\s*[\"']?([\d,]+)[\"']?\s*;?$", re.I
)
_WRAPPED = re.compile(r"^<\?xml[^>]*>\s*<(\w+)[^>]*>\s*(\d+)\s*</\1>$")
_JSON = re.compile(r"^[\w.$]*\(?\s*([\[{].*[\]}])\s*\)?;?\s*$", re.S)
_KEYS = (
    "pv",
    "hits",
    "hit",
    "views",
    "view",
    "count",
    "click",
    "clicks",
    "num",
    "total",
    "visits",
    "data",
    "result",
)


def read_count(body: str, reader: str = "auto") -> int | None:
    """The number that a counter answers; None for anything that is not plainly one.

    >>> [read_count(t) for t in ("document.write('123');", " 45 ", 'cb({"data": {"pv": 6}})', "<p>error 7</p>")]
    [123, 45, 6, None]
    """
    text = body.strip().removeprefix("\ufeff")
    if not text or len(text) > 20_000:
        return None
    if re.fullmatch(r"[\d,]+", text):
        return parse_count(text)
    if reader == "framed":
        return parse_count(re.sub(r"<[^<>]*>", " ", text))
    if found := _WRITE.search(text) or _GIVEN.match(text):
        return parse_count(found[1])
    if found := _WRAPPED.match(text):
        return parse_count(found[2])
    if given := _SET.findall(text):
        return parse_count(next((number for name, number in given if not _PARTIAL.search(name)), None))
    if found := _JSON.match(text):
        try:
            return _number_in(json.loads(found[1]))
        except (ValueError, RecursionError):
            return None
    return None


def _number_in(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value >= 0 else None
    if isinstance(value, str):
        return parse_count(value) if re.fullmatch(r"[\d,]+", value.strip()) else None
    if isinstance(value, list):
        return _number_in(value[0]) if len(value) == 1 else None
    if isinstance(value, dict):
        named = {str(key).lower(): inner for key, inner in value.items()}
        return next((n for key in _KEYS if key in named and (n := _number_in(named[key])) is not None), None)
    return None
