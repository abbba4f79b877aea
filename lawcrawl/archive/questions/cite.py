"""How an article is cited: GB/T 7714—2025 and BibTeX. What is not known is left out.

GB/T 7714—2025 (in force since 2026-07-01) puts ``.`` and ``[ ]`` in half width and every other mark in full width.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

BEIJING = timezone(timedelta(hours=8))
DIGEST = "sha256:"
"""How a permanent id begins."""
_TEX = {
    **{mark: f"\\{mark}" for mark in "#$%&_"},
    "\\": "\\textbackslash{}",
    "{": "\\textbraceleft{}",  # BibTeX counts even escaped braces
    "}": "\\textbraceright{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
}


@dataclass(slots=True, frozen=True)
class Citation:
    """What is known of an article, or of one version of it, that a citation tells."""

    key: str
    """Of the BibTeX entry; the same in every archive that has the article."""
    url: str
    title: str | None = None
    doc_number: str | None = None
    responsible: str | None = None
    """The body that issued it, else the one it was taken from. Not the author: pages name editors there too."""
    site: str | None = None
    published: str | None = None
    """The day, as the page states it."""
    accessed: str | None = None
    """The day of the capture in Beijing, where the page's own date is reckoned too."""
    permanent_id: str | None = None
    """The digest of the captured page: the same in every copy, merge and rebuild of the archive."""

    @property
    def gbt7714(self) -> str:
        """An online electronic resource, [EB/OL], as GB/T 7714—2025 has it.

        >>> Citation("k", "https://sfj.linxi.example/t1.html", "通知", published="2024-01-04").gbt7714
        '通知[EB/OL]. （2024-01-04）. https://sfj.linxi.example/t1.html.'
        """
        title = self.title or ""
        if self.doc_number and self.doc_number not in title:
            title = f"{title}：{self.doc_number}" if title else self.doc_number
        days = f"（{self.published}）" if self.published else ""
        days += f"[{self.accessed}]" if self.accessed else ""
        parts = (self.responsible, f"{title}[EB/OL]", days, self.url, self.permanent_id)
        return " ".join(f"{part}." for part in parts if part)

    @property
    def bibtex(self) -> str:
        """An entry that BibTeX, biblatex and gbt7714 take; every field stands on a line of its own."""
        fields = {
            "author": f"{{{tex(self.responsible)}}}" if self.responsible else None,
            "title": tex(self.title) if self.title else None,
            "number": tex(self.doc_number) if self.doc_number else None,
            "organization": tex(self.site) if self.site else None,
            "year": self.published[:4] if self.published else None,
            "date": self.published,
            "url": re.sub(r"[{}\\\s]", lambda found: f"%{ord(found[0]):02X}", self.url),
            "urldate": self.accessed,
            "note": self.permanent_id,
        }
        lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
        return f"@misc{{{self.key},\n{''.join(lines)}}}"


def cited(article: Mapping[str, Any]) -> Citation:
    """The citation of an article as :meth:`~lawcrawl.archive.Archive.article` gives it."""
    capture = article["capture"] or {}
    fetched_at, digest = capture.get("fetched_at"), capture.get("sha256")
    published = article["published"]
    return Citation(
        key(article["site_id"], published, article["url_key"]),
        article["url"],
        title=one_line(article["title"]),
        doc_number=one_line(article["doc_number"]),
        responsible=one_line(article["issuer"] or article["source"]),
        site=one_line(article["site_name"]),
        published=published[:10] if published else None,
        accessed=day_in_beijing(fetched_at) if fetched_at else None,
        permanent_id=f"{DIGEST}{digest}" if digest else None,
    )


def key(site_id: str, published: str | None, url_key: str) -> str:
    """
    >>> key("sfj.linxi.example:8000", "2024-01-04T17:18", "sfj.linxi.example/t1.html")
    'sfj-linxi-example-8000-2024-52fd22a7'
    """
    digest = hashlib.sha256(url_key.encode("utf-8", "surrogatepass")).hexdigest()
    return "-".join(
        filter(None, [re.sub(r"[^A-Za-z0-9_]+", "-", site_id), (published or "")[:4], digest[:8]])
    )


def day_in_beijing(moment: str) -> str:
    """
    >>> day_in_beijing("2024-01-04T16:00:00Z")
    '2024-01-05'
    """
    return datetime.fromisoformat(moment).astimezone(BEIJING).date().isoformat()


def one_line(text: str | None) -> str | None:
    return " ".join(text.split()) if text else None


def tex(text: str) -> str:
    """
    >>> tex("100% {a_b}")
    '100\\\\% \\\\textbraceleft{}a\\\\_b\\\\textbraceright{}'
    """
    return "".join(_TEX.get(character, character) for character in text)
