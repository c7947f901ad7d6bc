"""The config: YAML text in, a frozen config and its findings out."""

from abtui.core.config.model import Behavior, Catalog, Config, ConfigReading, Settings, Target
from abtui.core.config.reader import read_config

__all__ = ["Behavior", "Catalog", "Config", "ConfigReading", "Settings", "Target", "read_config"]
