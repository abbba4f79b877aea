"""What a crawl asks of the archive takes no longer in a large one: SQLite's own plans say so."""

from __future__ import annotations

import json
from pathlib import Path

from tests.command import FAST, python
from tests.server import notice_site, serving

PLANS = """
import json, re, sys
from pathlib import Path
from lawcrawl.archive import schema, writer
from lawcrawl.cli import main
connect, asked = schema.connect, {}
def watched(path, **options):
    db = connect(path, **options)
    db.set_trace_callback(lambda sql: asked.setdefault(re.sub(r"'[^']*'|[0-9]+", "?", sql), sql))
    return db
schema.connect = writer.connect = watched
try:
    main()
except SystemExit:
    db = connect(Path(sys.argv[sys.argv.index("--archive") + 1]) / "lawcrawl.db")
    for sql in list(asked.values()):
        if sql.split(" ", 1)[0] in ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE"):
            steps = [row[3] for row in db.execute("EXPLAIN QUERY PLAN " + sql)]
            print(json.dumps([sql, steps]), file=sys.stderr)
"""
SMALL = {"sites", "sqlite_master", "unsealed_versions", "identity", "rebuilds", "merges", "unsealed"}
"""Tables that do not grow with the archive."""
NAMED = {"due", "json_each", "days", "crawl", "CONSTANT", "way"}
"""What a statement made itself, of few rows."""


def scanned(statement: str, steps: list[str]) -> set[str]:
    """The tables that a statement reads from end to end."""
    names = {step.split()[1] for step in steps if step.startswith("SCAN ")}
    return {
        name for name in names if name not in SMALL | NAMED and not ("_fts_" in name or "subquery" in name)
    }


def test_no_question_of_a_crawl_reads_a_table_from_end_to_end(tmp_path: Path) -> None:
    with serving(notice_site(12)) as site:
        crawl = ("-c", PLANS, "crawl", f"{site.url}/tzgg/", "--archive", tmp_path, *FAST)
        said = [python(*crawl).err for _ in range(2)]
    plans = [json.loads(line) for some in said for line in some.splitlines() if line.startswith("[")]
    assert len(plans) > 60
    assert [(names, sql) for sql, steps in plans if (names := scanned(sql, steps))] == []
