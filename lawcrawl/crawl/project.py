"""The Scrapy project that a folder belongs to: where its settings are, and where its new spiders go."""

from __future__ import annotations

import sys
from configparser import ConfigParser
from configparser import Error as ConfigError
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, Settings
from scrapy.utils.conf import closest_scrapy_cfg

from lawcrawl.crawl.errors import ProjectError

OURS = "lawcrawl.crawl.settings"


@dataclass(slots=True, frozen=True)
class Project:
    root: Path
    """The folder of its ``scrapy.cfg``."""
    module: str
    """The module of its settings."""

    def apply(self, settings: Settings) -> None:
        """What the project sets wins over ours; its spiders and components come beside ours."""
        if self.module == OURS:
            return
        theirs = Settings()
        try:
            theirs.setmodule(self.module, priority="project")
        except ImportError as error:
            raise ProjectError(
                f"the settings {self.module} of {self.root} cannot be loaded: {error}"
            ) from error
        for name in theirs:
            if theirs.getpriority(name) != SETTINGS_PRIORITIES["project"]:
                continue  # Scrapy's own default
            value = theirs[name]
            if name == "SPIDER_MODULES":
                value = [*settings.getlist(name), *theirs.getlist(name)]
            elif isinstance(value, BaseSettings):
                value = {**settings.getdict(name), **theirs.getdict(name)}
            settings.set(name, value, priority="project")

    def spider_folder(self, settings: Settings) -> tuple[str, Path]:
        """The package that new spiders are written into, and its folder."""
        name = settings["NEWSPIDER_MODULE"] or settings.getlist("SPIDER_MODULES")[-1]
        try:
            package = import_module(name)
        except ImportError as error:
            raise ProjectError(f"the spiders of {self.root} cannot be loaded: {error}") from error
        if package.__file__ is None:
            raise ProjectError(f"{name} of {self.root} has no __init__.py, so nothing can be written into it")
        return name, Path(package.__file__).parent


def project_near(folder: Path | None = None) -> Project | None:
    """The project of ``folder`` (else the current one) or of a folder above it; its code can be imported from then on."""
    found = closest_scrapy_cfg(folder or ".")
    if not found:
        return None
    config = ConfigParser()
    try:
        config.read(found, encoding="utf-8")
        module = config.get("settings", "default", fallback=None)
    except (ConfigError, UnicodeDecodeError) as error:
        raise ProjectError(f"{found} cannot be read: {' '.join(str(error).split())}") from error
    if module is None:
        raise ProjectError(f"{found} names no settings; it needs a line 'default = ...' under [settings]")
    root = Path(found).resolve().parent
    if str(root) not in sys.path:
        sys.path.append(str(root))
    return Project(root, module)
