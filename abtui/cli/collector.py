"""`abtui collector`: AB Smartly's collector on this machine, for demos and tests."""

from __future__ import annotations

import click

from abtui.cli.loopback import allow_origin, port_option, refusals
from abtui.cli.narrate import Command, narrate_finding, tell
from abtui.services.loopback import ports


@click.command(cls=Command)
@port_option(ports.COLLECTOR)
@click.option(
    "--state", default=":memory:", show_default=True, metavar="DIR", help="Keep what it receives in this folder."
)
@click.option(
    "--fault",
    default="none",
    show_default=True,
    help="Answer every request with 401, 429, 500, html, slow:SECONDS, drop or lost.",
)
@click.option("--key", envvar="ABTUI_COLLECTOR_KEY", help="Accept only this API key. Default: any key.")
@click.option(
    "--experiments",
    metavar="FILE",
    help="Run the experiments of this YAML file for AB Smartly's SDKs. A change of the file counts at once.",
)
@allow_origin
def collector(
    port: int, state: str, fault: str, key: str | None, experiments: str | None, origins: frozenset[str]
) -> None:
    """Run a local collector that answers like AB Smartly's and keeps what it receives.

    Set `collectorEndpoint`, or an SDK's `endpoint`, to the address it prints. What it has received is at /received.
    """
    # Imported here: the web server takes half a second to load.
    from abtui.services.collector.experiments import ExperimentsOfFile, no_experiments
    from abtui.services.collector.faults import parse_fault
    from abtui.services.collector.server import LocalCollector, run_forever
    from abtui.services.collector.state import CollectorState

    running = LocalCollector(
        CollectorState(state),
        port=port,
        fault=parse_fault(fault),
        key=key,
        experiments=no_experiments if experiments is None else ExperimentsOfFile(experiments, narrate_finding, tell),
        origins=origins,
        refused=refusals(),
    )
    run_forever(running, announce=tell)
