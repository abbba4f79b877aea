"""河北省自然资源厅: news of the department. Pinned rows lead the list."""

from lawcrawl.families import NoticeSpider


class HebeiZrzy(NoticeSpider):
    name = "hebei_zrzy"
    site_name = "河北省自然资源厅"
    region = "河北省"
    channels = {
        "省厅动态": "https://zrzy.hebei.gov.cn/heb/xinwen/stdt/",
    }
