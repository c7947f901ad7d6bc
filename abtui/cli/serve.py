"""`abtui serve`: the workbench in a browser on this machine."""

from __future__ import annotations

import sys

import click

from abtui.cli.narrate import tell
from abtui.core.config.endpoint import is_loopback
from abtui.services.errors import ServiceError
from abtui.services.file_kinds import split_paths
from abtui.services.folders import OUTSIDE_FLAG

_MISSING = "`abtui serve` needs textual-serve, which is not installed. Install it beside abtui, in the same environment: pip install textual-serve"
_LIBRARIES = frozenset({"textual_serve", "aiohttp", "aiohttp_jinja2", "jinja2"})


def _loopback(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not is_loopback(value):
        raise click.BadParameter(
            f"{value!r} is not this machine. From another one, use a tunnel: ssh -L 8300:127.0.0.1:8300 this-machine"
        )
    return value


@click.command()
@click.argument("paths", nargs=-1, metavar="[CONFIG] [EVENTS]...", type=click.Path(exists=True))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8300,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option("--host", default="127.0.0.1", show_default=True, callback=_loopback, help="An address of this machine.")
@click.option(
    "--font-size",
    type=click.IntRange(6, 96),
    default=16,
    show_default=True,
    help="Pixels of the page's font, for large screens in large rooms.",
)
@click.option(
    OUTSIDE_FLAG, "outside", is_flag=True, help="Also read files that the config names outside its own folder."
)
@click.option("--tour", is_flag=True, help="Open the tour of the demo.")
def serve(paths: tuple[str, ...], port: int, host: str, font_size: int, outside: bool, tour: bool) -> None:
    """Show the workbench in a browser on this machine.

    Each page that is opened at the address it prints has a workbench of its own, on CONFIG and EVENTS or on the demo.
    """
    if tour and paths:
        raise click.UsageError("The tour is of the demo: leave CONFIG and EVENTS out, or --tour.")
    try:
        split_paths(paths)
    except ServiceError as error:
        raise click.UsageError(f"{error.message} {error.hint}") from error
    # The web server takes half a second to load, which other commands need not wait for; and it may not be there at all.
    try:
        from abtui.services.serving import serve as run
    except ModuleNotFoundError as error:
        if error.name not in _LIBRARIES:
            raise
        raise click.UsageError(_MISSING) from error
    arguments = [
        sys.executable,
        "-m",
        "abtui",
        *(("tour",) if tour else ("open", *([OUTSIDE_FLAG] if outside else []), "--", *paths)),
    ]
    try:
        run(arguments, host=host, port=port, font_size=font_size, announce=tell)
    except ServiceError as error:
        raise click.UsageError(f"{error.message} {error.hint}".rstrip()) from error
