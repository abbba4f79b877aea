"""Which index finds Chinese: pairs of characters, as lawcrawl has them, beside single ones, FTS5's trigrams, jieba's words.

    python benchmarks/search.py [ARTICLES] [--only NAME] [--keep DIR]

Of each: its size and its build beside the text, what share of the articles that contain a query it finds and how many
that do not (by Python's ``in``, which is LIKE), and the time to the newest twenty; of lawcrawl's, to the first page as
``Archive.search`` gives it, ranked, counted and with snippets. Articles are generated, some 1,000 characters each, and
words come as often as by Zipf's law. --keep holds what is built in a folder, to be asked again.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import re
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate, islice
from pathlib import Path

from lawcrawl.archive.schema import open_database
from lawcrawl.archive.search import Filters, Search, write_index
from lawcrawl.archive.store import Indexing

OFTEN = (
    "法治 民法典 宣传 普法 通知 司法局 各单位 法律 法律援助 行政复议 人民调解 公告 活动 开展 工作 社区 群众 服务 领导小组 办公室 依法治市 宪法 学习"
    " 贯彻 落实 会议 精神 建设 治理 基层 政府 机关 干部 执法 监督 公证 律师 仲裁 社区矫正 安置帮教 青少年 企业 营商环境 主题 征集 评选 结果 公示"
    " 方案 材料 报送 联系人 电话 附件 征求意见 规定 办法 条例 实施 管理 推进 深入 组织 进行 加强 提高 单位 人员 培训 考试 资格 国家 统一 法律职业"
).split()
BETWEEN = "的 和 在 为 了 与 对 及 等 是 有 将 由 应当 以及 根据 关于 通过 按照 并 不 其 可以".split()
LAWS = "宪法 民法典 行政复议法 法律援助法 社区矫正法 人民调解法 反有组织犯罪法 未成年人保护法 行政处罚法 公证法 律师法".split()
QUERIES_A_LENGTH = 12
COMMON = ("法", "法治", "宣传", "司法局", "民法典", "法律援助", "2024年", "的通知")
BATCH = 200


def zipf(many: int, flat: int) -> list[float]:
    return list(accumulate(1 / (rank + flat) for rank in range(many)))


class Corpus:
    """Articles by their numbers: half of each is set phrases, half is made of the words of its subject."""

    def __init__(self) -> None:
        chance = random.Random(0)
        level = bytes(b for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF) for b in (high, low))
        letters = list(level.decode("gb2312", "ignore"))
        chance.shuffle(letters)
        lengths = (2, 2, 2, 2, 3, 4)
        rare = zipf(len(letters), 20)
        made = [
            "".join(chance.choices(letters, cum_weights=rare, k=chance.choice(lengths)))
            for _ in range(20_000)
        ]
        self.words = OFTEN + made
        self.weights = zipf(len(self.words), 12)
        self.phrases = [self.clause(chance, self.words, self.weights) for _ in range(4_000)]
        self.often = zipf(len(self.phrases), 30)

    @staticmethod
    def clause(chance: random.Random, words: list[str], weights: list[float]) -> str:
        chosen = chance.choices(words, cum_weights=weights, k=chance.randint(3, 9))
        return "".join(word + chance.choice(BETWEEN) if i % 3 == 1 else word for i, word in enumerate(chosen))

    def article(self, number: int) -> Indexing:
        chance = random.Random(number)
        year = 2008 + chance.randrange(17)
        day = f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        subject = chance.choices(self.words, cum_weights=self.weights, k=30)
        within = zipf(len(subject), 3)
        lines, length, wanted = [], 0, chance.lognormvariate(6.75, 0.55)
        while length < wanted:
            clauses = chance.choices(self.phrases, cum_weights=self.often, k=chance.randint(1, 3))
            clauses += [self.clause(chance, subject, within) for _ in range(2)]
            chance.shuffle(clauses)
            lines.append("，".join(clauses) + "。")
            if chance.random() < 0.3:
                lines[-1] += f"根据《{chance.choice(LAWS)}》第{chance.randint(1, 120)}条，"
            if chance.random() < 0.2:
                lines[-1] += f"{year}年{chance.randint(1, 12)}月{chance.randint(1, 28)}日前报送。"
            length += len(lines[-1])
        lines.append(
            f"联系电话：0571-{chance.randint(10**7, 10**8 - 1)}，sfj{chance.randint(1, 99)}@linxi.example"
        )
        title = f"关于{self.clause(chance, subject, within)[:20]}的{chance.choice(('通知', '公告', '公示', '决定'))}"
        doc_number = f"临司发〔{year}〕{chance.randint(1, 200)}号"
        return Indexing(number, day, title, doc_number, "\n".join(lines), "")


@dataclass
class Index:
    """One way to index: its table, what is done to a text before, how a word is written in a query."""

    name: str
    options: str
    written: Callable[[str], str]
    asked: Callable[[str], str | None]


def spaced(text: str) -> str:
    return " ".join(re.sub(r"[\W_]", " ", text.lower()))


def rivals() -> Iterator[Index]:
    yield Index(
        *("single characters", "tokenize='ascii'", spaced),
        lambda query: f'"{spaced(query)}"',
    )
    yield Index("FTS5 trigram", "tokenize='trigram'", str, lambda query: f'"{query}"')
    if importlib.util.find_spec("jieba") is None:
        print("jieba's words: skipped, jieba is not installed here")
        return
    import jieba

    jieba.setLogLevel(60)
    jieba.initialize()

    def words(text: str) -> str:
        return " ".join(jieba.cut_for_search(text))

    yield Index("jieba's words", "tokenize='unicode61'", words, lambda query: f'"{words(query)}"')


@dataclass
class Measured:
    name: str
    size: float
    rate: float
    found: list[float] = field(default_factory=list)
    wrong: int = 0
    seconds: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        times = sorted(self.seconds)
        return (
            f"{self.name:20} index/text {self.size:5.2f}  build {self.rate:6.0f} articles/s of CPU"
            f"  recall {statistics.mean(self.found):6.4f} (worst {min(self.found):6.4f})  over-found {self.wrong:6}"
            f"  p50 {statistics.median(times) * 1e3:7.1f} ms  p95 {times[int(len(times) * 0.95)] * 1e3:7.1f} ms"
        )


def build_ours(folder: Path, corpus: Corpus, articles: int) -> float:
    """The archive's own tables; articles a second of CPU that the index alone takes."""
    db = open_database(folder / "lawcrawl.db")
    db.execute("INSERT INTO sites VALUES ('s', NULL, NULL, NULL, NULL, '')")
    taken = 0.0
    numbers = iter(range(1, articles + 1))
    while some := [corpus.article(number) for number in islice(numbers, BATCH)]:
        db.execute("BEGIN")
        db.executemany(
            "INSERT INTO articles (id, site_id, url, url_key, title, published, source, doc_number, text, html, status,"
            " version, first_seen_at, last_seen_at, changed_at) VALUES (?, 's', ?, ?, ?, ?, ?, ?, ?, ?, 'live', 1, '', '', '')",
            [
                (
                    *(a.article_id, str(a.article_id), str(a.article_id), a.title, a.published),
                    *(f"来源{a.article_id % 40}", a.doc_number, a.text, a.text),
                )
                for a in some
            ],
        )
        began = time.process_time()
        write_index(db, some)
        taken += time.process_time() - began
        began = time.process_time()
        db.execute("COMMIT")
        taken += (time.process_time() - began) / 2  # the other half is the articles' own pages
    db.close()
    return articles / taken


def build_rival(file: Path, index: Index, corpus: Corpus, articles: int) -> float:
    db = sqlite3.connect(file, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute(f"CREATE VIRTUAL TABLE articles_fts USING fts5(text, title, content='', {index.options})")
    taken = 0.0
    numbers = iter(range(1, articles + 1))
    while some := [corpus.article(number) for number in islice(numbers, BATCH)]:
        began = time.process_time()
        db.execute("BEGIN")
        db.executemany(
            "INSERT INTO articles_fts (rowid, text, title) VALUES (?, ?, ?)",
            [
                (a.article_id, index.written(f"{a.doc_number}\n{a.text}"), index.written(a.title or ""))
                for a in some
            ],
        )
        db.execute("COMMIT")
        taken += time.process_time() - began
    db.close()
    return articles / taken


def index_bytes(db: sqlite3.Connection) -> int:
    [size] = db.execute("SELECT sum(pgsize) FROM dbstat WHERE name GLOB '*_fts_*'").fetchone()
    return int(size)


def queries(corpus: Corpus, articles: int) -> list[str]:
    """Common words, and pieces of the articles of every length from 1 to 6."""
    chance = random.Random(1)
    found = list(COMMON)
    for length in range(1, 7):
        while len([query for query in found if len(query) == length]) < QUERIES_A_LENGTH:
            text = corpus.article(chance.randint(1, articles)).text or ""
            begin = chance.randrange(len(text) - length)
            piece = text[begin : begin + length]
            if piece not in found and re.fullmatch(r"[\u4e00-\u9fff0-9]+", piece):
                found.append(piece)
    return found


def truth(corpus: Corpus, articles: int, wanted: list[str]) -> tuple[dict[str, set[int]], int]:
    """Which articles contain each query, and the bytes of all texts."""
    contain: dict[str, set[int]] = {query: set() for query in wanted}
    size = 0
    for number in range(1, articles + 1):
        article = corpus.article(number)
        text = f"{article.title}\n{article.doc_number}\n{article.text}"
        size += len(text.encode())
        for query in wanted:
            if query in text:
                contain[query].add(number)
    return contain, size


def compare(measured: Measured, query: str, there: set[int], found: set[int]) -> None:
    measured.found.append(len(found & there) / len(there))
    measured.wrong += len(found - there)


def best(work: Callable[[], object]) -> float:
    """The better of two runs: what another process took of the machine is not the index's."""
    taken = []
    for _ in range(2):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)


def ask_ours(folder: Path, contain: dict[str, set[int]], text: int, rate: float) -> Measured:
    db = open_database(folder / "lawcrawl.db", read_only=True)
    measured = Measured("lawcrawl, pairs", index_bytes(db) / text, rate)
    for query, there in contain.items():
        compare(measured, query, there, set(Search(db, query, Filters()).ids()))
        measured.seconds.append(best(lambda query=query: Search(db, query, Filters()).page("rank", 20, 0)))
    db.close()
    return measured


def ask_rival(file: Path, index: Index, contain: dict[str, set[int]], text: int, rate: float) -> Measured:
    db = sqlite3.connect(file)
    measured = Measured(index.name, index_bytes(db) / text, rate)
    sql = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid DESC"
    for query, there in contain.items():
        asked = (index.asked(query),)
        compare(measured, query, there, {row for (row,) in db.execute(sql, asked)})
        measured.seconds.append(best(lambda asked=asked: db.execute(f"{sql} LIMIT 20", asked).fetchall()))
    db.close()
    return measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", type=int, nargs="?", default=3000)
    parser.add_argument("--only", help="of the indexes, the one of this name")
    parser.add_argument("--keep", type=Path, help="where to build, and to leave it")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp())
    corpus, many = Corpus(), options.articles
    contain, size = truth(corpus, many, queries(corpus, many))
    print(f"{many} articles, {size / 1e6:.0f} MB of text, {len(contain)} queries of 1 to 6 characters")
    ours = folder / f"lawcrawl-{many}"
    if options.only in (None, "lawcrawl"):
        rate = float("nan")
        if not ours.exists():
            ours.mkdir(parents=True)
            rate = build_ours(ours, corpus, many)
        print(ask_ours(ours, contain, size, rate), flush=True)
    for index in rivals() if options.only != "lawcrawl" else ():
        if options.only in (None, index.name):
            file = folder / f"{index.name.replace(' ', '-')}-{many}.db"
            rate = build_rival(file, index, corpus, many) if not file.exists() else float("nan")
            print(ask_rival(file, index, contain, size, rate), flush=True)
    if options.keep is None:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
