"""The settings of the destination: Segment's form, and the check that it makes for every event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from abtui.core.destination import Setting
from abtui.core.destinations.actions.schema import coerced, missing, schema_problem, wrong
from abtui.core.destinations.actions.uri import is_uri

SETTINGS: Final = (
    Setting(
        name="collectorEndpoint",
        label="Collector Endpoint",
        kind="address",
        about="The collector's address, like https://acme.absmartly.io/v1; /context is added to it.",
        required=True,
        hint="Write your collector's address, like `https://acme.absmartly.io/v1`.",
        # An address that leads nowhere (RFC 2606).
        first="https://your-company.invalid/v1",
        example="https://acme.absmartly.io/v1",
        of_target=True,
        flag="endpoint",
        question="Collector endpoint, like https://acme.absmartly.io/v1",
    ),
    Setting(
        name="apiKey",
        label="API Key",
        kind="secret",
        about="The API key, sent as X-API-Key. Write ${ABSMARTLY_API_KEY}: a key never needs to be in a file.",
        required=True,
        hint="Write `apiKey: ${ABSMARTLY_API_KEY}` and set that variable.",
        first="${ABSMARTLY_API_KEY}",
        of_target=True,
        header="X-API-Key",
    ),
    Setting(
        name="environment",
        label="Environment",
        kind="text",
        about="The environment's name as the web console has it; case matters.",
        required=True,
        hint="Write the environment's name as the web console has it.",
        first="staging",
        example="staging",
        catalog="environments",
        of_target=True,
        header="X-Environment",
        question="Environment, as the web console has it",
    ),
)
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
