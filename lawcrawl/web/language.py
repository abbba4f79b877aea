"""Chinese or English: as the address says, else as the reader chose before, else as the browser prefers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from lawcrawl.web.words import CHINESE

Language = Literal["en", "zh"]
COOKIE = "lawcrawl_language"


def preferred(accepted: str) -> Language:
    """The first of our languages in an ``Accept-Language`` header (RFC 9110, 12.5.4), by weight; English for none.

    >>> preferred("de, zh-CN;q=0.8, en;q=0.5"), preferred("fr")
    ('zh', 'en')
    """
    wanted: list[tuple[float, Language]] = []
    for part in accepted.lower().split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight or 1)
        except ValueError:
            continue
        for language in ("en", "zh"):
            if tag.partition("-")[0] == language and quality > 0:
                wanted.append((-quality, language))
    return min(wanted, key=lambda one: one[0])[1] if wanted else "en"


def asked_for(request: Any) -> Language | None:
    """What the address itself says: ``?lang=zh`` or ``?lang=en``."""
    named = request.args.get("lang")
    return named if named in ("en", "zh") else None


def language_of(request: Any) -> Language:
    chosen = asked_for(request) or request.cookies.get(COOKIE)
    return chosen if chosen in ("en", "zh") else preferred(request.headers.get("accept-language", ""))


def translator(language: Language) -> Callable[..., str]:
    """What gives a sentence of ours in that language, its ``{names}`` filled in."""

    def say(sentence: str, **facts: Any) -> str:
        return (CHINESE[sentence] if language == "zh" else sentence).format(**facts)

    return say
