"""`abtui collector`: AB Smartly's collector on this machine, for demos and tests."""

from __future__ import annotations

import click

from abtui.cli.narrate import tell
from abtui.services.errors import ServiceError


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8200,
    show_default=True,
    help="Port on 127.0.0.1; 0 takes a free one.",
)
@click.option(
    "--state",
    default=":memory:",
    show_default=True,
    metavar="DIR",
    help="Folder to keep what was received in, or :memory:.",
)
@click.option(
    "--fault",
    default="none",
    show_default=True,
    help="Answer every request with 401, 429, 500, html, slow:SECONDS, drop or lost.",
)
@click.option("--key", envvar="ABTUI_COLLECTOR_KEY", help="Accept only this API key. Default: any.")
def collector(port: int, state: str, fault: str, key: str | None) -> None:
    """Run a local collector that speaks the collector's API and keeps what it receives.

    Point `collectorEndpoint` at the address it prints. What it received is at /received.
    """
    # The web server takes half a second to load, which other commands need not wait for.
    from abtui.services.collector.faults import parse_fault
    from abtui.services.collector.server import run_forever
    from abtui.services.collector.state import CollectorState

    try:
        run_forever(port, CollectorState(state), parse_fault(fault), key=key, announce=tell)
    except ServiceError as error:
        raise click.UsageError(f"{error.message} {error.hint}".rstrip()) from error
