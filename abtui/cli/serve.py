"""`abtui serve`: the workbench in a browser on this machine."""

from __future__ import annotations

import sys

import click

from abtui.cli.loopback import port_option
from abtui.cli.narrate import Command, tell
from abtui.core.config.endpoint import is_loopback
from abtui.services.file_kinds import split_paths
from abtui.services.folders import OUTSIDE_FLAG

_MISSING = (
    "`abtui serve` needs textual-serve, which is not installed. Install it in the same environment as abtui: "
    "pip install textual-serve"
)
_LIBRARIES = frozenset({"textual_serve", "aiohttp", "aiohttp_jinja2", "jinja2"})


def _loopback(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    if not is_loopback(value):
        raise click.BadParameter(
            f"{value!r} is not this machine. To use it from another one, open a tunnel: ssh -L 8300:127.0.0.1:8300 this-machine"
        )
    return value


@click.command(cls=Command)
@click.argument("paths", nargs=-1, metavar="[CONFIG] [EVENTS]...", type=click.Path(exists=True))
@port_option(8300, "Port to listen on; 0 picks a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, callback=_loopback, help="An address of this machine.")
@click.option(
    "--font-size", type=click.IntRange(6, 96), default=16, show_default=True, help="Font size of the page, in pixels."
)
@click.option(
    OUTSIDE_FLAG, "outside", is_flag=True, help="Also read files that the config names outside its own folder."
)
@click.option("--tour", is_flag=True, help="Open the tour of the demo.")
def serve(paths: tuple[str, ...], port: int, host: str, font_size: int, outside: bool, tour: bool) -> None:
    """Show the workbench in a browser on this machine.

    Each page opened at the printed address gets its own workbench, on CONFIG and EVENTS or on the demo.
    """
    if tour and paths:
        raise click.UsageError("The tour uses the demo: leave CONFIG and EVENTS out, or --tour.")
    split_paths(paths)
    # Imported here: the web server takes half a second to load, and may not be installed.
    try:
        from abtui.services.serving import serve as run
    except ModuleNotFoundError as error:
        if error.name not in _LIBRARIES:
            raise
        raise click.UsageError(_MISSING) from error
    workbench = ("tour",) if tour else ("open", *([OUTSIDE_FLAG] if outside else []), "--", *paths)
    run([sys.executable, "-m", "abtui", *workbench], host=host, port=port, font_size=font_size, announce=tell)
