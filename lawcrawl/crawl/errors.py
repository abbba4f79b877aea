"""What a crawl is refused with before it begins; no Scrapy is needed to know it."""


class ProjectError(Exception):
    """A Scrapy project that cannot be used; one sentence."""
