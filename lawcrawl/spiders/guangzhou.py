"""广州市人民政府: the city's business climate. NFCMS, the sibling of gkmlpt; its lists are plain pages.

The column's address is the breadcrumb link of an article seen in 2026-11, not tried on a live line:
``lawcrawl probe`` with it, and ``lawcrawl check guangzhou`` after a crawl, confirm it.
"""

from lawcrawl.families import GkmlptSpider


class Guangzhou(GkmlptSpider):
    name = "guangzhou"
    site_name = "广州市人民政府"
    region = "广东省广州市"
    channels = {
        "营商动态": "https://www.gz.gov.cn/ysgz/xwdt/ysdt/",
    }
