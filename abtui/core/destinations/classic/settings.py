"""The settings of the classic destination (its catalog page, "Settings"), and where its two sources disagree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from abtui.core.config.model import Config
from abtui.core.destination import Advice, Section, Setting
from abtui.core.destinations.collector import API_KEY, COLLECTOR_ENDPOINT, ENVIRONMENT
from abtui.core.findings import info

NO_APPLICATION: Final = info(
    "CONFIG-APPLICATION",
    "The config sets no application",
    "The collector's documentation requires `X-Application`, but the published function does not send it. With `application` set, abtui sends it, like the Actions version of the destination.",
)
SETTINGS: Final = (
    API_KEY,
    COLLECTOR_ENDPOINT,
    ENVIRONMENT,
    Setting(
        name="application",
        label="Application",
        kind="text",
        about="The application's name as the web console has it, sent as X-Application.",
        hint="Write `application:` with the name the web console has.",
        example="website",
        catalog="applications",
        of_target=True,
        advice=Advice(NO_APPLICATION, "so no `X-Application` is sent"),
        header="X-Application",
        question="Application, as the web console has it (empty: none)",
    ),
    Setting(
        name="unitMapping",
        label="Unit Mapping",
        kind="map",
        about="Field → unit type in the web console. Only top-level fields count: `traits.email` would never match.",
        required=True,
        hint="Write which identity is which unit type, like `userId: user_id`.",
        empty="so events that bring no units are not sent",
        first={"userId": "user_id", "anonymousId": "anonymous_id"},
        example={"userId": "user_id"},
        catalog="units",
        keys="fields",
        ordered=True,
        flag="unit",
        question="Which identity is which unit type",
    ),
    Setting(
        name="goalMapping",
        label="Goal Mapping",
        kind="map",
        about="Event name → goal in the web console. Names match exactly; other events are sent under their own.",
        example={"Order Completed": "purchase"},
        catalog="goals",
        keys="names",
        flag="goal",
        question="A goal, as Event Name=goal (empty: go on)",
    ),
    Setting(
        name="enablePageViewTracking",
        label="Enable Page View Tracking",
        kind="toggle",
        about="Page calls become goals: Page: Home.",
        flag="page-views",
        question="Send page calls as goals?",
    ),
    Setting(
        name="enableAppScreenViewTracking",
        label="Enable App Screen View Tracking",
        kind="toggle",
        about="Screen calls become goals: Screen: Home.",
        flag="screen-views",
        question="Send screen calls as goals?",
    ),
    Setting(
        name="enableExposureTracking",
        label="Enable Exposure Tracking",
        kind="toggle",
        about="Experiment Viewed and group calls carry exposures.",
        flag="exposures",
        question="Send exposures?",
        counted="exposure",
    ),
)
BEHAVIOR: Final = Section(
    name="behavior",
    note="where its sources disagree",
    about="Where the destination's catalog page and its published function disagree.",
    settings=(
        Setting(
            name="identify",
            kind="choice",
            about="Whether Engage traits become user attributes, as the catalog page promises, or are refused, as by the published function.",
            choices=(("attributes", "as the catalog page promises"), ("reject", "as the published function does")),
        ),
        Setting(
            name="viewGoalNames",
            kind="choice",
            about="How the goals of page and screen calls are named.",
            choices=(("title", '"Page: Home"'), ("slug", '"home_pageview"')),
        ),
    ),
)


class ClassicSettings(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The settings that decide about events, typed."""

    unit_mapping: Mapping[str, str]
    goal_mapping: Mapping[str, str]
    enable_page_view_tracking: bool
    enable_app_screen_view_tracking: bool
    enable_exposure_tracking: bool
    identify: str
    view_goal_names: str


def classic_settings(config: Config) -> ClassicSettings:
    """The settings of a config."""
    behavior = config.sections.get("behavior", {})
    given = dict(config.settings) | {
        setting.name: behavior.get(setting.name, setting.default) for setting in BEHAVIOR.settings
    }
    return msgspec.convert({name: given[name] for name in ClassicSettings.__struct_encode_fields__}, ClassicSettings)
