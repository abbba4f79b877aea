"""浙江省发展和改革委员会: investment. Hanweb.

The column's address is the breadcrumb link of an article seen in 2026-11, not tried on a live line:
``lawcrawl probe`` with it, and ``lawcrawl check zhejiang_fgw`` after a crawl, confirm it. Dates are shown
without the time; the count is filled by script.
"""

from lawcrawl.families import HanwebSpider


class ZhejiangFgw(HanwebSpider):
    name = "zhejiang_fgw"
    site_name = "浙江省发展和改革委员会"
    region = "浙江省"
    channels = {
        "投资运行": "http://fgw.zj.gov.cn/col/col1621004/index.html",
    }
