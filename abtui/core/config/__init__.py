"""The config: YAML text in, a frozen config and its findings out."""

from abtui.core.config.model import (
    Archived,
    Behavior,
    Catalog,
    Config,
    ConfigReading,
    FileReader,
    FileText,
    Policy,
    Settings,
    Target,
)
from abtui.core.config.reader import read_config

__all__ = [
    "Archived",
    "Behavior",
    "Catalog",
    "Config",
    "ConfigReading",
    "FileReader",
    "FileText",
    "Policy",
    "Settings",
    "Target",
    "read_config",
]
