"""The config: what it holds once read. Reading it is `reader`, which knows the destinations."""

from abtui.core.config.model import (
    Archived,
    Catalog,
    Config,
    ConfigReading,
    FileReader,
    FileText,
    Policy,
    Settings,
    Target,
)

__all__ = [
    "Archived",
    "Catalog",
    "Config",
    "ConfigReading",
    "FileReader",
    "FileText",
    "Policy",
    "Settings",
    "Target",
]
