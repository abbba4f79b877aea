"""The laws that a text names. Pure functions over the list in ``laws.txt`` and over what stands between book marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files

STATE = "中华人民共和国"
LONGEST = 80
"""Characters between two book marks that can be a name."""

TAIL = 5
"""Characters at the end of a name by which it is looked up."""

_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_MARKS = str.maketrans("《》()", "〈〉（）")
_NOTE = re.compile(
    r"（[^（）]*(?:修订|修正|修改|试行|暂行|草案|征求|送审|讨论|全文|节选|摘[要录]|简称|\d{4}|第[^（）]*[号版])[^（）]*）$"
)
_AMENDMENT = re.compile(r"(?<=[法典])修正案(?:（[一二三四五六七八九十]+）)?$")
_STATE = re.compile(rf"(^|〈)(?:{STATE})+(?=[^〉])")
_RULE = re.compile(r"(?:法典?|条例|规定|办法|细则|规则)$")
_NO_NAME = re.compile(
    r"^(?:[本该新旧]|实施|暂行|管理|若干|试行|有关|相关|补充|特别|工作|处理|监督)*(?:法典?|条例|规定|办法|细则|规则)$"
    r"|[方做看说想写语用句书手技兵魔拳疗司普执立守学释讲算枪刀针心功佛找靠依遵与和的及]法$|[^〈〉（）、·—\-\w]"
)
_DEFINED = re.compile(
    r"[（(][^（）()\n]{0,40}?(?:(?:以下|下文)?(?:统一?|简)|下)称[为作]?[:：]?[“\"「]?《([^《》\n]{1,30})》[^（）()\n]{0,20}[）)]"
)
_BRACKET = re.compile("[《〈》〉]")
_END = re.compile(
    "[法典例则定](?!(?<=法)(?:学(?!习)|制(?!定)|案(?![例件])|理(?![念论解])|[律规院官治定人庭令师医盲网务警纪度则系典])"
    "|(?<=典)[型礼范藏雅故籍])"
)
"""The last character of a name, where it is not another word with the next one: 担保法律服务, 民法典型案例."""
_FOREIGN = re.compile(r"(?:[法德美英韩泰俄]国|日本|瑞士|意大利|俄罗斯|新加坡|欧盟|罗马|外国|各国|世界)的?$")


def laws(text: str) -> dict[str, int]:
    """The laws that ``text`` names, by :func:`law_name`, and how often it names each.

    Between book marks a law is what the list has or what bears a rule's name; without them only what the list has, where
    the words can be nothing else. A name that the text itself gives (以下简称《条例》) is the law it was given to.

    >>> laws("依据《中华人民共和国民法典》和《民法典》，弘扬宪法精神")
    {'民法典': 2, '宪法': 1}
    >>> laws("《临溪市养犬管理条例》（以下简称《条例》）施行，《条例》共八章")
    {'临溪市养犬管理条例': 2}
    """
    found: Counter[str] = Counter()
    given: dict[str, str] = {}
    left, read = [], 0
    for start, end, name in _between_marks(text):
        law = given.get(name) or law_name(name)
        if law is None or end <= read:
            continue
        found[law] += 1
        if definition := _DEFINED.match(text, end):
            given[definition[1]] = law
            end = definition.end()
        left.append(text[read:start])
        read = end
    left.append(text[read:])
    found.update(_bare("\n".join(left)))
    return dict(found)


@dataclass(slots=True)
class _List:
    """The names of ``laws.txt``."""

    laws: dict[str, str] = field(default_factory=dict)
    """Each name's law."""
    contained: set[str] = field(default_factory=set)
    """Names that other words contain."""
    by_end: dict[str, list[str]] = field(default_factory=dict)
    """Names by their last characters, at most :data:`TAIL`; the longest first."""
    lengths: dict[str, list[int]] = field(default_factory=dict)
    """By the last two characters of names, how long the keys of those are in ``by_end``; the longest first."""


@cache
def _list() -> _List:
    known = _List()
    for line in files("lawcrawl.knowledge").joinpath("laws.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        law, _, others = line.partition(" = ")
        for form in (law, *others.split()):
            name = form.removeprefix("!")
            known.laws[name] = law.removeprefix("!")
            known.by_end.setdefault(name[-TAIL:], []).append(name)
            if form != name:
                known.contained.add(name)
    for key in sorted(known.by_end, key=len, reverse=True):
        known.by_end[key].sort(key=len, reverse=True)
        lengths = known.lengths.setdefault(key[-2:], [])
        if len(key) not in lengths:
            lengths.append(len(key))
    return known


@lru_cache(4096)
def law_name(name: str) -> str | None:
    """The short name of the law that is called ``name``; None where that is no law's name.

    Short is the name without 中华人民共和国 and without a note on its edition; an amendment is the law it amends.

    >>> [law_name(n) for n in ("中华人民共和国公司法（2023年修订）", "治安处罚法", "刑法修正案（十二）", "实施办法")]
    ['公司法', '治安管理处罚法', '刑法', None]
    >>> law_name("云南省实施〈中华人民共和国土地管理法〉办法")
    '云南省实施〈土地管理法〉办法'
    """
    names = _list().laws
    name = _SPACE.sub("", name).translate(_MARKS)
    while (shorter := _STATE.sub(r"\1", _AMENDMENT.sub("", _NOTE.sub("", name)))) != name:
        name = shorter
    if law := names.get(name) or names.get(name.removeprefix("新")):
        return law
    return name if _RULE.search(name) and not _NO_NAME.search(name) and len(name) <= LONGEST else None


def _between_marks(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each pair of book marks begins and ends, and what stands between; pairs inside another come first."""
    opened: list[int] = []
    for mark in _BRACKET.finditer(text):
        at = mark.start()
        if mark[0] in "《〈":
            opened.append(at)
        elif opened:
            start = opened.pop()
            if at - start > LONGEST + 1:
                continue
            name = text[start + 1 : at]
            if "\n" not in name:
                yield start, at + 1, name


def _bare(text: str) -> Iterator[str]:
    """The laws of the list that are named without book marks; of names that overlap, the longest."""
    known = _list()
    last: tuple[int, str] | None = None
    for found in _END.finditer(text):
        end = found.end()
        lengths = known.lengths.get(text[end - 2 : end])
        if lengths is None or (name := _ending(text, end, lengths)) is None:
            continue
        start = end - len(name)
        if last is not None and start > last[0]:
            yield last[1]
        last = None if _FOREIGN.search(text, max(0, start - 4), start) else (start, known.laws[name])
    if last is not None:
        yield last[1]


def _ending(text: str, end: int, lengths: list[int]) -> str | None:
    """The longest name in the list that ends there."""
    known = _list()
    for length in lengths:
        for name in known.by_end.get(text[max(0, end - length) : end], ()):
            if text.endswith(name, 0, end) and not (
                name in known.contained and _within_a_word(text, end - len(name))
            ):
                return name
    return None


def _within_a_word(text: str, start: int) -> bool:
    return start > 0 and "\u4e00" <= text[start - 1] <= "\u9fff" and not text.endswith(STATE, 0, start)
