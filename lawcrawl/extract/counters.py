"""View counts kept behind a script: whom the page asks for the count of its article.

Each mechanism has its reader, which finds the address in the page's own script. What the whole site counts is never
taken: the label before a counter tells, and an address that names no article is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

from lawcrawl.extract.document import Element, Page, inner_text
from lawcrawl.extract.turns import code_of, evaluated
from lawcrawl.items import Counter

_LABEL = re.compile(
    r"(?P<site>本站|网站|全站|站点|总访问|您是第|今日访问|昨日访问|累计访问)[^\s:：|，。<]{0,8}"
    r"|浏览|点击|阅读|访问|人气|已阅|热度|查看次数"
)
# Here and in what is asked, every alternative begins with a letter as it is: a script is passed over by its letters alone.
_COUNTS = re.compile(
    r"hits?(?:\b|(?=[a-z_./?]))|click|count|visit|view|p(?<!\wp)v\b|browse|read(?:num|times)"
)
_KNOWN = re.compile(
    r"/module/visitcount/articlehits\.jsp\?|/plus/count\.php\?[^\"']*aid=|/api\.php\?op=count|/e/public/ViewClick/?\?"
    r"|hits\.asp\?|/Common/GetHits\.aspx\?|dynclicks\.jsp\?|_visitcountdisplay\?",
    re.I,
)
_VSB = re.compile(r"_showDynClicks\(\s*[\"'](\w+)[\"']\s*,\s*(\d+)\s*,\s*(\d+)\s*\)")
_NO_ARTICLE = re.compile(
    r"^(?:_?t|ts|time\w*|rand\w*|r|v|ver|version|callback|jsonp\w*|cb|type|mode?|op|act\w*|method|flag|addclick|view|style"
    r"|site\w*|web(?:site)?_?id|sid|domain|host|col\w*|channel\w*|cat(?:id|alog\w*)|classid|class|owner|clicktype|kind)$",
    re.I,
)
_ASKS = re.compile(
    r"\.(?:(?<=\$\.)|(?<=jQuery\.))(?:get|getJSON|getScript)\s*\(\s*(?P<get>[^;{}]{3,400}?)\s*(?:,\s*(?:function|\{|\(|\w+\s*=>|[\"'](?i:json))|\)\s*(?:;|\.(?:done|then|success))|$)"
    r"|\.load\s*\(\s*(?P<load>[^;{}]{3,400}?)\s*(?:,\s*function|\)\s*;?)"
    r"|f(?<!\wf)etch\s*\(\s*(?P<fetch>[^;{},]{3,400}?)\s*[,)]"
    r"|a(?<!\wa)xios(?:\.get)?\s*\(\s*(?P<axios>[^;{},]{3,400}?)\s*[,)]"
    r"|\.open\s*\(\s*[\"'](?i:GET)[\"']\s*,\s*(?P<xhr>[^;{}]{3,400}?)\s*(?:,\s*(?:true|false|[01!])|\)\s*;)"
    r"|u(?<!\wu)rl\s*:\s*(?P<ajax>[^;{}\n]{3,400}?)\s*(?:,\s*(?:\n|[A-Za-z]+\s*:)|[\n}])"
)
_POSTS = re.compile(r"\b(?:type|method)\s*:\s*[\"']post[\"']", re.I)
_JSONP = re.compile(r"\bdataType\s*:\s*[\"']jsonp[\"']", re.I)
_DATA = re.compile(r"\bdata\s*:\s*\{([^{}]{1,400})\}|^\s*,?\s*\{([^{}]{1,400})\}\s*,")
_PAIR = re.compile(r"[\"']?([\w.]+)[\"']?\s*:\s*([^,]{1,100})(?:,|$)")
_SHOWS = re.compile(
    r"\$\(\s*[\"']([#.])([\w-]+)[\"']\s*\)\s*\.\s*(?:html|text|append|val)\s*\(|getElementById\(\s*[\"']()([\w-]+)[\"']\s*\)\s*\.\s*inner"
)
_LOADS = re.compile(r"\$\(\s*[\"']([#.])([\w-]+)[\"']\s*\)\s*$")
_READS = re.compile(
    r"(?:\$\(\s*[\"']#([\w-]+)[\"']\s*\)|document\.getElementById\(\s*[\"']([\w-]+)[\"']\s*\))\s*\.\s*(?:val\(\)|value\b)"
)
_META = re.compile(
    r"\$\(\s*[\"']meta\[name=[\"']?([\w-]+)[\"']?\][\"']\s*\)\s*\.\s*attr\(\s*[\"']content[\"']\s*\)"
)
_MOMENT = re.compile(
    r"Math\.random\(\)|new Date\(\)(?:\.\w+\(\))?|Date\.now\(\)|\(new Date\(?\)?\)(?:\.\w+\(\))?"
)
_WRITTEN = re.compile(r"document\.write(?:ln)?\s*\(((?:[^()]|\([^()]*\)){5,600})\)")
_SRC = re.compile(r"<\s*script[^>]{0,200}?\bsrc\s*=\s*\\?[\"']?([^\"'\s>\\]+)", re.I)
_NEAR = 600
"""Characters behind a question within which its answer is shown."""


def find_counter(page: Page) -> Counter | None:
    """The counter of this article, found from the page's own script; a site's own counter is never taken."""
    return next((counter for find in READERS if (counter := find(page))), None)


def webplus(page: Page) -> Counter | None:
    """``<span class="WP_VisitCount" url="...">``."""
    if "WP_VisitCount" not in page.html:
        return None
    for element in page.tree.iter("span"):
        if "WP_VisitCount" in (element.get("class") or "") and (url := page.absolute(element.get("url"))):
            return Counter(url)
    return None


def vsb(page: Page) -> Counter | None:
    """``_showDynClicks("wbnews", OWNER, ARTICLE)``."""
    if "_showDynClicks" not in page.html or not (call := _VSB.search(page.html)):
        return None
    kind, owner, article = call.groups()
    url = page.absolute(
        f"/system/resource/code/news/click/dynclicks.jsp?clickid={article}&owner={owner}&clicktype={kind}"
    )
    return Counter(url) if url else None


def script_address(page: Page) -> Counter | None:
    """A script whose address counts, standing behind a label of views or known as an article's counter."""
    for script in page.tree.iter("script"):
        url = page.absolute(script.get("src"))
        if url and "?" in url and (counter := judged(url, label_before(script))):
            return counter
    return None


def framed(page: Page) -> Counter | None:
    """A frame behind a label, in which the count alone is shown."""
    for frame in page.tree.iter("iframe"):
        url = page.absolute(frame.get("src"))
        if url and (counter := judged(url, label_before(frame))):
            return Counter(counter.url, "framed")
    return None


def element_address(page: Page) -> Counter | None:
    """An element that bears the address of its own count."""
    for element in page.tree.iter("span", "em", "i", "b", "font", "label", "strong"):
        told = element.get("data-url") or element.get("data-src") or element.get("data-href")
        url = page.absolute(told)
        if url and (counter := judged(url, label_before(element))):
            return counter
    return None


def written(page: Page) -> Counter | None:
    """``document.write('<script src="/hits?id=' + id + '"><\\/script>')``."""
    if "document.write" not in page.html:
        return None
    code = code_of(page)
    for script in page.tree.iter("script"):
        for expression in _WRITTEN.findall((script.text or "")[:20_000]):
            made = evaluated(resolved(expression, page), {}, code)
            src = _SRC.search(made or "")
            url = page.absolute(src[1]) if src else None
            if url and (counter := judged(url, label_before(script))):
                return counter
    return None


def asked(page: Page) -> Counter | None:
    """What a script asks for (``$.get``, ``$.ajax``, ``fetch``, ``XMLHttpRequest``) and shows at a label of views."""
    if not counts(page.scripts):
        return None
    code = code_of(page)
    for found in _ASKS.finditer(code):
        around = code[max(0, found.start() - 300) : found.end() + _NEAR]
        if _POSTS.search(code[max(0, found.start() - 80) : found.end() + 120]):
            continue
        expression = next(group for group in found.groups() if group)
        url = address_asked(expression, code, found.start(), page)
        if url is None:
            continue
        behind = code[found.end() - 1 : found.end() + 400]
        url = with_data(url, behind, code, found.start(), page)
        if _JSONP.search(around) and "callback=" not in url:
            url += ("&" if "?" in url else "?") + "callback=callback"
        url = url.replace("callback=?", "callback=callback")
        if counter := judged(url, label_shown(code, found, page), scripted=True):
            return counter
    return None


READERS: tuple[Callable[[Page], Counter | None], ...] = (
    webplus,
    vsb,
    script_address,
    written,
    element_address,
    framed,
    asked,
)


def judged(url: str, label: str | None, *, scripted: bool = False) -> Counter | None:
    """The counter at an address, where it counts this article: ``label`` is "own", "site" or None without one."""
    if label == "site" or not asks_article(url):
        return None
    if _KNOWN.search(url) or (counts(url) and (label == "own" or scripted)) or (scripted and label == "own"):
        return Counter(url)
    return None


def counts(text: str) -> bool:
    """Whether an address or a script names a count."""
    return _COUNTS.search(text.lower()) is not None


def asks_article(url: str) -> bool:
    """Whether an address names an article: a parameter beside the site's, the column's and the moment's, or a number
    at the path's end.

    >>> [asks_article(u) for u in ("/hits?siteId=3&id=12", "/visit?site=1", "/api/hits/12", "/count.js?id=a")]
    [True, False, True, True]
    """
    parts = urlsplit(url)
    named = [(n, v) for n, v in parse_qsl(parts.query) if not _NO_ARTICLE.match(n)]
    return any(re.search(r"\w", value) for _, value in named) or bool(
        re.search(r"\d(?:\.\w{2,4})?/?$", parts.path)
    )


def label_before(element: Element) -> str | None:
    """Whose count stands behind the text just before an element: "own" or "site"; None where no label does."""
    texts: list[str] = []
    for _ in range(3):
        previous = element.getprevious()
        if previous is not None:
            shown = "" if previous.tag in ("script", "style") else inner_text(previous)[-100:]
            texts.insert(0, shown + (previous.tail or ""))
        parent = element.getparent()
        if parent is None or parent.tag == "body":
            break
        if previous is None or len(texts[0].strip()) == 0:
            texts.insert(0, parent.text or "")
        if label := label_in("".join(texts)):
            return label
        element = parent
    return label_in("".join(texts))


def label_in(text: str) -> str | None:
    found = list(_LABEL.finditer(text[-200:]))
    return None if not found else "site" if found[-1]["site"] else "own"


def label_shown(code: str, found: re.Match[str], page: Page) -> str | None:
    """The label of the element in which the answer is shown."""
    before = _LOADS.search(code[max(0, found.start() - 80) : found.start()])
    after = _SHOWS.search(code[found.end() : found.end() + _NEAR])
    groups = (
        before.groups()
        if before and found["load"]
        else [g for g in after.groups() if g is not None]
        if after
        else None
    )
    if not groups:
        return None
    kind, name = groups[0], groups[1]
    for element in page.tree.iter(
        "span", "em", "i", "b", "font", "label", "strong", "div", "p", "a", "li", "td", "input"
    ):
        if name in (element.get("class") or "").split() if kind == "." else element.get("id") == name:
            return label_before(element)
    return None


def address_asked(expression: str, code: str, place: int, page: Page) -> str | None:
    made = evaluated(resolved(expression, page), arguments_at(code, place), code)
    return page.absolute(made) if made else None


def with_data(url: str, behind: str, code: str, place: int, page: Page) -> str:
    """The address with what ``data: {id: 12}`` adds to it."""
    data = _DATA.search(behind)
    if data is None:
        return url
    pairs = []
    for name, expression in _PAIR.findall(data[1] or data[2]):
        value = evaluated(resolved(expression.strip(), page), arguments_at(code, place), code)
        if value is not None:
            pairs.append((name, value))
    return url + ("&" if "?" in url else "?") + urlencode(pairs) if pairs else url


def resolved(expression: str, page: Page) -> str:
    """The expression with the values that the page's fields and metadata hold, and without the moment."""
    expression = _MOMENT.sub("0", expression)
    expression = _META.sub(lambda told: f"'{page.meta.get(told[1].lower(), '')}'", expression)
    return _READS.sub(lambda field: f"'{field_value(field[1] or field[2], page)}'", expression)


def field_value(name: str, page: Page) -> str:
    values = (field.get("value") or "" for field in page.tree.iter("input") if field.get("id") == name)
    return re.sub(r"[^\w./:-]", "", next(values, ""))


def arguments_at(code: str, place: int) -> dict[str, str]:
    """What the parameters of the function around a place are given where the page calls it."""
    for function in reversed(list(functions(code[max(0, place - 2000) : place]))):
        name, parameters = function
        for call in re.finditer(rf"(?<!function )(?<![\w.]){re.escape(name)}\s*\(([^()]{{1,200}})\)", code):
            given = [part.strip().strip("\"'") for part in call[1].split(",")]
            if given != parameters and all(re.fullmatch(r"[\w./-]*", part) for part in given):
                return dict(zip(parameters, given, strict=False))
    return {}


def functions(code: str) -> Iterator[tuple[str, list[str]]]:
    for found in re.finditer(r"function\s+([\w$]{1,60})\s*\(([^()]{1,200})\)", code):
        yield found[1], [part.strip() for part in found[2].split(",")]
