"""国家发展和改革委员会: orders (发展改革委令). TRS; ``createPageHTML`` states the pages."""

from lawcrawl.families import TrsSpider


class NdrcOrders(TrsSpider):
    name = "ndrc_orders"
    site_name = "国家发展和改革委员会"
    region = "全国"
    channels = {
        "发展改革委令": "https://www.ndrc.gov.cn/xxgk/zcfb/fzggwl/",
    }
