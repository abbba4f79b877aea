"""北京市西城区人民政府: services for citizens.

The column's address is the breadcrumb link of an article seen in 2026-11, not tried on a live line:
``lawcrawl probe`` with it, and ``lawcrawl check beijing_xicheng`` after a crawl, confirm it. Articles show a date and no source.
"""

from lawcrawl.families import NoticeSpider


class BeijingXicheng(NoticeSpider):
    name = "beijing_xicheng"
    site_name = "北京市西城区人民政府"
    region = "北京市西城区"
    channels = {
        "社会服务": "http://www.bjxch.gov.cn/xcfw/shfw.html",
    }
