"""The figures without a screen: events a second, peak memory, and the time of `--version`."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

from tests.benchmarks.figures import Figure, in_turns, paired
from tests.benchmarks.workspace import Workspace, check, one_core, python, seconds

CORPUS = 100_000
MAPPINGS = 20
LOADS = """
import orjson, sys
loads = orjson.loads
with open(sys.argv[1], "rb") as lines:
    for line in lines:
        loads(line)
"""
# A process starts with the peak of the one that started it; this launcher has next to nothing.
_LAUNCHER = """
import os, sys
quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, usage = os.wait4(pid, 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def map_speed(space: Workspace) -> list[Figure]:
    """Events a second of `map` on one core, as whole processes and without their start, against reading the lines and orjson.loads of each.

    Bodies are also held against the published function, where its command was given.
    """
    corpus, single = str(space.corpus(CORPUS)), str(space.corpus(1))

    def commands(path: str) -> tuple[tuple[str, ...], ...]:
        mapping = (*space.abtui, "map", str(space.config()), path, "--format")
        node = ((*space.node, path),) if space.node else ()
        return python("-c", LOADS, path), (*mapping, "jsonl"), (*mapping, "body"), *node

    with one_core():
        starts = in_turns(space.rounds(9), *(partial(seconds, space, command) for command in commands(single)))
        totals = in_turns(
            space.rounds(5), *(partial(seconds, space, command) for command in commands(corpus)), warm=False
        )
    rates = [[CORPUS / taken for taken in values] for values in totals]
    net = [
        [CORPUS / max(taken - sorted(start)[len(start) // 2], 1e-9) for taken in values]
        for values, start in zip(totals, starts, strict=True)
    ]
    figures = []
    for label, index, floor in (("with findings", 1, None), ("bodies only", 2, 0.45)):
        figures.append(
            paired("map", f"map, {label}", "events/s", rates[index], "orjson.loads", rates[0], at_least=floor)
        )
        figures.append(paired("map", f"map, {label}, without start", "events/s", net[index], "orjson.loads", net[0]))
    for theirs, ours in zip(net[3:], net[2:], strict=False):
        figures.append(
            paired(
                "map", "map, bodies only, beside Node", "events/s", ours, "the function on Node", theirs, at_least=4.0
            )
        )
    return figures + _map_actions(space)


def jobs(space: Workspace) -> list[Figure]:
    """The time of `check` by two processes, against that by one. It says nothing where there is one processor."""
    command = (
        *space.abtui,
        "check",
        str(space.config()),
        str(space.corpus(2_000 if space.brief else 4 * CORPUS)),
        "--fail-on",
        "never",
        "--jobs",
    )
    by_one, by_two = in_turns(
        space.rounds(5), *(partial(seconds, space, (*command, number)) for number in ("1", "2")), warm=False
    )
    return [paired("jobs", "check by two processes", "s", by_two, "by one", by_one, at_most=0.56)]


def _map_actions(space: Workspace) -> list[Figure]:
    """Bodies of Actions on one core, against those of classic: with its presets, and with a mapping for each name of a call."""
    configs = (space.config(), space.actions_config(), space.actions_config(MAPPINGS))
    commands = [(*space.abtui, "map", str(path), str(space.corpus(CORPUS)), "--format", "body") for path in configs]
    with one_core():
        totals = in_turns(space.rounds(5), *(partial(seconds, space, command) for command in commands), warm=False)
    classic, *actions = ([CORPUS / taken for taken in values] for values in totals)
    return [
        paired("map", f"map of Actions, {name}, bodies only", "events/s", rates, "classic", classic, at_least=floor)
        for name, rates, floor in zip(("presets", f"{MAPPINGS} mappings"), actions, (0.5, None), strict=True)
    ]


def memory(space: Workspace) -> list[Figure]:
    """Peak memory of `map` over many events, against that over few."""
    few, many = 10_000, 200_000 if space.quick else 1_000_000
    low, high = (peak(space, _mapping(space, count)) for count in (few, many))
    space.corpus(many).unlink()
    return [
        Figure("memory", f"peak of map, {few:,} events", low, "MB"),
        paired(
            "memory", f"peak of map, {many:,} events", "MB", [high], f"the same, {few:,} events", [low], at_most=1.1
        ),
    ]


def _mapping(space: Workspace, count: int) -> tuple[str, ...]:
    return (*space.abtui, "map", str(space.config()), str(space.corpus(count)), "--format", "jsonl", "--jobs", "1")


def peak(space: Workspace, command: tuple[str, ...]) -> float:
    """Peak resident memory in MB of a command. Raises BenchError where it fails."""
    done = subprocess.run(
        python("-I", "-S", "-c", _LAUNCHER, *command),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=space.environment(),
        cwd=space.folder,
        check=False,
    )
    check(command, done.returncode, done.stderr)
    return int(done.stdout) / (1024 * 1024 if sys.platform == "darwin" else 1024)


def version(space: Workspace) -> list[Figure]:
    """`--version`, against an interpreter that does nothing."""
    ours, bare = in_turns(
        space.rounds(15),
        partial(seconds, space, (*space.abtui, "--version")),
        partial(seconds, space, python("-c", "pass")),
    )
    return [
        paired(
            "version",
            "--version",
            "ms",
            [value * 1000 for value in ours],
            "python -c pass",
            [value * 1000 for value in bare],
            at_most=4,
        )
    ]
