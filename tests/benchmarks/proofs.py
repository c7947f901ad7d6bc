"""The figures of `check`, `diff` and `test`: events a second beside orjson.loads of the same lines, and peak memory."""

from __future__ import annotations

from functools import partial

from tests.benchmarks.figures import Figure, in_turns, paired
from tests.benchmarks.headless import CORPUS, LOADS, peak
from tests.benchmarks.workspace import Workspace, one_core, python, seconds

_FEW = 10_000


def proofs(space: Workspace) -> list[Figure]:
    """Speed and peak memory of the three commands that prove a mapping. `test` runs the cases it recorded from the same events."""
    corpus = str(space.corpus(CORPUS))
    commands = _commands(space, corpus)
    with one_core():
        loads, *timed = in_turns(
            space.rounds(5),
            partial(seconds, space, python("-c", LOADS, corpus)),
            *(partial(seconds, space, command) for command in commands.values()),
            warm=False,
        )
    rate = [CORPUS / taken for taken in loads]
    figures = [
        paired("proofs", name, "events/s", [CORPUS / taken for taken in values], "orjson.loads", rate)
        for name, values in zip(commands, timed, strict=True)
    ]
    few, many = _commands(space, str(space.corpus(_FEW))), commands
    for name in commands:
        low, high = peak(space, few[name]), peak(space, many[name])
        figures.append(
            paired(
                "proofs", f"peak of {name}, {CORPUS:,} events", "MB", [high], f"the same, {_FEW:,}", [low], at_most=1.1
            )
        )
    return figures


def _commands(space: Workspace, corpus: str) -> dict[str, tuple[str, ...]]:
    """The commands by name. The changed config renames a goal, turns a unit mapping round and page tracking off."""
    config = str(space.config())
    return {
        "check": (*space.abtui, "check", config, corpus, "--jobs", "1"),
        "diff": (*space.abtui, "diff", config, str(space.changed_config()), corpus, "--jobs", "1"),
        "test --record": (*space.abtui, "test", config, "--record", corpus, "--jobs", "1"),
    }
