"""`abtui` and `python -m abtui`. What needs no library is answered before one is loaded."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from abtui import __version__
from abtui.tui.skeleton import SKELETON


def open_workbench(config: str | None, events: Sequence[str]) -> int:
    """Open the workbench; the libraries of the screen are loaded only here."""
    from abtui.tui.app import run

    return run(config, events)


def main() -> None:
    """Run the command line; exits with its code."""
    if sys.argv[1:] == ["--version"]:
        print(f"abtui {__version__}")
        return
    try:
        SKELETON.paint(sys.argv[1:], os.environ)
        if len(sys.argv) == 1:
            raise SystemExit(open_workbench(None, ()))
        from abtui.cli.commands import run

        raise SystemExit(run(open_workbench))
    except KeyboardInterrupt:
        # While the libraries are loaded; later it is the command that answers.
        raise SystemExit(130) from None
    finally:
        SKELETON.clear()


if __name__ == "__main__":
    main()
