"""Finding, reading and writing ``lawcrawl.toml``."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lawcrawl.config.declared import SETTINGS, SITE_KEYS, ConfigError, Setting

NAME = "lawcrawl.toml"
VARIABLE = "LAWCRAWL_CONFIG"
TABLES = (*dict.fromkeys(name.partition(".")[0] for name in SETTINGS if "." in name), "sites")


@dataclass(slots=True, frozen=True)
class Value:
    """What a setting is, and the file or variable that says so; ``default`` where none does."""

    setting: Setting
    value: Any
    origin: str = "default"


@dataclass(slots=True)
class Config:
    """What holds: the environment over the file over the defaults; a site's own table over all of them."""

    path: Path | None = None
    values: dict[str, Value] = field(default_factory=dict)
    sites: dict[str, dict[str, Value]] = field(default_factory=dict)

    def of(self, name: str, site: str | None = None) -> Value:
        """A setting's value, for a site where one is named."""
        own = self.sites.get(site, {}) if site else {}
        return own.get(name) or self.values.get(name) or Value(SETTINGS[name], SETTINGS[name].default)

    def get(self, name: str, site: str | None = None) -> Any:
        return self.of(name, site).value

    @property
    def archive(self) -> Path:
        """The archive's folder."""
        return self.place("archive")

    def place(self, name: str) -> Path:
        """A setting that is a path; what the file names starts at the file's own folder."""
        chosen = self.of(name)
        beside = self.path is not None and chosen.origin == str(self.path)
        return Path(self.path.parent, chosen.value) if beside and self.path else Path(chosen.value)

    def __iter__(self) -> Iterator[tuple[str, Value]]:
        """Every setting by its full name, those of sites last."""
        for name in SETTINGS:
            yield name, self.of(name)
        for site, own in sorted(self.sites.items()):
            for value in own.values():
                yield f"sites.{site}.{value.setting.key}", value


def find(start: Path) -> Path | None:
    """The nearest ``lawcrawl.toml`` in ``start`` or a folder above it."""
    start = start.absolute()
    return next((file for folder in (start, *start.parents) if (file := folder / NAME).is_file()), None)


def load(path: Path | None = None, environment: Mapping[str, str] | None = None) -> Config:
    """What holds, by the file at ``path`` (the nearest one where None) and the environment.

    Raises :class:`ConfigError` for a file that cannot be read, a key that is not known, a value of another kind.
    """
    environment = os.environ if environment is None else environment
    config = Config(locate(path, environment))
    if config.path is not None:
        take(config, parsed(config.path), str(config.path))
    for name, setting in SETTINGS.items():
        if setting.variable and (written := environment.get(setting.variable)):
            config.values[name] = Value(setting, setting.parse(written, setting.variable), setting.variable)
    return config


def locate(path: Path | None, environment: Mapping[str, str]) -> Path | None:
    """The file that holds: ``path``, what ``LAWCRAWL_CONFIG`` names, the nearest one; None where there is none."""
    chosen = path or (Path(environment[VARIABLE]) if environment.get(VARIABLE) else find(Path.cwd()))
    return chosen.absolute() if chosen else None


def parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error


def take(config: Config, tables: dict[str, Any], where: str) -> None:
    """The file's tables, checked key by key."""
    for key, value in tables.items():
        if key == "sites":
            for site, own in table(value, "[sites]", where).items():
                config.sites[site] = site_table(site, own, where)
        elif key in TABLES:
            for inner, said in table(value, f"[{key}]", where).items():
                put(config, f"{key}.{inner}", said, where)
        else:
            put(config, key, value, where)


def put(config: Config, name: str, value: object, where: str) -> None:
    setting = SETTINGS.get(name)
    if setting is None:
        raise unknown(name, [*SETTINGS, *TABLES], where)
    if not setting.general:
        raise ConfigError(f"{where}: {name} is said of one site by its name: write it into [sites.NAME]")
    config.values[name] = Value(setting, setting.read(value, where), where)


def site_table(site: str, own: object, where: str) -> dict[str, Value]:
    found = {}
    for key, value in table(own, f"[sites.{site}]", where).items():
        if isinstance(value, dict):  # [sites.sfj.linxi.example] is a table in a table
            name = f"{site}.{dotted(key, value)}"
            raise ConfigError(f'{where}: a site named with dots stands in quotes: [sites."{name}"]')
        setting = SITE_KEYS.get(key)
        if setting is None:
            raise unknown(f"sites.{site}.{key}", [f"sites.{site}.{key}" for key in SITE_KEYS], where)
        found[setting.name] = Value(setting, setting.read(value, f"{where}, [sites.{site}]"), where)
    return found


def dotted(key: str, value: dict[str, Any]) -> str:
    """The name that a table in tables was meant to have."""
    inner = next(((key, table) for key, table in value.items() if isinstance(table, dict)), None)
    return f"{key}.{dotted(*inner)}" if inner else key


def table(value: object, name: str, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(f"{where}: {name} must be a table of settings, not {value!r}")
    return value


def unknown(name: str, known: Iterable[str], where: str) -> ConfigError:
    """Names the nearest key by its whole name, or by its own where it stands in the wrong table."""
    known = list(known)
    by_key = {one.rpartition(".")[2]: one for one in known}
    near = difflib.get_close_matches(name, known, 1) or [
        by_key[key] for key in difflib.get_close_matches(name.rpartition(".")[2], by_key, 1)
    ]
    hint = f"did you mean {near[0]}?" if near else "'lawcrawl config' lists all there are"
    return ConfigError(f"{where}: there is no setting {name}; {hint}")


def write(path: Path, name: str, written: str) -> None:
    """Set one setting (``contact``, ``politeness.delay``, ``sites.NAME.hours``) in a file; the rest stays as it is.

    Raises :class:`ConfigError`.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    keys, setting = place(name)
    value = setting.parse(written, str(path))
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
        inner: Any = document
        for key in keys[:-1]:
            inner = inner.setdefault(key, tomlkit.table(is_super_table=key == "sites"))
        inner[keys[-1]] = value if isinstance(value, int | float) else written
        path.write_text(tomlkit.dumps(document), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}") from error
    except (TOMLKitError, UnicodeDecodeError, TypeError) as error:
        raise ConfigError(f"{path} cannot be changed: {error}") from error


def place(name: str) -> tuple[list[str], Setting]:
    """The tables that lead to a setting, and the setting. Raises :class:`ConfigError`."""
    head, _, key = name.rpartition(".")
    if head.startswith("sites.") and key in SITE_KEYS:
        return ["sites", head.removeprefix("sites."), key], SITE_KEYS[key]
    setting = SETTINGS.get(name)
    if setting is None:
        known = [f"{head}.{key}" for key in SITE_KEYS] if head.startswith("sites.") else SETTINGS
        raise unknown(name, known, "config set")
    if not setting.general:
        raise ConfigError(f"config set: {name} is said of one site by its name: set sites.NAME.{name}")
    return name.split("."), setting
