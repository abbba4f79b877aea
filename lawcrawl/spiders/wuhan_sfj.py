"""武汉市司法局: legal notices and the city's legal-publicity news.

The addresses of the columns could not be checked on a live line when this was written (2026-11);
``lawcrawl probe`` with each address confirms or corrects them. List titles are cut short behind "·".
"""

from lawcrawl.families import TrsSpider


class WuhanSfj(TrsSpider):
    name = "wuhan_sfj"
    site_name = "武汉市司法局"
    region = "湖北省武汉市"
    channels = {
        "通知公告": "https://sfj.wuhan.gov.cn/xwzx/tzgg/",
    }
