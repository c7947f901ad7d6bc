"""What tests of the Events screen share: its parts, and what they show as text."""

from __future__ import annotations

from textual.widget import Widget

from abtui.tui.kit.code_editor import CodeEditor
from abtui.tui.kit.event_list import EventList
from abtui.tui.kit.json_view import JSONView
from abtui.tui.kit.plate import Plate
from abtui.tui.screens.events.details import Details
from abtui.tui.screens.events.finding_list import FindingList
from abtui.tui.screens.events.result_panel import ResultPanel
from abtui.tui.workbench import Workbench
from tests.kit import config_with
from tests.tui.kit import words

BAD = config_with(
    collectorEndpoint="https://acme.absmartly.iop/v1",
    goalMapping="\n    # what counts\n    order completed: purchase   # bought",
    unitMapping="{ user_id: userId }",
)
"""A config with three mistakes that can be mended for certain."""


def event_list(screen: Workbench) -> EventList:
    return screen.query_one(EventList)


def editor(screen: Workbench) -> CodeEditor:
    return screen.query_one(Details).editor


def result(screen: Workbench) -> ResultPanel:
    return screen.query_one(ResultPanel)


def payload_view(screen: Workbench) -> JSONView:
    return result(screen).payload


def finding_list(screen: Workbench) -> FindingList:
    return screen.query_one(FindingList)


def said(screen: Workbench) -> str:
    """The words of the right lower panel."""
    return words(screen, "#words-text")


def title(widget: Widget) -> str:
    """The title of a panel, with what stands beside it."""
    return widget.query_one("PanelTitle").render_line(0).text.strip()


def plate(screen: Workbench) -> str:
    view = screen.query_one("#plate", Plate)
    return "".join(view.render_line(y).text for y in range(view.size.height)).strip()


def line(screen: Workbench, selector: str) -> str:
    """The first row of a widget that draws itself."""
    return screen.query_one(selector).render_line(0).text.strip()
