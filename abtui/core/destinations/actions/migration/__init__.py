"""Mappings that do what a config of another destination does."""

from abtui.core.destinations.actions.migration.mappings import migrated

__all__ = ["migrated"]
