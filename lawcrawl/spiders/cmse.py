"""中国载人航天工程网: news and press conferences of the manned space programme. TRS.

The column's address is the breadcrumb link of an article seen in 2026-11, not tried on a live line:
``lawcrawl probe`` with it, and ``lawcrawl check cmse`` after a crawl, confirm it. Pages say
发布日期 without a time of day, and have no metadata.
"""

from lawcrawl.families import TrsSpider


class Cmse(TrsSpider):
    name = "cmse"
    site_name = "中国载人航天工程网"
    region = "全国"
    channels = {
        "综合新闻": "http://www.cmse.gov.cn/xwzx/zhxw/",
        "新闻发布会": "http://www.cmse.gov.cn/ztbd/xwfbh/",
    }
