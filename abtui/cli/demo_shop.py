"""`abtui demo-shop`: one page with the SDKs of Segment and AB Smartly, and all that it needs on this machine."""

from __future__ import annotations

import click

from abtui.cli.loopback import port_option
from abtui.cli.narrate import Command, narrate_finding, tell
from abtui.core.config.endpoint import is_local_address, split_endpoint
from abtui.services.loopback import ports


def _local(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """An address of a server on this machine, without the `/v1` that may be written behind it."""
    if value is None:
        return None
    parts = split_endpoint(value)
    after = "" if parts is None else parts._replace(scheme="", netloc="").geturl().rstrip("/")
    if parts is None or not is_local_address(value) or after not in ("", "/v1"):
        raise click.BadParameter(f"{value!r} is not an address of this machine, like http://127.0.0.1:8765.")
    return f"{parts.scheme}://{parts.netloc}"


@click.command("demo-shop", cls=Command)
@click.option(
    "--sdk",
    metavar="DIR",
    help="Load the SDKs from this folder of npm packages. Without it the page says how to get them.",
)
@port_option(ports.SHOP, "Port of the page; 0 picks free ones, also for the listener and the collector.")
@click.option(
    "--listener",
    metavar="URL",
    callback=_local,
    help="Post events to a listener that runs already, like that of the workbench.",
)
@click.option(
    "--collector",
    metavar="URL",
    callback=_local,
    help="Use a local collector that runs already; its base URL ends in /v1.",
)
def demo_shop(sdk: str | None, port: int, listener: str | None, collector: str | None) -> None:
    """Show an experiment in a shop on this machine: assigned and exposed by AB Smartly's SDK, its goal sent through Segment's.

    Starts the page, a listener that stands for Segment and sends what it maps, and a collector with one experiment.
    """
    # Imported here: the web server takes half a second to load.
    from abtui.services.shop.running import Parts, run_shop
    from abtui.services.shop.sdks import find_sdks

    parts = Parts(port=port, sdks=None if sdk is None else find_sdks(sdk), listener=listener, collector=collector)
    run_shop(parts, announce=tell, told=narrate_finding)
