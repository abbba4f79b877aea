"""江苏省人民政府: news of the departments. Hanweb.

The column's address is the breadcrumb link of an article seen in 2026-11, not tried on a live line:
``lawcrawl probe`` with it, and ``lawcrawl check jiangsu`` after a crawl, confirm it. The whole source stands
behind 来源 in the information line.
"""

from lawcrawl.families import HanwebSpider


class Jiangsu(HanwebSpider):
    name = "jiangsu"
    site_name = "江苏省人民政府"
    region = "江苏省"
    channels = {
        "部门资讯": "http://www.jiangsu.gov.cn/col/col60085/index.html",
    }
