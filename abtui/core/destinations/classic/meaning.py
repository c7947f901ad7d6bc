"""What a config of the classic destination does, for a config of another destination."""

from __future__ import annotations

from collections.abc import Iterator

from abtui.core.config.model import Config, Settings
from abtui.core.destinations.classic.settings import ClassicSettings, classic_settings
from abtui.core.destinations.exposures import EXPOSURE_EVENT
from abtui.core.migration import Exposures, Meaning, ViewGoal
from abtui.core.text.javascript import ordered_items


def meaning(config: Config, written: Settings) -> Meaning:
    """What a config does. `written` are its settings as the file has them, with their references."""
    settings = classic_settings(config)
    exposures = (
        Exposures("track", ("properties", "absmartly"), EXPOSURE_EVENT),
        Exposures("group", ("traits", "absmartly")),
    )
    return Meaning(
        goals={name: goal for name, goal in written["goalMapping"].items() if name != EXPOSURE_EVENT},
        never=(EXPOSURE_EVENT,),
        units=dict(ordered_items(settings.unit_mapping)),
        own_units=("properties", "absmartly", "units"),
        views=tuple(_views(settings)),
        exposures=exposures if settings.enable_exposure_tracking else (),
        attributes=settings.identify == "attributes",
        published_at="sentAt",
        achieved_at="originalTimestamp",
        agent="segment",
        application=written["application"],
    )


def _views(settings: ClassicSettings) -> Iterator[ViewGoal]:
    slug = settings.view_goal_names == "slug"
    if settings.enable_page_view_tracking:
        yield ViewGoal("page", after="_pageview", slug=True) if slug else ViewGoal("page", before="Page: ")
    if settings.enable_app_screen_view_tracking:
        yield ViewGoal("screen", after="_screenview", slug=True) if slug else ViewGoal("screen", before="Screen: ")
