"""Where a pager's link or button leads: by its address, by one that it opens, by a function of the page's script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from urllib.parse import urlencode, urljoin, urlsplit

from lawcrawl.extract.document import Element, Page, once_a_page

_COMMENTED = re.compile(r"/(?:\*.*?\*/|/(?<![:\"']//)[^\n]*)|<!--[^\n]*", re.S)
_DATA = ("tagname", "data-href", "data-url", "data-link", "_href", "url")
_GO = r"(?:location(?:\.href)?\s*=(?!=)|location\.(?:assign|replace)\s*\(|\bopen\s*\(|\.href\s*=(?!=))\s*"
_LITERAL = re.compile(_GO + r"([\"'])([^\"']{1,500})\1\s*(?:[,);]|$)")
_INVOKED = re.compile(r"(?:^|[\s:;{]|return\s)([A-Za-z_$][\w$.]{0,60})\s*\(([^()]{0,200})\)")
_EXPRESSION = re.compile(_GO + r"([^;\n}]{1,300})")
_TOKEN = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z_$][\w$.\[\]]*)|(\d+)|([+\-()]))")
_NUMBER_IN_URL = re.compile(
    r"[?&](?!\w*(?:size|count|total|per))(?:\w*page\w*|p|pn|pg|pno|pageno|curpage)=(\d{1,6})(?=&|$)|[_/-](\d{1,6})(?:\.\w{2,6}|/)?$",
    re.I,
)
_SETS = re.compile(
    r"(?:getElementById\(\s*[\"']([\w-]+)[\"']\s*\)|\$\(\s*[\"']#([\w-]+)[\"']\s*\)|[\w\])]\.([\w-]+))\s*(?:\.value\s*=\s*|\.val\(\s*)[\"']?(\w+)"
)
_FUNCTION = re.compile(
    r"(?:\bfunction\s+([\w$]{1,60})\s*|([\w$]{1,60})[\"']?\s*[=:]\s*function\s*\w*)\(([^()]{0,200})\)\s*\{"
)
_TEXT_VARIABLE = re.compile(
    r"(?<![\w$])([A-Za-z_$][\w$]*)\s*=\s*(?:\"([^\"\n]{0,300})\"|'([^'\n]{0,300})'|(\d+))\s*[;,\n]"
)
_TYPED = frozenset(("hidden", "text"))
BODY = 3000
"""Characters of a function that are looked at."""
CALLS = 3
"""Calls of a control that are looked at."""
FUNCTIONS = 500
"""Functions of a page that are looked at."""


@once_a_page
def code_of(page: Page) -> str:
    """The page's inline scripts without what is commented out."""
    return _COMMENTED.sub("", page.scripts[:1_000_000])


def number_in_url(url: str) -> int | None:
    """The page's number as its own address has it.

    >>> [number_in_url(u) for u in ("/l.asp?cid=4&page=3", "/tzgg/index_2.html", "/tzgg/")]
    [3, 2, None]
    """
    found = _NUMBER_IN_URL.search(url.partition("#")[0])
    return int(found[1] or found[2]) if found else None


def next_in_url(url: str) -> tuple[int | None, str]:
    """The page's number as a parameter of its address has it, and the address with the next one.

    >>> next_in_url("http://a.example/api/list?pageSize=20&pageNo=1")
    (1, 'http://a.example/api/list?pageSize=20&pageNo=2')
    """
    found = _NUMBER_IN_URL.search(url)
    if found is None or not found[1]:
        return None, url
    return int(found[1]), f"{url[: found.start(1)]}{int(found[1]) + 1}{url[found.end(1) :]}"


@once_a_page
def functions_of(page: Page) -> dict[str, tuple[list[str], str]]:
    """The functions that the page's scripts name: parameters and body of each."""
    code = code_of(page)
    return {
        found[1] or found[2]: ([part.strip() for part in found[3].split(",")], body_of(code, found.end()))
        for found in islice(_FUNCTION.finditer(code), FUNCTIONS)
    }


def script_of(control: Element) -> str:
    script = (control.get("onclick") or "")[:2000] or (control.get("href") or "")[:2000]
    return script.partition(":")[2] if script.lower().startswith("javascript:") else script


def invoked(control: Element, page: Page) -> Iterator[tuple[str, dict[str, str]]]:
    """The functions of the page that a control calls: their bodies and what their parameters are given."""
    for name, arguments in _INVOKED.findall(script_of(control))[:CALLS]:
        if function := functions_of(page).get(name.rpartition(".")[2]):
            given = [part.strip().strip("\"'") for part in arguments.split(",")]
            yield function[1], dict(zip(function[0], given, strict=False))


def turn_of(control: Element, page: Page) -> str | None:
    """The address that a link, a button or another control leads to; None where only a server knows."""
    if url := page.absolute(control.get("href")):
        return url
    script = script_of(control)
    if literal := _LITERAL.search(script):
        return page.absolute(literal[2])
    for body, values in invoked(control, page):
        if url := opened(body, values, page):
            return url
    if (sent := form_sent(script, {}, page)) and sent.method == "get":
        return sent.asked()
    for name in _DATA:
        if (told := control.get(name)) and re.search(r"[/.?]", told):
            return page.absolute(told)
    return None


def opened(body: str, values: dict[str, str], page: Page) -> str | None:
    """What a function makes of its arguments: an address, or a form that it sends by GET."""
    made = [
        url
        for expression in _EXPRESSION.findall(body)
        if any(re.search(rf"\b{re.escape(p)}\b", expression) for p in values if p)
        and (url := evaluated(expression, values, code_of(page)))
    ]
    if made:
        return page.absolute(made[-1])
    sent = form_sent(body, values, page)
    return sent.asked() if sent and sent.method == "get" else None


def posted_turn(control: Element, page: Page) -> tuple[str, dict[str, str]] | None:
    """Where a control posts a form to, and its fields; None where it posts none."""
    for body, values in ((script_of(control), {}), *invoked(control, page)):
        if (sent := form_sent(body, values, page)) and sent.method == "post":
            return sent.url, dict(sent.fields)
    return None


def body_of(code: str, start: int) -> str:
    """A function's body, from behind its opening brace to the one that closes it."""
    depth = 1
    for place in range(start, min(len(code), start + BODY)):
        depth += (code[place] == "{") - (code[place] == "}")
        if depth == 0:
            return code[start:place]
    return code[start : start + BODY]


def evaluated(expression: str, values: Mapping[str, str], code: str) -> str | None:
    """A sum of texts, names and numbers as a script would have it; None for anything else.

    >>> evaluated("'list.asp?page=' + (n - 1) + '&x=1'", {"n": "3"}, "")
    'list.asp?page=2&x=1'
    """
    parts: list[str] = []
    sign = ""
    place = 0
    while found := _TOKEN.match(expression, place):
        place = found.end()
        double, single, name, number, mark = found.groups()
        if mark in ("(", ")"):
            continue
        if mark:
            sign = mark
            continue
        value = double if double is not None else single if single is not None else number
        if name is not None:
            value = values.get(name) or text_variable(name, code)
        if value is None:
            return None
        if parts and sign and number is not None and parts[-1].isdecimal() and len(parts[-1]) < 9:
            parts[-1] = str(int(parts[-1]) + (int(number) if sign == "+" else -int(number)))
        elif sign == "-":
            return None
        else:
            parts.append(value)
        sign = ""
    rest = expression[place:].strip()
    return "".join(parts) if parts and rest[:1] in ("", ",", ";") else None


def text_variable(name: str, code: str) -> str | None:
    return text_variables(code).get(name)


@lru_cache(4)
def text_variables(code: str) -> dict[str, str]:
    """Every variable that is given a text or a number, with the first."""
    found: dict[str, str] = {}
    for given in _TEXT_VARIABLE.finditer(code):
        found.setdefault(given[1], next(value for value in given.groups()[1:] if value is not None))
    return found


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as a script sends it."""

    url: str
    method: str
    fields: list[tuple[str, str]]

    def asked(self) -> str:
        return urljoin(self.url, urlsplit(self.url).path) + "?" + urlencode(self.fields)


def form_sent(body: str, values: Mapping[str, str], page: Page) -> Sent | None:
    """The form that a script sends after it has set a field of it."""
    if "submit" not in body:
        return None
    given = {
        by_id or by_query or by_name: values.get(value) or (value if value.isdecimal() else "")
        for by_id, by_query, by_name, value in _SETS.findall(body)
    }
    for name in given:
        if given[name] and (form := forms_of(page).get(name)) is not None:
            fields = [
                (named, given.get(field.get("id") or "") or given.get(named) or field.get("value") or "")
                for field in typed(form)
                if (named := field.get("name"))
            ]
            url = page.absolute(form.get("action")) or page.url
            return Sent(url, (form.get("method") or "get").lower(), fields)
    return None


@once_a_page
def forms_of(page: Page) -> dict[str, Element]:
    """The first form that has a field of each id and name."""
    found: dict[str, Element] = {}
    for form in page.tree.iter("form"):
        for field in typed(form):
            for name in (field.get("id"), field.get("name")):
                if name:
                    found.setdefault(name, form)
    return found


def typed(form: Element) -> list[Element]:
    return [field for field in form.iter("input") if (field.get("type") or "text").lower() in _TYPED]
