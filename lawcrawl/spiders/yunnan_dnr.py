"""云南省自然资源厅: the mining-rights market. Many notices share one title; only addresses differ."""

from lawcrawl.families import NoticeSpider


class YunnanDnr(NoticeSpider):
    name = "yunnan_dnr"
    site_name = "云南省自然资源厅"
    region = "云南省"
    channels = {
        "矿业市场": "https://dnr.yn.gov.cn/html/shichangxinxi/kuangyeshichang/",
    }
