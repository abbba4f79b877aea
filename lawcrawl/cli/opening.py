"""A captured page in the browser, so that nothing in it acts and nothing is asked of its site."""

from __future__ import annotations

import base64
import mimetypes
import re
import webbrowser
from collections.abc import Iterable
from html import escape
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import click

FRAME = """<!DOCTYPE html>
<html lang="zh">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; frame-src data:; img-src data:; style-src 'unsafe-inline'">
<title>{heading}</title>
<style>
body {{ margin: 0; display: flex; flex-direction: column; height: 100vh; font: 14px sans-serif; background: #fff; color: #222 }}
p {{ margin: 0; padding: .5em 1em; border-bottom: 1px solid #999; overflow-wrap: anywhere }}
iframe {{ flex: 1; border: 0 }}
</style>
<p>{heading}</p>
<iframe sandbox title="{heading}" src="data:{media_type};base64,{body}"></iframe>
</html>
"""
"""A data: frame takes on the policy of the page around it, and ``sandbox`` without a word allows nothing."""


def open_capture(capture: dict[str, Any], headers: Iterable[tuple[str, str]], body: bytes) -> None:
    """Write a captured answer to a temporary file and have the browser show it.

    A page, and what else may have scripts in it, stands byte for byte in a frame that runs none, sends no form and
    loads nothing; any other file is written as it is.
    """
    named = next((value for name, value in headers if name.lower() == "content-type"), "")
    file = written(Path(mkdtemp(prefix="lawcrawl-")), capture, named, body)
    click.echo(f"{capture['url']}, as captured at {capture['fetched_at']}: {file}", err=True)
    if not webbrowser.open(file.as_uri()):
        click.echo("no browser could be started; open that file in one", err=True)


def written(folder: Path, capture: dict[str, Any], content_type: str, body: bytes) -> Path:
    """The file for the browser."""
    media_type = content_type.partition(";")[0].strip().lower() or "text/html"
    stem = re.sub(r"[^\w]", "", f"capture-{capture['id']}-{capture['fetched_at']}")
    if re.search(r"html|xml", media_type):
        heading = f"{capture['url']} · {capture['fetched_at']} · sha256:{capture['sha256']}"
        page = FRAME.format(
            heading=escape(heading),
            media_type=escape(re.sub(r"[^\w/+.;=-]", "", content_type) or media_type),
            body=base64.b64encode(body).decode(),
        )
        file = folder / f"{stem}.html"
        file.write_text(page, encoding="utf-8")
    else:
        file = folder / f"{stem}{mimetypes.guess_extension(media_type) or '.bin'}"
        file.write_bytes(body)
    return file
