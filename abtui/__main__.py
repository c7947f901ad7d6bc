"""`abtui` and `python -m abtui`. What needs no library is answered before one is loaded."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from abtui import __version__, garbage
from abtui.tui.skeleton import SKELETON, opens_workbench


def open_workbench(config: str | None, events: Sequence[str], *, tour: bool = False) -> int:
    """Open the workbench; the libraries of the screen are loaded only here."""
    garbage.start()
    from abtui.tui.app import run

    return run(config, events, tour=tour)


def main() -> None:
    """Run the command line; exits with its code."""
    if sys.argv[1:] == ["--version"]:
        print(f"abtui {__version__}")
        return
    try:
        SKELETON.paint(sys.argv[1:], os.environ)
        if opens_workbench(sys.argv[1:]):
            # Nothing else is meant, so the command line's library is not needed.
            from abtui.services.files import split_paths

            raise SystemExit(open_workbench(*split_paths(sys.argv[1:])))
        from abtui.cli.commands import run

        raise SystemExit(run(open_workbench))
    except KeyboardInterrupt:
        # While the libraries are loaded; later it is the command that answers.
        raise SystemExit(130) from None
    finally:
        SKELETON.clear()


if __name__ == "__main__":
    main()
