"""The text of a new config: commented, without a key, and read back as exactly the settings it was made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from abtui.core.config.model import Settings
from abtui.core.text.plain import single_line
from abtui.core.text.yaml_text import entry, value

_UNITS: Final = """\
  # A top-level field of the event -> the unit type in the web console. `traits.email` would never match.
"""
_GOALS: Final = """\
  # A Segment event name, exactly as it is sent -> the goal in the web console.
  # An event that is not named here is sent under its own name.
"""
_REST: Final = """\

# Where the destination's catalog page and its published function disagree.
behavior:
  identify: attributes          # attributes: Engage traits as user attributes, as the page promises | reject: as the function
  viewGoalNames: title          # title: "Page: Home" | slug: "home_pageview"

# What exists in the web console; it ignores everything else without a word. `abtui catalog pull` writes this file.
# catalog: !file catalog.yaml

# Which findings fail `abtui check`: failOn is error, warning or never; `abtui explain` lists the codes.
# check:
#   failOn: warning
#   ignore: [UNIT-MISSING]

# Where requests can be sent. What a target leaves out it takes from the settings.
# targets:
#   local:
#     collectorEndpoint: http://127.0.0.1:8200/v1
"""


def first_settings() -> Settings:
    """Settings to begin with where nothing is known yet. The address is one of those that lead nowhere (RFC 2606)."""
    return Settings(
        collector_endpoint="https://your-company.invalid/v1",
        environment="staging",
        unit_mapping={"userId": "user_id", "anonymousId": "anonymous_id"},
    )


def starter_text(settings: Settings, left_out: Sequence[str] = ()) -> str:
    """The config for `settings`, whose key is not written. `left_out` are sentences to keep as comments."""
    lines = ["# What Segment's AB Smartly destination is set to. Try it:  abtui check CONFIG EVENTS\n"]
    lines += [f"# Left out: {single_line(sentence)}\n" for sentence in left_out]
    lines += [
        "\ndestination: classic\n\n",
        "# Exactly the settings of the destination in Segment, under their own names.\n",
        "settings:\n",
        "  apiKey: ${ABSMARTLY_API_KEY}  # read from the environment; a key never needs to be in a file\n",
        f"  collectorEndpoint: {value(settings.collector_endpoint)}\n",
        f"  environment: {value(settings.environment)}\n",
        _application(settings.application),
        _toggle("enablePageViewTracking", settings.enable_page_view_tracking),
        _toggle("enableAppScreenViewTracking", settings.enable_app_screen_view_tracking),
        _toggle("enableExposureTracking", settings.enable_exposure_tracking),
        "\n",
        _UNITS,
        _map("unitMapping", settings.unit_mapping),
        "\n",
        _GOALS,
        _map("goalMapping", settings.goal_mapping),
        _REST,
    ]
    return "".join(lines)


def _application(name: str | None) -> str:
    if not name:
        return "  # application: website        # sent as X-Application\n"
    return f"  application: {value(name)}\n"


def _toggle(name: str, on: bool) -> str:
    return f"  {name}: {'true' if on else 'false'}\n"


def _map(name: str, texts: Mapping[str, str]) -> str:
    if not texts:
        return f"  {name}: {{}}\n"
    return f"  {name}:\n" + "".join(entry(key, text, "    ") for key, text in texts.items())
