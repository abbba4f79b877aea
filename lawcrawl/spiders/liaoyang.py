"""辽阳市人民政府: news of the city and the province.

The column's address is the breadcrumb link of an article seen in 2026-11, not tried on a live line:
``lawcrawl probe`` with it, and ``lawcrawl check liaoyang`` after a crawl, confirm it. The information line says 时间发布, and
the metadata's source is another than the one shown.
"""

from lawcrawl.families import NoticeSpider


class Liaoyang(NoticeSpider):
    name = "liaoyang"
    site_name = "辽阳市人民政府"
    region = "辽宁省辽阳市"
    channels = {
        "要闻动态": "http://www.liaoyang.gov.cn/zwzx/002002/city_build.html",
    }
