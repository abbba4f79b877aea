"""山西省人民政府: news of the province. TRS.

The column's address is the folder of its articles (TRS keeps them below their column) seen in 2026-11, not tried
on a live line: ``lawcrawl probe`` with it, and ``lawcrawl check shanxi`` after a crawl, confirm it.
"""

from lawcrawl.families import TrsSpider


class Shanxi(TrsSpider):
    name = "shanxi"
    site_name = "山西省人民政府"
    region = "山西省"
    channels = {
        "山西要闻": "http://www.shanxi.gov.cn/yw/sxyw/",
    }
