"""The documents that a text cites by their numbers. A pure function."""

from __future__ import annotations

import re
from collections import Counter

from lawcrawl.normalize import fold_width, issuer_letters, parse_doc_number

_NUMBER = re.compile(
    r"[\[〔（(【﹝［]\s{0,3}(?:19|20)\d{2}\s{0,3}[\]〕）)】﹞］]\s{0,3}(?:第\s{0,3})?\d{1,5}\s{0,3}号"
    r"|令\s{0,3}第\s{0,3}\d{1,5}\s{0,3}号"
)
_JOINED = re.compile(r"[\s、，,；;]*(?:以及|[和与及])?")
_ISSUER = re.compile(r"[\u4e00-\u9fff]{2,24}\s{0,3}$")
BEFORE = 27
"""Characters before a number in which its issuer's letters stand."""


def cited_numbers(text: str) -> dict[str, int]:
    """The document numbers in ``text``, in the form of :func:`~lawcrawl.normalize.parse_doc_number`, and how often each.

    Numbers by year (国发〔2020〕5号) and of orders (国务院令第722号), those that name their issuer.

    >>> cited_numbers("根据国发[2020] 5 号文件和《条例》（国务院令 第722号），国发〔2020〕5号")
    {'国发〔2020〕5号': 2, '国务院令第722号': 1}
    """
    if "号" not in text:
        return {}
    text = fold_width(text)
    found: Counter[str] = Counter()
    read = 0
    for number in _NUMBER.finditer(text):
        start, end = number.span()
        issuer = _ISSUER.search(text, max(read, start - BEFORE), start)
        joined = _JOINED.match(text, end)
        read = joined.end() if joined else end
        if issuer is not None:
            whole = parse_doc_number(issuer_letters(issuer[0].rstrip()) + text[start:end])
            if whole is not None:
                found[whole] += 1
    return dict(found)
