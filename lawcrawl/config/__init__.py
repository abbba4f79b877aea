"""``lawcrawl.toml``: what may stand in it, what holds, and where that comes from. Knows nothing else of lawcrawl."""

from lawcrawl.config.declared import SETTINGS, ConfigError, Setting
from lawcrawl.config.files import Config, Value, find, load, locate, write
from lawcrawl.config.hours import Hours

__all__ = [
    "SETTINGS",
    "Config",
    "ConfigError",
    "Hours",
    "Setting",
    "Value",
    "find",
    "load",
    "locate",
    "write",
]
