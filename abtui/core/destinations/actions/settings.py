"""The settings of the destination: Segment's form, and the check that it makes for every event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from abtui.core.destinations.actions.schema import coerced, missing, schema_problem, wrong
from abtui.core.destinations.actions.uri import is_uri
from abtui.core.destinations.collector import API_KEY, COLLECTOR_ENDPOINT, ENVIRONMENT

SETTINGS: Final = (COLLECTOR_ENDPOINT, API_KEY, ENVIRONMENT)
"""In the order in which Segment checks them."""


class CheckedSettings(msgspec.Struct, frozen=True):
    """The settings as the destination uses them: texts."""

    collector_endpoint: str
    api_key: str
    environment: str


def checked_settings(given: Mapping[str, Any]) -> CheckedSettings:
    """The settings, of JSON values by name, coerced to texts. Raises SchemaProblem."""
    lacking = [missing(setting.name) for setting in SETTINGS if setting.name not in given]
    unfit: list[str] = []
    texts: list[str] = []
    for setting in SETTINGS:
        if setting.name not in given:
            continue
        text, fits = coerced(given[setting.name])
        if not fits:
            unfit.append(wrong(setting.label, "string", text))
        elif setting.kind == "address" and not is_uri(text):
            unfit.append(f"{setting.label} must be a valid URI string but it was not.")
        texts.append(text)
    if lacking or unfit:
        raise schema_problem(lacking + unfit)
    return CheckedSettings(*texts)
