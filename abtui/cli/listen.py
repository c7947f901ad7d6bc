"""`abtui listen`: events from running apps, as their SDKs post them, and at once what becomes of each."""

from __future__ import annotations

from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from abtui.cli.inputs import OUTSIDE_OPTION, load_config
from abtui.cli.listening import MOST_TOLD, ListenCommand
from abtui.cli.loopback import allow_origin, port_option
from abtui.cli.narrate import Command, narrate, tell
from abtui.cli.output import output_file
from abtui.cli.send import NotSent, ask, can_ask
from abtui.cli.send_arguments import CA_BUNDLE_OPTION, PROXY_OPTION, target_of
from abtui.core.config import Config
from abtui.core.corpus.mapper import Mapper
from abtui.core.delivery.options import Options, Route
from abtui.core.delivery.plan import Flags, consent
from abtui.core.delivery.progress import RequestSettled
from abtui.core.text.plain import file_name, one_line
from abtui.services.files import STDIN, is_input
from abtui.services.loopback import ports

if TYPE_CHECKING:
    from abtui.services.listener.sending import LiveSending


@click.command(cls=Command)
@click.argument("config_path", metavar="CONFIG")
@port_option(ports.LISTENER)
@click.option(
    "--format",
    "form",
    type=click.Choice(("jsonl", "table")),
    default="jsonl",
    show_default=True,
    help="jsonl: one outcome per line; table: for reading.",
)
@click.option("--explain", is_flag=True, help="Add the steps of each outcome (jsonl).")
@click.option(
    "--save",
    metavar="FILE",
    callback=output_file,
    help="Also append the events to this file. At 64 MB it becomes FILE.1, and so on.",
)
@click.option(
    "--forward",
    metavar="URL",
    help="Pass each request on, unchanged, such as to https://api.segment.io, and its answer back.",
)
@click.option(
    "--send", "target", metavar="TARGET", help="Send what is mapped to this target of the config, as `abtui send` does."
)
@click.option("--yes", is_flag=True, help="With --send: any number of requests.")
@click.option(
    "--yes-production",
    metavar="ENVIRONMENT",
    help="With --send: to a target that looks like production; give the name of its environment.",
)
@click.option(
    "--journal",
    metavar="FILE",
    help="With --send: where requests and receipts are recorded. Default: the journal of all runs.",
)
@allow_origin
@click.option(
    "--sdk",
    metavar="DIR",
    type=click.Path(exists=True),
    help="Serve the SDK for browsers in this folder, such as node_modules, to pages with Segment's snippet.",
)
@PROXY_OPTION
@CA_BUNDLE_OPTION
@OUTSIDE_OPTION
def listen(config_path: str, port: int, form: str, explain: bool, target: str | None, **given: Any) -> int:
    """Listen to running apps: show what becomes of each event as an SDK posts it.

    Point an unmodified SDK of Segment at the address that this prints, with the lines it prints. Nothing goes anywhere else,
    unless you say --forward or --send. Ctrl-C ends it.
    """
    # Imported here: the web server takes half a second to load.
    from abtui.services.listener.event_log import EventLog
    from abtui.services.listener.forward import Forward
    from abtui.services.listener.listener import Listener
    from abtui.services.listener.sdk_file import find_sdk
    from abtui.services.transport import check_route

    if explain and form != "jsonl":
        raise click.UsageError("--explain works with jsonl; a row of the table has no place for steps.")
    if target is None and (given["yes"] or given["yes_production"] is not None or given["journal"] is not None):
        raise click.UsageError("--yes, --yes-production and --journal go with --send.")
    save = given["save"]
    if save is not None:
        _check_save(save, config_path, given["journal"])
    route = Route(given["proxy"], given["ca_bundle"])
    check_route(route)
    forward = None if given["forward"] is None else Forward(given["forward"], route)
    sdk = None if given["sdk"] is None else find_sdk(Path(given["sdk"]))
    config = load_config(config_path, uses_key=target is not None)
    sending = None if target is None else _sending(config, target, route, given)
    if sending is not None and forward is not None:
        twice = "What is passed on may come to the same collector by way of Segment, and count twice."
        narrate(twice, "Send to a target of its own.", severity="warning")
    listener = Listener(port, origins=given["origins"], forward=forward, sdk=sdk, secrets=config.secrets)
    log = None if save is None else EventLog(save)
    with closing(log) if log is not None else nullcontext():
        return ListenCommand(config, listener, form, explain=explain, log=log, sending=sending).run()


def _check_save(save: str, config_path: str, journal: str | None) -> None:
    """Raises UsageError if the events cannot go into this file."""
    if save == STDIN:
        raise click.UsageError("--save needs the name of a file: standard output has the outcomes.")
    if is_input(save, config_path):
        raise click.UsageError(f"--save {file_name(save)} would change what is read from {file_name(config_path)}.")
    if journal is not None and Path(save).resolve() == Path(journal).resolve():
        raise click.UsageError("--save and --journal name the same file.")


def _sending(config: Config, name: str, route: Route, given: dict[str, Any]) -> LiveSending:
    """The sending to a target, with the consent that `send` wants. Raises NotSent without it."""
    from abtui.services.listener.sending import LiveSending

    journal = None if given["journal"] is None else Path(given["journal"])
    sending = LiveSending(Mapper(config), target_of(config, name), Options(route=route), journal, _Receipts().tell)
    plan = sending.plan
    flags = Flags(yes=given["yes"], yes_production=given["yes_production"], terminal=can_ask())
    allowed = consent(plan, flags)
    if allowed.refused:
        raise NotSent(allowed.refused)
    narrate(f"What arrives is sent to PUT {plan.address} (environment {plan.environment}, key {plan.key}).")
    if not all(ask(question, plan) for question in allowed.ask):
        raise NotSent("Not confirmed, so nothing was sent.")
    return sending


class _Receipts:
    """Reports what was not accepted, up to a number."""

    def __init__(self) -> None:
        self._told = 0

    def tell(self, settled: RequestSettled) -> None:
        """Report a request that was not accepted. It is called in the thread that sends."""
        receipt = settled.receipt
        if receipt is None or receipt.ok or self._told >= MOST_TOLD:
            return
        self._told += 1
        entry = settled.entries[0]
        tell(f"{one_line(entry.source, 60)}: {settled.results[0].state}: {one_line(receipt.collector_said, 300)}")
