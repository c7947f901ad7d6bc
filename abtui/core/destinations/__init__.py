"""The destinations abtui knows: one module each, found by the config's `destination`."""

from abtui.core.config.model import Config
from abtui.core.destinations.classic import Classic
from abtui.core.destinations.decision import Decision, Trace
from abtui.core.destinations.reasons import FETCH_THROWS, reason, reason_code

__all__ = ["FETCH_THROWS", "Classic", "Decision", "Trace", "destination_for", "reason", "reason_code"]


def destination_for(config: Config) -> Classic:
    """The destination a config names, ready to decide about events."""
    return {"classic": Classic}[config.destination](config)
