"""Atom feeds (RFC 4287) of what an archive tells; the same rows give the same entries."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from html import escape
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from feedgenerator import Atom1Feed

BEIJING = timezone(timedelta(hours=8))
NEVER = datetime.fromtimestamp(0, UTC)
# What XML 1.0 (2.2) has no place for.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def changes_feed(found: list[dict[str, Any]], site: str | None, address: str | None) -> str:
    """Changes, given oldest first, the newest first; ``address`` is where else they can be read."""
    name = "lawcrawl changes" + (f" of {site}" if site else "")
    feed = begun(name, address)
    for one in reversed(found):
        at = datetime.fromisoformat(one["at"])
        feed.add_item(
            title=plain(f"{one['kind']}: {summary(one)}"),
            link=one["url"],
            description=escape(
                plain(f"{one['site']}: article {one['article_id']}, version {one['version']}")
            ),
            unique_id=uuid5(NAMESPACE_URL, f"{one['url']} {one['kind']} {one['version']} {one['at']}").urn,
            pubdate=at,
            updateddate=at,
            categories=[one["kind"]],
        )
    return written(feed)


def articles_feed(name: str, address: str, found: Iterable[dict[str, Any]]) -> str:
    """Articles in the given order: ``url``, ``title``, ``source``, ``published`` (Beijing time, as precise as stated),
    as plain text ``summary``, and ``page``, where it is read.
    """
    feed = begun(name, address)
    for one in found:
        at = datetime.fromisoformat(one["published"]) if one["published"] else NEVER
        feed.add_item(
            title=plain(one["title"] or one["url"]),
            link=one["page"],
            description=escape(plain(one["summary"] or "")),
            author_name=plain(one["source"]) if one["source"] else None,
            unique_id=uuid5(NAMESPACE_URL, one["url"]).urn,
            pubdate=at if at.tzinfo else at.replace(tzinfo=BEIJING),
            updateddate=at if at.tzinfo else at.replace(tzinfo=BEIJING),
        )
    return written(feed)


def begun(name: str, address: str | None) -> Any:
    guid = uuid5(NAMESPACE_URL, name).urn
    return Atom1Feed(plain(name), address or guid, None, author_name="lawcrawl", feed_guid=guid)


def written(feed: Any) -> str:
    """The feed as XML. One without entries was never updated; it says so by the oldest time there is."""
    if not feed.num_items():
        feed.latest_post_date = lambda: NEVER
    text: str = feed.writeString("utf-8")
    return text


def summary(one: dict[str, Any]) -> str:
    """A change's title and, of an edited article, what of it was edited."""
    title = one["title"] or one["url"]
    return f"{title} ({', '.join(one['fields'])})" if one["fields"] else title


def plain(text: str) -> str:
    """Without the characters that XML has no place for."""
    return _NOT_XML.sub("", text)
