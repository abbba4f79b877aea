"""config: what holds, and where that comes from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from lawcrawl.cli.common import configuration, json_option, named_config, print_json, table
from lawcrawl.config import Hours, Value, load, locate, write
from lawcrawl.config.files import NAME


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def config(ctx: click.Context, as_json: bool) -> None:
    """Every setting, its value and where it comes from; 'config set' changes one."""
    if ctx.invoked_subcommand is not None:
        return
    rows = [
        {"setting": name, "value": shown(value), "from": value.origin, "variable": variable(name, value)}
        for name, value in configuration()
    ]
    if as_json:
        for row in rows:
            print_json(row)
        return
    table(((row["setting"], row["value"], row["from"]) for row in rows), ("setting", "value", "from"))


@config.command("set")
@click.argument("name")
@click.argument("value")
def set_value(name: str, value: str) -> None:
    """Write a setting into the file: contact, politeness.delay, sites.NAME.hours ..."""
    path = locate(named_config(), os.environ) or Path(NAME).absolute()
    write(path, name, value)
    load(path)  # says what else in the file is wrong
    click.echo(f"{name} is set in {path}", err=True)


def shown(value: Value) -> Any:
    if value.setting.secret and value.value is not None:
        return "(hidden)"
    return str(value.value) if isinstance(value.value, Hours) else value.value


def variable(name: str, value: Value) -> str | None:
    return None if name.startswith("sites.") else value.setting.variable
