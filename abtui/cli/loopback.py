"""The options of the commands that serve HTTP on this machine: on which port, and whose web pages they answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import click

from abtui.cli.narrate import tell
from abtui.core.text.plain import one_line
from abtui.services.errors import ServiceError

_MOST_TOLD: Final = 100
_WIDTH: Final = 100


def _parse(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> frozenset[str]:
    if not values:
        return frozenset()
    from abtui.services.loopback.cors import parse_origin  # imported here because it loads the web server

    try:
        return frozenset(map(parse_origin, values))
    except ServiceError as error:
        raise click.BadParameter(f"{error.message} {error.hint}") from error


allow_origin = click.option(
    "--allow-origin",
    "origins",
    multiple=True,
    metavar="ORIGIN",
    callback=_parse,
    help="Also answer web pages of this origin, like https://shop.example; pages of this machine are always answered. Repeatable.",
)
"""The option `--allow-origin`; the command gets the set `origins`."""


def port_option(port: int, about: str = "Port on 127.0.0.1; 0 picks a free one.") -> Callable[[Any], Any]:
    """The option `--port` of a command that takes this port unless another one is named."""
    return click.option("--port", type=click.IntRange(0, 65535), default=port, show_default=True, help=about)


def refusals() -> Callable[[str], None]:
    """A function that tells about each of the first origins that are refused, once, and how to let it in."""
    told: set[str] = set()

    def tell_refused(origin: str) -> None:
        # Anybody may write anything into an origin.
        shown = one_line(origin, _WIDTH)
        if shown and shown not in told and len(told) < _MOST_TOLD:
            told.add(shown)
            tell(f"A page of {shown} was refused. To answer it, start with --allow-origin {shown}")

    return tell_refused
