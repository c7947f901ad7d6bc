"""How fast, how large and how responsive abtui is: medians, each beside a yardstick measured in the same run.

    python tests/bench.py                        # everything; some minutes
    python tests/bench.py map startup --quick    # two parts, fewer rounds
    python tests/bench.py keys --json            # for a program to read

The parts: map (events a second), jobs (two processes), memory (peak), proofs (check, diff and test), experiments (events a second, memory), bounds (peak memory and time over inputs without an end), send (requests and events a second, memory), listen (events a second over HTTP, memory, from a post to its line), startup (first content, and when a key is answered), keys (key to all that follows), list (files of
10,000 to 1,000,000 events: reading, memory, blocked frames), version (`--version`). Absolute values drift from run to run and machine to machine; the ratios hold. Nothing is asserted:
the table says where each figure stands against its floor. Linux and macOS; needs the package's dependencies and nothing else.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

# As a script this file sees its own folder only; its parts are in the package around it.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.benchmarks import bounds, experiments, headless, listening, lists, proofs, screens, sending
from tests.benchmarks.figures import BenchError, Failed, Figure, table
from tests.benchmarks.workspace import Workspace, python

PARTS: dict[str, Callable[[Workspace], list[Figure]]] = {
    "map": headless.map_speed,
    "jobs": headless.jobs,
    "memory": headless.memory,
    "proofs": proofs.proofs,
    "experiments": experiments.experiments,
    "bounds": bounds.bounds,
    "send": sending.sending,
    "listen": listening.listening,
    "startup": screens.startup,
    "keys": screens.keys,
    "list": lists.event_list,
    "version": headless.version,
}


def arguments(values: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line, parsed. `parts` is never empty."""
    parser = argparse.ArgumentParser(prog="bench.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"any of: {', '.join(PARTS)}; all of them if none is named"
    )
    parser.add_argument(
        "--quick", action="store_true", help="fewer rounds, and 200,000 events instead of 1,000,000 for memory"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per figure instead of the table")
    parser.add_argument(
        "--abtui", metavar="COMMAND", help="the command to measure (default: `python -m abtui` with this interpreter)"
    )
    parser.add_argument(
        "--toolong",
        metavar="COMMAND",
        default="",
        help="the command of toolong, to measure it on the same files (part list)",
    )
    parser.add_argument(
        "--node",
        metavar="COMMAND",
        default="",
        help="a command that runs the published function: it gets a file of JSON Lines and writes the bodies (part map)",
    )
    parsed = parser.parse_args(values)
    unknown = [part for part in parsed.parts if part not in PARTS]
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)} (there are {', '.join(PARTS)})")
    parsed.parts = parsed.parts or list(PARTS)
    return parsed


def main() -> None:
    """Measure the parts that were asked for and print what came of them."""
    wanted = arguments()
    command = tuple(shlex.split(wanted.abtui)) if wanted.abtui else python("-m", "abtui")
    results: list[Figure | Failed] = []
    with tempfile.TemporaryDirectory(prefix="abtui-bench-") as folder:
        space = Workspace(
            Path(folder), command, wanted.quick, tuple(shlex.split(wanted.toolong)), tuple(shlex.split(wanted.node))
        )
        for part in wanted.parts:
            print(f"measuring {part} ...", file=sys.stderr, flush=True)
            try:
                results += PARTS[part](space)
            except BenchError as error:
                print(error, file=sys.stderr)
                results.append(Failed(part, str(error)))
    if wanted.json:
        print("\n".join(json.dumps(item._asdict()) for item in results))
    else:
        print(table(results))


if __name__ == "__main__":
    main()
