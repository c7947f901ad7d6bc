"""What a send is made of: from the command line, or from the run it takes up again."""

from __future__ import annotations

import os
from typing import NamedTuple

import click
import msgspec

from abtui.core.config import Config, Target
from abtui.core.delivery.plan import BATCH_LIMIT
from abtui.core.delivery.run_options import Recipe
from abtui.core.delivery.runs import Run
from abtui.core.text.plain import file_name, one_line
from abtui.core.text.secret import MASK, without_user
from abtui.services.delivery import default_concurrency
from abtui.services.files import STDIN
from abtui.services.git import git_place
from abtui.services.history import History


class SendArguments(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line says; None where it says nothing."""

    config: str | None
    paths: tuple[str, ...]
    target: str | None
    batch: int | None
    concurrency: int | None
    rate: float | None
    tries: int | None
    timeout: float | None
    shift: bool
    proxy: str | None
    ca_bundle: str | None
    now: str


class Before(NamedTuple):
    """A run to take up again, and what it is made of."""

    run: Run
    recipe: Recipe


def first_recipe(making: SendArguments) -> Recipe:
    """The recipe of a new run. Its `shift` is open until the events were read."""
    if making.config is None or not making.paths:
        raise click.UsageError("CONFIG and EVENTS are needed, or --resume.")
    if making.config == STDIN in making.paths:
        raise click.UsageError("Standard input cannot be both the config and events.")
    mode = "single" if making.batch is None else "batch"
    return Recipe(
        config=_absolute(making.config),
        events=tuple(map(_absolute, making.paths)),
        target=making.target or "",
        mode="single" if making.batch is None else "batch",
        batch=making.batch or BATCH_LIMIT,
        concurrency=making.concurrency or default_concurrency("single" if mode == "single" else "batch"),
        rate=making.rate,
        tries=making.tries or 5,
        timeout=making.timeout or 5.0,
        shift=0 if making.shift else None,
        proxy=making.proxy,
        ca_bundle=None if making.ca_bundle is None else os.path.abspath(making.ca_bundle),
        now=making.now,
    )


def resumed(history: History, making: SendArguments, number: int | None) -> Before:
    """The run to take up again, `number` or the last one that did not come to its end. What is said anew takes the place of what was."""
    if making.target is not None or making.batch is not None or making.shift:
        raise click.UsageError("With --resume, target, batches and dates are those of the run: leave out --target, --batch and --shift.")  # fmt: skip
    run = history.unfinished() if number is None else history.run(number)
    if run is None:
        which = "There is no run that did not come to its end" if number is None else f"There is no run {number}"
        raise click.UsageError(f"{which} in the journal {file_name(str(history.path))}. `abtui history` lists them.")
    recipe = history.recipe(run.id)
    if recipe is None:
        raise click.UsageError(
            f"Run {run.id} cannot be taken up again: it was not sent by `abtui send`, so its events are not known here."
        )
    if run.running:
        raise click.UsageError(f"Run {run.id} is under way in another process.")
    events = tuple(map(_absolute, making.paths)) or recipe.events
    if STDIN in recipe.events and not making.paths:
        raise click.UsageError(f"The events of run {run.id} came from standard input: give CONFIG and the same EVENTS again.")  # fmt: skip
    if MASK in (recipe.proxy or "") and making.proxy is None:
        raise click.UsageError(f"Run {run.id} went through a proxy that wants a password, which is not kept: give --proxy again.")  # fmt: skip
    changes = {
        "config": None if making.config is None else _absolute(making.config),
        "concurrency": making.concurrency,
        "rate": making.rate,
        "tries": making.tries,
        "timeout": making.timeout,
        "proxy": making.proxy,
        "ca_bundle": making.ca_bundle,
    }
    given = {name: value for name, value in changes.items() if value is not None}
    return Before(run, msgspec.structs.replace(recipe, events=events, **given))


def kept(recipe: Recipe) -> Recipe:
    """The recipe as it may be written down: without the proxy's password."""
    return recipe if recipe.proxy is None else msgspec.structs.replace(recipe, proxy=without_user(recipe.proxy))


def target_of(config: Config, name: str) -> Target:
    """The target of that name; without one the only one there is."""
    names = ", ".join(one_line(target.name, 60) for target in config.targets)
    if not name:
        if len(config.targets) > 1:
            raise click.UsageError(f"There are several targets: name one with --target ({names}).")
        return config.targets[0]
    for target in config.targets:
        if target.name == name:
            return target
    raise click.UsageError(f"There is no target {one_line(name, 60)!r}; there are {names}.")


def _absolute(path: str) -> str:
    """A path that means the same in every folder. Standard input and places in a commit stay as they are."""
    return path if path == STDIN or git_place(path) is not None else os.path.abspath(path)
