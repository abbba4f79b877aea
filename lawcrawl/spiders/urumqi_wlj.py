"""乌鲁木齐市文化和旅游局: notices, on the city's site.

The column's address is the breadcrumb link of an article seen in 2026-11, not tried on a live line:
``lawcrawl probe`` with it, and ``lawcrawl check urumqi_wlj`` after a crawl, confirm it. The count is filled by a JSON-RPC
call that cannot be asked plainly.
"""

from lawcrawl.families import NoticeSpider


class UrumqiWlj(NoticeSpider):
    name = "urumqi_wlj"
    site_name = "乌鲁木齐市文化和旅游局"
    region = "新疆维吾尔自治区乌鲁木齐市"
    channels = {
        "通知公告": "http://www.wlmq.gov.cn/info/iList.jsp?cat_id=16035",
    }
