"""Running the demo shop: the page, and what it needs of a listener and a collector."""

from __future__ import annotations

import os
import shlex
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeVar

import msgspec

from abtui.core.config import Config
from abtui.core.corpus.mapper import Mapper
from abtui.core.delivery.options import Options
from abtui.core.delivery.progress import RequestSettled
from abtui.core.findings import Finding
from abtui.core.text.plain import single_line
from abtui.services.collector.experiments import ExperimentsOfFile
from abtui.services.collector.server import LocalCollector
from abtui.services.configs import open_config
from abtui.services.errors import ServiceError, ShopError
from abtui.services.folders import shop_folder
from abtui.services.listener.listener import Listener
from abtui.services.listener.sending import LiveSending
from abtui.services.loopback import ports
from abtui.services.loopback.server import ending_on, ending_signals
from abtui.services.shop.model import Shop
from abtui.services.shop.sdks import Sdks
from abtui.services.shop.server import ShopServer

COLLECTOR_VARIABLE: Final = "ABTUI_SHOP_COLLECTOR"
"""The shop's config reads the collector's address from it."""
_KEY_VARIABLE: Final = "ABSMARTLY_API_KEY"
_ANY_KEY: Final = "demo-shop"
"""A local collector takes any key."""
Part = TypeVar("Part")


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What the shop is made of. `listener` and `collector` are addresses of those that run already, else None."""

    port: int = ports.SHOP
    sdks: Sdks | None = None
    listener: str | None = None
    collector: str | None = None


def run_shop(
    parts: Parts,
    *,
    announce: Callable[[str], None],
    told: Callable[[str, Finding], None],
    stop: threading.Event | None = None,
) -> None:
    """Run the shop until Ctrl-C, a signal to end or `stop`, then end everything that it started. `told` is as for `ExperimentsOfFile`.

    Raises ServiceError if a part cannot start.
    """
    stop = stop or threading.Event()
    with ExitStack() as stack:
        stack.enter_context(ending_on(stop.set, *ending_signals()))
        page = _start(parts, stack, announce, told)
        announce("Ctrl-C ends it.")
        with suppress(KeyboardInterrupt):
            page.wait(stop)


def _start(
    parts: Parts, stack: ExitStack, announce: Callable[[str], None], told: Callable[[str, Finding], None]
) -> ShopServer:
    """Start what is not there yet, and say where everything is."""
    folder, free = shop_folder(), parts.port == 0
    experiments = ExperimentsOfFile(str(folder / "experiments.yaml"), told, announce)
    base = parts.collector and f"{parts.collector.removesuffix('/v1')}/v1"
    if base is None:
        collector = LocalCollector(port=0 if free else ports.COLLECTOR, experiments=experiments)
        base = _entered(stack, collector, "--collector").base_url
    config = _config(folder / "config.yaml", base)
    address = parts.listener
    if address is None:
        listener = _sending_listener(config, 0 if free else ports.LISTENER, announce)
        address = _entered(stack, listener, "--listener").address
    if not experiments():
        raise ShopError(
            f"There is no experiment in {folder / 'experiments.yaml'}.", "The shop shows the first one there."
        )
    target, experiment = config.default_target, experiments()[0]
    shop = Shop(
        listener=address,
        collector=base,
        environment=target.environment,
        application=target.application or "",
        experiment=experiment.described.name,
        unit=experiment.unit_type,
    )
    page = stack.enter_context(ShopServer(shop, parts.sdks, parts.port))
    announce(f"The shop is at {page.address}")
    announce(f"Its collector: {base}  (what it receives: {base.removesuffix('/v1')}/received)")
    if parts.collector:
        announce(
            f"That collector needs the shop's experiment: --experiments {shlex.quote(str(folder / 'experiments.yaml'))}"
        )
    announce(f"Its listener: {address}" + ("" if parts.listener else "  (what it maps is sent to the collector)"))
    _announce_workbench(parts, folder, base, announce)
    return page


def _entered(stack: ExitStack, part: AbstractContextManager[Part], option: str) -> Part:
    """A part, started. Raises ShopError if its port is in use."""
    try:
        return stack.enter_context(part)
    except ServiceError as error:
        hint = f"Does one of yours run there? Then give its address with {option}; --port 0 picks free ports."
        raise ShopError(error.message, hint) from error


@contextmanager
def _sending_listener(config: Config, port: int, announce: Callable[[str], None]) -> Iterator[Listener]:
    """A listener that sends what it maps to the collector. `announce` gets what the collector says to each event."""

    def sent(settled: RequestSettled) -> None:
        for entry in settled.entries:
            said = "" if settled.receipt is None else settled.receipt.collector_said
            announce(single_line(f"{entry.source}: {settled.results[0].state}. {said}"))

    with TemporaryDirectory() as folder:
        journal = Path(folder) / "journal.sqlite"
        sending = LiveSending(Mapper(config), config.default_target, Options(), journal, sent)

        def came() -> None:
            while arrivals := listener.take():
                sending.add(arrivals)

        listener = Listener(port, told=came)
        with listener:
            sending.start()
            try:
                yield listener
            finally:
                listener.stop()
                sending.end()


def _announce_workbench(parts: Parts, folder: Path, base: str, announce: Callable[[str], None]) -> None:
    """Say how the workbench gets the events."""
    usual = base == f"http://127.0.0.1:{ports.COLLECTOR}/v1"
    variables = f"{_KEY_VARIABLE}={_ANY_KEY} {'' if usual else f'{COLLECTOR_VARIABLE}={base} '}"
    workbench = f"{variables}abtui {shlex.quote(str(folder / 'config.yaml'))} --listen"
    if parts.listener is None:
        announce("To see each click in the workbench, let it be the listener. Start it first, then the shop:")
        announce(f"  {workbench}")
        # The folder with the scripts, four folders above AB Smartly's.
        sdk = "" if parts.sdks is None else f"--sdk {shlex.quote(str(parts.sdks.absmartly.parents[3]))} "
        announce(f"  abtui demo-shop {sdk}--listener http://127.0.0.1:{ports.LISTENER}")
    else:
        announce(f"The workbench beside it, from which you send: {workbench}")


def _config(path: Path, collector: str) -> Config:
    reading = open_config(str(path), {_KEY_VARIABLE: _ANY_KEY, **os.environ, COLLECTOR_VARIABLE: collector}).reading
    if reading.config is None:
        raise ShopError(
            f"The shop's config cannot be used: {reading.mistakes[0].message}", "See `abtui check` for all."
        )
    return reading.config
