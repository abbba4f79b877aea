"""新疆维吾尔自治区自然资源厅: mining rights. Ucap; many rows lead to the trading platform's own host."""

from lawcrawl.families import NoticeSpider


class XinjiangZrzyt(NoticeSpider):
    name = "xinjiang_zrzyt"
    site_name = "新疆维吾尔自治区自然资源厅"
    region = "新疆维吾尔自治区"
    channels = {
        "矿业权市场": "http://zrzyt.xinjiang.gov.cn/xjgtzy/kyqsc/common_list.shtml",
    }
