"""An article that was read, brought to the one form in which it is kept."""

from __future__ import annotations

from lawcrawl.items import Article, Attachment
from lawcrawl.normalize import canonical_url, clean_title, parse_date, parse_doc_number, squeeze


def tidy(article: Article) -> None:
    """Every field to its one form, so that a site's own method may return what the page shows."""
    article.url = canonical_url(article.url) or article.url
    article.title = clean_title(article.title)
    article.published = parse_date(article.published)
    article.source = squeeze(article.source)
    article.author = squeeze(article.author)
    article.issuer = squeeze(article.issuer)
    article.doc_number = parse_doc_number(article.doc_number) or squeeze(article.doc_number)
    article.text = article.text or None
    article.html = article.html or None
    article.labels = {name: value for name, value in article.labels.items() if value}
    article.attachments = distinct(article.attachments)


def lacks(article: Article) -> str | None:
    """What an article cannot be stored without; None where nothing is missing."""
    if not article.title:
        return "the page shows no title"
    if not article.text and not article.attachments:
        return "the page shows no text, no image and no file"
    return None


def distinct(attachments: list[Attachment]) -> list[Attachment]:
    """Each address once, in the page's order; the first that has a name wins."""
    by_url: dict[str, Attachment] = {}
    for attachment in attachments:
        attachment.url = canonical_url(attachment.url) or attachment.url
        attachment.name = squeeze(attachment.name)
        kept = by_url.setdefault(attachment.url, attachment)
        kept.name = kept.name or attachment.name
    return list(by_url.values())
