"""广西壮族自治区人民政府: important news of the region. TRS.

The column's address is the breadcrumb link of an article seen in 2026-11, not tried on a live line:
``lawcrawl probe`` with it, and ``lawcrawl check guangxi`` after a crawl, confirm it. Article addresses
bear a number and no date (``t19107548.shtml``).
"""

from lawcrawl.families import TrsSpider


class Guangxi(TrsSpider):
    name = "guangxi"
    site_name = "广西壮族自治区人民政府"
    region = "广西壮族自治区"
    channels = {
        "自治区重要信息": "http://www.gxzf.gov.cn/zzqzyxx/",
    }
