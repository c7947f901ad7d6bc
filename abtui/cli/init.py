"""`abtui init`: a commented config to start with, from questions, flags, or the destination as Segment has it."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import click
import msgspec

from abtui.cli import asking
from abtui.cli.inputs import usage_error
from abtui.cli.narrate import narrate, narrate_finding, tell
from abtui.cli.output import on_terminal, output_file, write_out
from abtui.core.config import Settings, read_config
from abtui.core.config.segment_settings import SegmentSettings, read_segment
from abtui.core.config.starter import starter_text
from abtui.core.text.plain import file_name, single_line
from abtui.core.text.yaml_text import is_writable
from abtui.services.errors import ServiceError
from abtui.services.files import STDIN, read_text_file, write_atomic

_SEGMENT_LIMIT = 16 << 20


class _Given(msgspec.Struct):
    """What is known of the settings so far; None where nothing is."""

    endpoint: str | None
    environment: str | None
    application: str | None
    units: Mapping[str, str] | None
    goals: Mapping[str, str] | None
    page_views: bool | None
    screen_views: bool | None
    exposures: bool | None

    @property
    def missing(self) -> list[str]:
        """The flags of what a config cannot do without."""
        flags = {
            "--endpoint URL": self.endpoint,
            "--environment NAME": self.environment,
            "--unit userId=user_id": self.units,
        }
        return [flag for flag, value in flags.items() if value is None]


def _units(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> dict[str, str] | None:
    return asking.parse_pairs(values, "identity=unit type, like userId=user_id") or None


def _goals(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> dict[str, str] | None:
    return asking.parse_pairs(values, "Event Name=goal, like 'Order Completed=purchase'") or None


def _text(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not (value.strip() and is_writable(value)):
        raise click.BadParameter("is no text that a config can hold.")
    return value


@click.command()
@click.argument("file", default="config.yaml", callback=output_file)
@click.option("--endpoint", callback=_text, metavar="URL", help="The collector: https://acme.absmartly.io/v1")
@click.option("--environment", callback=_text, metavar="NAME", help="As the web console has it; case matters.")
@click.option("--application", callback=_text, metavar="NAME", help="As the web console has it.")
@click.option(
    "--unit", "units", callback=_units, multiple=True, metavar="IDENTITY=TYPE", help="userId=user_id; may be repeated."
)
@click.option(
    "--goal",
    "goals",
    callback=_goals,
    multiple=True,
    metavar="EVENT=GOAL",
    help="'Order Completed=purchase'; may be repeated.",
)
@click.option("--page-views/--no-page-views", default=None, help="Send page calls as goals. Default: no.")
@click.option("--screen-views/--no-screen-views", default=None, help="Send screen calls as goals. Default: no.")
@click.option("--exposures/--no-exposures", default=None, help="Send exposures. Default: no.")
@click.option(
    "--from-segment", metavar="JSON", help="Take over the destination as Segment's Public API gives it: a file, or -."
)
@click.option("--force", is_flag=True, help="Overwrite FILE if it is there.")
def init(
    file: str,
    endpoint: str | None,
    environment: str | None,
    application: str | None,
    units: dict[str, str] | None,
    goals: dict[str, str] | None,
    page_views: bool | None,
    screen_views: bool | None,
    exposures: bool | None,
    from_segment: str | None,
    force: bool,
) -> int:
    """Write a commented config to start with, to FILE (config.yaml) or, with -, to standard output.

    On a terminal it asks for what the flags leave out. The API key is never written: the config reads it from the
    environment. Exit code: 0 written, 1 not overwritten or not written, 2 usage error.
    """
    terminal = on_terminal(sys.stdin) and on_terminal(sys.stderr)
    if file != STDIN and os.path.lexists(file) and not force and not _may_overwrite(file, terminal):
        return 1
    given = _Given(endpoint, environment, application, units, goals, page_views, screen_views, exposures)
    left_out: tuple[str, ...] = ()
    if from_segment is not None:
        segment = _read_segment(from_segment)
        _take_over(given, segment)
        left_out = segment.left_out
    if given.missing:
        if not terminal:
            raise click.UsageError(
                f"A config needs {', '.join(given.missing)}. On a terminal, abtui init asks for them."
            )
        _ask(given)
    return _write(file, starter_text(_settings(given), left_out))


def _may_overwrite(file: str, terminal: bool) -> bool:
    """Whether the person says so. Raises UsageError where nobody can be asked."""
    if not terminal:
        raise click.UsageError(f"{file_name(file)} is there already. Name another file, or overwrite it with --force.")
    if asking.confirm(f"{file_name(file)} is there already. Overwrite it?"):
        return True
    narrate("Nothing was written.")
    return False


_QUESTIONS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "endpoint": ("Collector endpoint", asking.ask_endpoint),
    "environment": ("Environment", asking.ask_environment),
    "application": ("Application", asking.ask_application),
    "units": ("Units", asking.ask_units),
    "goals": ("Goals", asking.ask_goals),
    "page_views": ("Page calls as goals", partial(asking.ask_toggle, "Send page calls as goals?")),
    "screen_views": ("Screen calls as goals", partial(asking.ask_toggle, "Send screen calls as goals?")),
    "exposures": ("Exposures", partial(asking.ask_toggle, "Send exposures?")),
}
"""What is asked, in order: how the summary calls it, and the question."""


def _ask(given: _Given) -> None:
    """Ask for everything that is not known, show it, and let it be corrected."""
    asked = [name for name in _QUESTIONS if getattr(given, name) is None]
    narrate(f"{asking.BACK} goes back to the question before.")
    at = 0
    while at < len(asked):
        at = max(0, at + (1 if _answered(given, asked[at]) else -1))
    while True:
        for number, name in enumerate(asked, 1):
            tell(single_line(f"{number:>3} {_QUESTIONS[name][0]}: {_shown(getattr(given, name))}"))
        try:
            chosen = asking.ask_number("Enter takes it; a number changes that answer", len(asked))
        except asking.BackAsked:
            chosen = len(asked)
        if chosen is None:
            return
        _answered(given, asked[chosen - 1])


def _answered(given: _Given, name: str) -> bool:
    """Ask one question; False if the one before it is to be asked again."""
    try:
        setattr(given, name, _QUESTIONS[name][1](getattr(given, name)))
    except asking.BackAsked:
        return False
    return True


def _shown(value: object) -> str:
    """An answer in the summary."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return asking.pairs_text(value) or "none"
    return "none" if value is None else str(value)


def _read_segment(path: str) -> SegmentSettings:
    """The settings in a file of Segment's; what is odd about it is told. Raises UsageError."""
    try:
        text = read_text_file(path, _SEGMENT_LIMIT)
    except ServiceError as error:
        raise usage_error(error) from error
    segment = read_segment(text)
    if segment.problem:
        name = "standard input" if path == STDIN else file_name(path)
        raise click.UsageError(f"{name} is no destination of Segment's. {segment.problem}")
    for sentence in segment.warnings:
        narrate(sentence, severity="warning")
    for sentence in segment.left_out:
        narrate(f"Left out: {sentence}", severity="warning")
    if segment.has_key:
        narrate("The API key in it is not written. Export it as ABSMARTLY_API_KEY.")
    return segment


def _take_over(given: _Given, segment: SegmentSettings) -> None:
    """Fill in what the flags leave out."""
    texts, maps, toggles = segment.texts, segment.maps, segment.toggles
    for name, value in (
        ("endpoint", texts.get("collectorEndpoint")),
        ("environment", texts.get("environment")),
        ("application", texts.get("application")),
        ("units", maps.get("unitMapping")),
        ("goals", maps.get("goalMapping")),
        ("page_views", toggles.get("enablePageViewTracking")),
        ("screen_views", toggles.get("enableAppScreenViewTracking")),
        ("exposures", toggles.get("enableExposureTracking")),
    ):
        if getattr(given, name) is None:
            setattr(given, name, value)


def _settings(given: _Given) -> Settings:
    return Settings(
        collector_endpoint=given.endpoint or "",
        environment=given.environment or "",
        application=given.application,
        unit_mapping=given.units or {},
        goal_mapping=given.goals or {},
        enable_page_view_tracking=given.page_views or False,
        enable_app_screen_view_tracking=given.screen_views or False,
        enable_exposure_tracking=given.exposures or False,
    )


def _write(file: str, text: str) -> int:
    """Write the config, tell what is to be said about it, and what comes next; gives the exit code. Raises UsageError."""
    reading = read_config(text, os.environ, name=file)
    for finding in reading.findings:
        if finding.severity != "info":
            narrate_finding("config" if file == STDIN else file, finding)
    if reading.config is None:
        raise click.UsageError("The config would not be usable, so it was not written; its errors are above.")
    if file == STDIN:
        write_out(text)
        name = "CONFIG"
    else:
        try:
            write_atomic(file, text)
        except ServiceError as error:
            narrate(error.message, error.hint, severity="error")
            return 1
        narrate(f"{file_name(file)} is written.")
        name = shlex.quote(file_name(file))
    if not os.environ.get("ABSMARTLY_API_KEY"):
        narrate("Next: export ABSMARTLY_API_KEY=...  (only sending needs it)")
    narrate(f"Next: abtui check {name} EVENTS  (what these settings do with your events)")
    narrate(f"Next: abtui {name} EVENTS  (the same in the workbench)")
    return 0
