"""`abtui` and `python -m abtui`. It loads no library before one is needed."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from abtui import __version__, garbage
from abtui.tui.skeleton import SKELETON, opens_workbench

_LEAVING_SECONDS = 1
"""How long the terminal has to take what gives it back."""


def open_workbench(
    config: str | None,
    events: Sequence[str],
    *,
    tour: bool = False,
    outside: bool = False,
    ascii: bool = False,
    port: int | None = None,
) -> int:
    """Open the workbench, and only now load the libraries of the screen. Returns exit code 2 if there is no terminal."""
    # With a driver of its own, such as the browser's, the workbench needs no terminal.
    if "TEXTUAL_DRIVER" not in os.environ and not on_terminals():
        from abtui.cli.narrate import tell

        tell(
            "abtui: The workbench needs a terminal for its screen and its keys. Without one, use abtui check or abtui map."
        )
        return 2
    garbage.start()
    begun = None
    if SKELETON.painted:
        from abtui.tui.first_answer import begin_on

        begun = begin_on(SKELETON, config, events)
    from abtui.tui.app import run

    if signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return run(config, events, begun=begun, tour=tour, outside=outside, ascii=ascii, port=port)


def _leave_on_signals() -> None:
    """End the program at Ctrl-C, SIGTERM and SIGHUP while the libraries are loaded, when there is nothing to save but the terminal.

    A KeyboardInterrupt inside a C library leaves it half loaded, and the next use of it crashes (seen with msgspec).
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)


def _leave(number: int, _frame: object) -> None:
    # A terminal that takes nothing more does not hold up the end: an alarm that nobody handles ends the process.
    signal.alarm(_LEAVING_SECONDS)
    SKELETON.clear()
    os._exit(128 + number)


def on_terminals() -> bool:
    """Whether all three standard streams are terminals."""
    return all(stream is not None and stream.isatty() for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__))


def main() -> None:
    """Run the command line, and exit with its code."""
    if sys.argv[1:] == ["--version"]:
        print(f"abtui {__version__}")
        return
    try:
        opens = opens_workbench(sys.argv[1:])
        # A Windows console has no frame to clear, and knows other signals.
        if opens and os.name == "posix":
            _leave_on_signals()
        SKELETON.paint(sys.argv[1:], os.environ)
        if opens:
            # The command line's library is not needed here, unless it has to report a mistake.
            from abtui.services.errors import FileError
            from abtui.services.file_kinds import split_paths

            try:
                config, events = split_paths(sys.argv[1:])
            except FileError:
                SKELETON.clear()
                signal.signal(signal.SIGINT, signal.default_int_handler)
            else:
                raise SystemExit(open_workbench(config, events))
        garbage.start()
        from abtui.cli.commands import run

        # Events are thousands of objects that are freed without a collection.
        garbage.settle()
        raise SystemExit(run(open_workbench))
    except KeyboardInterrupt:
        # Pressed while the libraries were loaded; later the command handles it.
        raise SystemExit(130) from None
    finally:
        SKELETON.clear()


if __name__ == "__main__":
    main()
