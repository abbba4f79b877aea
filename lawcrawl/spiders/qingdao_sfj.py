"""青岛市司法局: the law in government, on the city's disclosure pages. Its own system, near TRS.

The column's address is the breadcrumb link of an article seen in 2026-11, not tried on a live line:
``lawcrawl probe`` with it, and ``lawcrawl check qingdao_sfj`` after a crawl, confirm it. The site's name leads
the information line.
"""

from lawcrawl.families import TrsSpider


class QingdaoSfj(TrsSpider):
    name = "qingdao_sfj"
    site_name = "青岛市司法局"
    region = "山东省青岛市"
    channels = {
        "法治政府建设": "http://www.qingdao.gov.cn/zwgk/xxgk/sfj/flxx/zfjs/",
    }
