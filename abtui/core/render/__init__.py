"""Outcomes as text, for both faces: JSON, curl, tables and sentences."""

from abtui.core.render.curl import curl
from abtui.core.render.json import outcome_json, outcome_object
from abtui.core.render.table import table_header, table_row

__all__ = ["curl", "outcome_json", "outcome_object", "table_header", "table_row"]
