"""Why an event has its fate, in words: what the console lacks, what the catalog does not list, what the collector refuses."""

from __future__ import annotations

from collections.abc import Iterator

from abtui.core.config.model import CATALOG_NOUNS, CatalogPart, Config
from abtui.core.destinations import REASONS
from abtui.core.fate import shared_names
from abtui.core.outcomes import Outcome
from abtui.core.text.secret import hide


def fate_reason(outcome: Outcome, config: Config) -> str:
    """Why an outcome of this config has its fate, without a full stop; "" where it arrives. Keys are masked."""
    match outcome.fate:
        case "arrives" | "unknown":
            return ""
        case "refused":
            # A refused payload always has an error finding.
            said = next((item.message for item in outcome.findings if item.severity == "error"), "")
        case "ignored":
            said = _lacking(outcome, config)
        case "accepted":
            said = _unlisted(outcome, config)
        case _:
            said = outcome.reason.message
    return hide(said, config.default_target.api_key).removesuffix(".")


def _lacking(outcome: Outcome, config: Config) -> str:
    for part, name in _named(outcome, config):
        listed, archived = getattr(config.catalog, part), getattr(config.catalog.archived, part)
        if listed is None and name in archived:
            return f'the {CATALOG_NOUNS[part]} "{name}" is archived in the console'
        if listed is not None and name not in listed:
            return f'the console has no {CATALOG_NOUNS[part]} "{name}"'
    return "no unit has an id, so there is nobody to count it for"


def _unlisted(outcome: Outcome, config: Config) -> str:
    parts = {part for part, _ in _named(outcome, config)}
    missing = [part for part in CATALOG_NOUNS if part in parts and getattr(config.catalog, part) is None]
    if all(getattr(config.catalog, part) is None for part in CATALOG_NOUNS):
        return "there is no catalog to say what the console has"
    return f"the catalog does not list the console's {' and '.join(missing)}"


def _named(outcome: Outcome, config: Config) -> Iterator[tuple[CatalogPart, str]]:
    """What the request names: each part of the catalog with a name in it."""
    body = {} if outcome.request is None else outcome.request.body
    # An exposure is judged without the goals that may stand in it.
    if REASONS[outcome.reason.code].body_at is None:
        for goal in body.get("goals", ()):
            yield "goals", goal["name"]
    for unit in body["units"]:
        yield "units", unit["type"]
    yield from shared_names(config)
