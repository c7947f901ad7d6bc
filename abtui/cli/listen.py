"""`abtui listen`: events from running apps, as their SDKs post them, and at once what becomes of each."""

from __future__ import annotations

import os
import select
import shutil
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from abtui.cli.inputs import OUTSIDE_OPTION, load_config
from abtui.cli.narrate import Command, narrate, narrate_finding, tell
from abtui.cli.origins import allow_origin
from abtui.cli.output import Closed, Output, discard, output_file, standard_output
from abtui.cli.send import NotSent, ask, can_ask
from abtui.cli.send_arguments import CA_BUNDLE_OPTION, PROXY_OPTION, target_of
from abtui.core.checks import not_event_finding
from abtui.core.config import Config
from abtui.core.corpus.mapper import Mapper
from abtui.core.delivery.options import Options, Route
from abtui.core.delivery.plan import Flags, consent
from abtui.core.delivery.progress import RequestSettled
from abtui.core.delivery.runs import counts_words
from abtui.core.events import Event, Unreadable
from abtui.core.fate import corpus_sentence
from abtui.core.live.sdks import snippets
from abtui.core.outcomes import Fate
from abtui.core.report.outcome import outcome_json, table_header, table_row
from abtui.core.segment import is_event
from abtui.core.text.ascii import needs_ascii
from abtui.core.text.javascript import stringify
from abtui.core.text.plain import file_name, one_line, plural
from abtui.services.errors import FileError
from abtui.services.files import is_input

if TYPE_CHECKING:
    from abtui.services.listener.backlog import Arrival
    from abtui.services.listener.event_log import EventLog
    from abtui.services.listener.listener import Listener
    from abtui.services.listener.sending import LiveSending

_TURN_SECONDS: Final = 0.2
_LAST_SECONDS: Final = 5
"""How long the last lines have to be read."""
_MOST_TOLD: Final = 100
"""The number of refused requests, of pieces that are no events, and of unsuccessful receipts that are told one by one."""
_TABLE_WIDTH: Final = 200
_SOME_KEY: Final = "WRITE_KEY"


@click.command(cls=Command)
@click.argument("config_path", metavar="CONFIG")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="Port on 127.0.0.1; 0 picks a free one.",
)
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
    """  # fmt: skip
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
    if save is not None and is_input(save, config_path):
        raise click.UsageError(f"--save {file_name(save)} would change what is read from {file_name(config_path)}.")
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
        if receipt is None or receipt.ok or self._told >= _MOST_TOLD:
            return
        self._told += 1
        entry = settled.entries[0]
        tell(f"{one_line(entry.source, 60)}: {settled.results[0].state}: {one_line(receipt.collector_said, 300)}")


class ListenCommand:
    """One call of `listen`: takes what arrives, and writes, saves and sends it, until it is told to end."""

    def __init__(
        self,
        config: Config,
        listener: Listener,
        form: str,
        *,
        explain: bool,
        log: EventLog | None,
        sending: LiveSending | None,
    ) -> None:
        self._mapper = Mapper(config)
        self._listener, self._log, self._sending = listener, log, sending
        self._form, self._explain = form, explain
        self._stop = threading.Event()
        self._fates: Counter[Fate] = Counter()
        self._unreadable = self._not_events = self._told = self._failed = 0
        self._sending_over = False
        self._refused: Counter[str] = Counter()
        self._clients: set[str] = set()
        self._width = shutil.get_terminal_size((_TABLE_WIDTH, 0)).columns
        self._ascii = needs_ascii(os.environ)

    def run(self) -> int:
        """Listen until Ctrl-C, SIGTERM or the end of standard output; the exit code is 0 unless an event could not be saved or sent."""
        from abtui.services.loopback.server import ending_on

        patience = (signal.SIGALRM,) if hasattr(signal, "SIGALRM") else ()
        with ending_on(self._end, signal.SIGINT, signal.SIGTERM), ending_on(_give_up, *patience):
            self._listener.start()
            if self._sending is not None:
                self._sending.start()
            self._announce()
            try:
                with Output(standard_output()) as output:
                    self._write(output)
            except Closed:
                pass
            finally:
                if patience:
                    signal.alarm(0)
                self._listener.stop()
                if self._sending is not None:
                    self._sending.end()
        self._summary()
        return 1 if self._failed else 0

    def _end(self) -> None:
        self._stop.set()
        self._listener.wake()
        if hasattr(signal, "alarm"):
            signal.alarm(_LAST_SECONDS)

    def _announce(self) -> None:
        tell(f"Listening at {self._listener.address}. Ctrl-C ends it.")
        tell("Point an SDK at it; any write key will do, unless --forward needs yours:")
        for snippet in snippets(self._listener.port, _SOME_KEY):
            tell(f"  {snippet.sdk}:")
            for line in snippet.text.splitlines():
                tell(f"      {line}")

    def _write(self, output: Output) -> None:
        """Write the outcome of each event as it comes."""
        if self._form == "table":
            output.line(table_header(self._width).encode())
            output.flush()
        while self._listener.running and not self._stop.is_set():
            arrivals = self._listener.take(_TURN_SECONDS)
            self._turn(output, arrivals)
            if not arrivals and _reader_is_gone():
                raise Closed
        # What was answered already is not lost.
        self._listener.stop()
        while arrivals := self._listener.take():
            self._turn(output, arrivals)

    def _turn(self, output: Output, arrivals: list[Arrival]) -> None:
        self._keep(arrivals)
        output.lines(self._lines(arrivals))
        output.flush()
        self._tell_news(arrivals)

    def _keep(self, arrivals: list[Arrival]) -> None:
        """Save and send."""
        try:
            if self._log is not None:
                events = (arrival.item for arrival in arrivals)
                self._log.append(stringify(item.value) for item in events if isinstance(item, Event))
            if self._sending is not None:
                self._sending.add(arrivals)
        except FileError as error:
            self._failed += 1
            if self._failed <= _MOST_TOLD:
                narrate(error.message, error.hint, severity="error")

    def _lines(self, arrivals: list[Arrival]) -> Iterator[bytes]:
        for arrival in arrivals:
            item = arrival.item
            if isinstance(item, Unreadable):
                self._unreadable += 1
                continue
            outcome = self._mapper.outcome(item, explain=self._explain)
            if is_event(item.value):
                self._fates[outcome.fate] += 1
            else:
                self._not_events += 1
            if self._form == "table":
                yield table_row(outcome, self._width, ascii_marks=self._ascii).encode()
            else:
                yield outcome_json(outcome, explain=self._explain)

    def _tell_news(self, arrivals: list[Arrival]) -> None:
        """Report who connected for the first time, what was refused and why, and that sending has ended."""
        for arrival in arrivals:
            # What could not be read comes with a refusal, which says why.
            if not isinstance(arrival.item, Event):
                continue
            if arrival.sdk not in self._clients and len(self._clients) < _MOST_TOLD:
                self._clients.add(arrival.sdk)
                narrate(f"{arrival.sdk} is posting.")
            wrong = not_event_finding(arrival.item.value)
            if wrong is not None and self._told < _MOST_TOLD:
                self._told += 1
                narrate_finding(arrival.item.source, wrong)
        for refused in self._listener.counts.refused:
            new = refused.requests - self._refused[refused.code]
            self._refused[refused.code] = refused.requests
            if new and self._told < _MOST_TOLD:
                self._told += 1
                by = f" from {refused.sdk}" if refused.sdk else ""
                narrate(f"{plural(new, 'request')}{by} refused ({refused.code}): {refused.said}", severity="warning")
        if self._sending is not None and self._sending.problem and not self._sending_over:
            self._sending_over = True
            self._failed += 1
            narrate(f"Nothing more is sent. {self._sending.problem}", severity="error")

    def _summary(self) -> None:
        counts = self._listener.counts
        words = [corpus_sentence(self._fates, self._unreadable, self._not_events)]
        if counts.retries:
            words.append(f"{plural(counts.retries, 'event')} came again and {_was(counts.retries)} not counted twice.")
        if counts.refusals:
            words.append(f"{plural(counts.refusals, 'request')} {_was(counts.refusals)} refused.")
        if counts.forwarded or counts.not_forwarded:
            words.append(f"{plural(counts.forwarded, 'request')} passed on, {counts.not_forwarded:,} not.")
        progress = None if self._sending is None else self._sending.progress
        if progress is not None:
            sent = counts_words(progress.accepted, progress.refused, progress.unknown, progress.waiting)
            words.append(f"Sent: {sent} (run {progress.run}, see `abtui history`).")
        tell(f"Ended: {' '.join(words)}")


def _give_up() -> None:
    """End although standard output takes nothing more: nobody reads it, and still it is open."""
    discard(sys.stdout)
    raise Closed


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def _reader_is_gone() -> bool:
    """Whether whoever read standard output has closed it, so that the next line could not be written."""
    if sys.stdout is None or not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _fd, event in poll.poll(0))
