"""湘潭市人民政府: news of the departments. creatorCMS.

The column's address is the breadcrumb link of an article seen in 2026-11, not tried on a live line:
``lawcrawl probe`` with it, and ``lawcrawl check xiangtan`` after a crawl, confirm it. Pages are GBK declared
gb2312.
"""

from lawcrawl.families import NoticeSpider


class Xiangtan(NoticeSpider):
    name = "xiangtan"
    site_name = "湘潭市人民政府"
    region = "湖南省湘潭市"
    channels = {
        "部门动态": "http://www.xiangtan.gov.cn/109/171/174/index.htm",
    }
