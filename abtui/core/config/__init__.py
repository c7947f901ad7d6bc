"""The values of a config. `reader` reads them from text; it knows the destinations."""

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
