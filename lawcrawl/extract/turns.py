"""Where a pager's link or button leads: by its address, by one that it opens, by a function of the page's script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode, urljoin, urlsplit

from lawcrawl.extract.document import Element, Page, once_a_page

_COMMENTED = re.compile(r"/(?:\*.*?\*/|/(?<![:\"']//)[^\n]*)|<!--[^\n]*", re.S)
_DATA = ("tagname", "data-href", "data-url", "data-link", "_href", "url")
_GO = r"(?:location(?:\.href)?\s*=(?!=)|location\.(?:assign|replace)\s*\(|\bopen\s*\(|\.href\s*=(?!=))\s*"
_LITERAL = re.compile(_GO + r"([\"'])([^\"']{1,500})\1\s*(?:[,);]|$)")
_INVOKED = re.compile(r"(?:^|[\s:;{]|return\s)([A-Za-z_$][\w$.]{0,60})\s*\(([^()]{0,200})\)")
_EXPRESSION = re.compile(_GO + r"([^;\n}]{3,300})")
_TOKEN = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z_$][\w$.\[\]]*)|(\d+)|([+\-()]))")
_NUMBER_IN_URL = re.compile(
    r"[?&](?:\w*page\w*|p|pn|pg|pno|pageno|curpage)=(\d{1,6})(?=&|$)|[_/-](\d{1,6})(?:\.\w{2,6}|/)?$", re.I
)
_SETS = re.compile(
    r"(?:getElementById\(\s*[\"']([\w-]+)[\"']\s*\)|\$\(\s*[\"']#([\w-]+)[\"']\s*\)|[\w\])]\.([\w-]+))\s*(?:\.value\s*=\s*|\.val\(\s*)(\w+)"
)
BODY = 3000
"""Characters of a function that are looked at."""


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


def turn_of(control: Element, page: Page) -> str | None:
    """The address that a link, a button or another control of a pager leads to; None where only a server knows."""
    href = control.get("href") or ""
    if url := page.absolute(href):
        return url
    script = (control.get("onclick") or "")[:2000] or href[:2000]
    if literal := _LITERAL.search(script):
        return page.absolute(literal[2])
    for name, arguments in _INVOKED.findall(
        script.partition(":")[2] if script.lower().startswith("javascript:") else script
    ):
        if url := by_function(name, [part.strip().strip("\"'") for part in arguments.split(",")], page):
            return url
    for name in _DATA:
        if (told := control.get(name)) and re.search(r"[/.?]", told):
            return page.absolute(told)
    return None


def by_function(name: str, arguments: list[str], page: Page) -> str | None:
    """What a function of the page's script makes of its arguments: an address, or a form that it sends by GET."""
    code = code_of(page)
    found = re.search(
        rf"(?:function\s+{re.escape(name)}\s*|\b{re.escape(name)}\s*[=:]\s*function\s*\w*)\(([^()]{{0,200}})\)\s*\{{",
        code,
    )
    if found is None:
        return None
    parameters = [part.strip() for part in found[1].split(",")]
    values = dict(zip(parameters, arguments, strict=False))
    body = body_of(code, found.end())
    made = [
        url
        for expression in _EXPRESSION.findall(body)
        if any(re.search(rf"\b{re.escape(p)}\b", expression) for p in parameters if p)
        and (url := evaluated(expression, values, code))
    ]
    if made:
        return page.absolute(made[-1])
    return by_form(body, values, page)


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
    given = re.search(
        rf"\b{re.escape(name)}\s*=\s*(?:\"([^\"\n]{{0,300}})\"|'([^'\n]{{0,300}})'|(\d+))\s*[;,\n]", code
    )
    return next((value for value in given.groups() if value is not None), None) if given else None


def by_form(body: str, values: Mapping[str, str], page: Page) -> str | None:
    """The address of a form sent by GET after the function has set its field."""
    if "submit" not in body:
        return None
    given = {
        by_id or by_query or by_name: values.get(value)
        for by_id, by_query, by_name, value in _SETS.findall(body)
    }
    for form in page.tree.iter("form"):
        fields = list(form.iter("input"))
        named = [f for f in fields if given.get(f.get("id") or "") or given.get(f.get("name") or "")]
        if not named or (form.get("method") or "get").lower() != "get":
            continue
        sent = [
            (
                f.get("name") or "",
                (given.get(f.get("id") or "") or given.get(f.get("name") or "") or f.get("value") or ""),
            )
            for f in fields
            if f.get("name") and (f.get("type") or "text").lower() in ("hidden", "text")
        ]
        action = page.absolute(form.get("action")) or page.url
        return urljoin(action, urlsplit(action).path) + "?" + urlencode(sent)
    return None
