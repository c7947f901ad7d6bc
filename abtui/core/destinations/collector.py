"""The settings that the destinations share, because each sends to the same collector."""

from __future__ import annotations

from typing import Final

from abtui.core.destination import Setting

COLLECTOR_ENDPOINT: Final = Setting(
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
)
API_KEY: Final = Setting(
    name="apiKey",
    label="API Key",
    kind="secret",
    about="The API key, sent as X-API-Key. Write ${ABSMARTLY_API_KEY}: a key never needs to be in a file.",
    required=True,
    hint="Write `apiKey: ${ABSMARTLY_API_KEY}` and set that variable.",
    first="${ABSMARTLY_API_KEY}",
    of_target=True,
    header="X-API-Key",
)
ENVIRONMENT: Final = Setting(
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
)
