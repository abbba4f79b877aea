"""Scrapy settings of the project. Ours are named ``LAWCRAWL_*``."""

from __future__ import annotations

from typing import Any

from lawcrawl import __version__

BOT_NAME = "lawcrawl"
SPIDER_MODULES = ["lawcrawl.spiders", "lawcrawl.families.auto"]
NEWSPIDER_MODULE = "lawcrawl.spiders"

# Politeness: obey robots.txt, one request at a time a host, a second between two, slower when the host is.
USER_AGENT = f"lawcrawl/{__version__} (archive of public legal notices)"  # and the contact: configured.py
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS_PER_DOMAIN = 1
# The scheduler hands out one request at a time, so that what it puts first is asked first.
CONCURRENT_REQUESTS = 1
DOWNLOAD_DELAY = 1.0
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 60.0

# A page is worth quoting only where it is known who sent it; a site that cannot do better is named in lawcrawl.toml.
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_HANDLERS = {"https": "lawcrawl.crawl.tls.HttpsHandler"}
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the failure is told
COOKIES_ENABLED = True
# Encodings that any reader of WARC files knows.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
    "Accept-Encoding": "gzip, deflate, br",
}

# Every page is captured, so nothing is cached; the archive is the only state.
HTTPCACHE_ENABLED = False
# Scrapy starts this many tasks a response, used or not; a page here yields one item.
CONCURRENT_ITEMS = 1
# Newest first: what a list shows first is asked first.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
SCHEDULER_PRIORITY_QUEUE = "scrapy.pqueues.ScrapyPriorityQueue"
# The families' callbacks are type-checked; Scrapy would read their source at the start of each crawl.
WARN_ON_GENERATOR_RETURN_VALUE = False
STATS_CLASS = "lawcrawl.crawl.stats.Stats"
ASYNCIO_EVENT_LOOP = "uvloop.Loop"

LOG_LEVEL = "INFO"

ADDONS = {"lawcrawl.crawl.configured.Configured": 0}
DOWNLOADER_MIDDLEWARES = {
    "lawcrawl.crawl.capture.CaptureMiddleware": 840,
    "lawcrawl.crawl.reach.ReachMiddleware": 760,
    "lawcrawl.crawl.robots.RobotsMiddleware": 100,
    "lawcrawl.crawl.unpack.UnpackMiddleware": 590,
    "lawcrawl.crawl.cookies.CookiesMiddleware": 700,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "lawcrawl.crawl.redirects.RedirectMiddleware": 600,
    "lawcrawl.crawl.redirects.RefreshMiddleware": 580,
    "lawcrawl.crawl.blocks.BlockMiddleware": 570,
}
SPIDER_MIDDLEWARES = {
    "lawcrawl.crawl.revisit.RevisitMiddleware": 100,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": 50,  # of the rows that are asked for
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
# Without consoles into the running process, not even named: Scrapy imports what it is told to leave out, and a console brings a web server with it.
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
    "scrapy.extensions.logstats.LogStats": 0,
    "scrapy.extensions.spiderstate.SpiderState": 0,
    "scrapy.extensions.throttle.AutoThrottle": 0,
}
EXTENSIONS = {
    "lawcrawl.crawl.recorder.Recorder": 0,
    "lawcrawl.crawl.progress.CrawlProgress": 10,
    "lawcrawl.crawl.politeness.CrawlDelay": 20,
    "lawcrawl.crawl.politeness.OpeningHours": 30,
}
ITEM_PIPELINES = {
    "lawcrawl.pipelines.NormalizePipeline": 100,
    "lawcrawl.pipelines.ValidatePipeline": 200,
    "lawcrawl.pipelines.StorePipeline": 300,
}

LAWCRAWL_CONFIG: str | None = None
"""The configuration's file; the nearest ``lawcrawl.toml`` where none is named."""
LAWCRAWL_SITE: str | None = None
"""The site whose table of the configuration holds; the spider's name where it is not set."""
LAWCRAWL_ARCHIVE = "data"
"""The archive's folder."""
LAWCRAWL_ATTACHMENTS = True
"""Fetch the files that articles link and show."""
LAWCRAWL_FOLLOW_EXTERNAL = False
"""Fetch articles that a list links on other hosts; else they are kept as the list tells them."""
LAWCRAWL_ATTACHMENT_MAXSIZE = 64 * 1024 * 1024
"""Bytes; a larger file is recorded as too_large and not kept."""
LAWCRAWL_FULL = False
"""Walk every list page again."""
LAWCRAWL_LIST_PAGES = 20_000
"""List pages of a column that one crawl asks for; a pager that still leads on is a trap."""
LAWCRAWL_LIMIT = 0
"""Articles a channel; 0 for all."""
LAWCRAWL_SINCE: str | None = None
LAWCRAWL_UNTIL: str | None = None
"""Dates, ``2024-01-04``: rows that a list dates outside are passed over."""
LAWCRAWL_RECHECK = 50
"""At most this many known articles, due by their own history, are looked at again."""
LAWCRAWL_HOURS: str | None = None
"""When the site may be asked, Beijing time (``22-06``); all day where it is not set."""
LAWCRAWL_TLS = "verified"
"""``legacy`` also takes servers without secure renegotiation; ``unverified`` goes with DOWNLOAD_VERIFY_CERTIFICATES."""
LAWCRAWL_ANY_HOUR = False
"""Ask the site outside of ``LAWCRAWL_HOURS`` too."""
LAWCRAWL_IGNORE_PAUSE = False
"""Ask a site that barred the last crawls although its pause is not over."""
LAWCRAWL_OPTIONS: dict[str, Any] = {}
"""What the user asked for; kept in the crawl's row."""
LAWCRAWL_PROGRESS = "none"
"""``auto``: a bar on a terminal, else a line now and then."""
LAWCRAWL_LOG_FORMAT = "text"
"""``text`` for people, ``json`` for one object a line."""
