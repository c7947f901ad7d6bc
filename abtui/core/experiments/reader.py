"""Reads experiments from YAML: from a file of their own, or from a list inside another file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from abtui.core.experiments.model import Experiment
from abtui.core.experiments.values import NOT_FULL_ON, READERS, key, tell
from abtui.core.findings import Finding, worst
from abtui.core.text.paths import Path
from abtui.core.text.plain import plural
from abtui.core.text.yaml_nodes import CONFIG_FORM, Node
from abtui.core.text.yaml_tree import parse_yaml
from abtui.core.text.yaml_values import Entry, Quoter
from abtui.core.text.yaml_walk import Walk

_EXAMPLE: Final = "Write `experiments:` with one `- name: checkout_one_page` per experiment below it."
EXPERIMENTS_FORM: Final = msgspec.structs.replace(
    CONFIG_FORM,
    noun="experiments file",
    max_bytes=4 << 20,
    references=False,
    empty=_EXAMPLE,
    large="Is this the file of experiments?",
    deep="Only an audience is deep. Is there a bracket or an indentation too many?",
)
EXPERIMENT_KEYS: Final = {
    "name": "Its name in the web console.",
    "unitType": "The unit type that it tracks.",
    "variants": "Its variants: names, or maps with `name` and `config`. The first is the control.",
    "split": "The share of each variant: any numbers.",
    "traffic": "The percentage of units that take part.",
    "audience": "Who it is for: a map with a `filter`.",
    "audienceEnforced": "Whether the others get no variant.",
    "applications": "Where it runs; without it in all.",
    "fullOn": "The number of the variant that everybody gets.",
    "id": "Its number in the web console.",
    "seeds": "Its seeds, copied from the answer of `GET /context`.",
}
"""The keys of an experiment, and what each says."""
_HOMES: Final = {
    "audienceStrict": "Write `audienceEnforced`.",
    "fullOnVariant": "Write `fullOn`.",
    "trafficSplit": "Write `traffic` in percent: `traffic: 40`.",
    "config": "It belongs to a variant: `variants: [control, {name: one_page, config: {button: red}}]`.",
} | dict.fromkeys(
    ("seedHi", "seedLo", "trafficSeedHi", "trafficSeedLo"),
    "Write `seeds: {hi: …, lo: …, trafficHi: …, trafficLo: …}`.",
)
_UNNAMED: Final = 2
"""The number of variants where the file tells none."""


class ExperimentsFile(msgspec.Struct, frozen=True):
    """The experiments of a file, without those that have a mistake, and all findings in the order of the file."""

    experiments: tuple[Experiment, ...]
    findings: tuple[Finding, ...]

    @property
    def broken(self) -> bool:
        """Whether something in the file has to be corrected."""
        return worst(self.findings) == "error"


def read_experiments_file(text: str, name: str) -> ExperimentsFile:
    """Read the file of experiments in `text`. `name` is the file's, for the messages."""
    tree = parse_yaml(text, name, EXPERIMENTS_FORM)
    if tree.root is None:
        return ExperimentsFile((), tree.findings)
    walk = Walk(EXPERIMENTS_FORM, Quoter())
    found = walk.known(tree.root, (), ("experiments",), empty=True)
    experiments: tuple[Experiment, ...] = ()
    if "experiments" in found:
        experiments = read_experiments(walk, found["experiments"].value, ("experiments",))
    elif tree.root.kind == "map":
        walk.mistake("MISSING", tree.root, "`experiments` is missing.", _EXAMPLE)
    # What aliases repeat is told once.
    unique = dict.fromkeys((*tree.findings, *walk.findings))
    ordered = sorted(unique, key=lambda item: (item.line or 0, item.column or 0))
    return ExperimentsFile(experiments, tuple(ordered))


def read_experiments(walk: Walk, node: Node, path: Path) -> tuple[Experiment, ...]:
    """The experiments of the list at `path` of a file. One with a mistake is told, and left out."""
    if node.kind != "list":
        walk.wrong(node, path, "a list of experiments", "Begin each with a dash: `- name: checkout_one_page`.")
        return ()
    homes, walk.homes = walk.homes, _HOMES
    lines: dict[str, int] = {}
    experiments = [_experiment(walk, item, (*path, index), lines) for index, item in enumerate(node.children)]
    walk.homes = homes
    return tuple(item for item in experiments if item is not None)


def _experiment(walk: Walk, node: Node, path: Path, lines: dict[str, int]) -> Experiment | None:
    """The experiment at `path`; None after a mistake. `lines` are those of the names before it."""
    before = len(walk.findings)
    found = walk.known(node, path, READERS)
    if node.kind != "map":
        return None
    values: dict[str, Any] = {}
    for name, (field, read) in READERS.items():
        if name in found:
            values[field] = read(walk, found[name].value, (*path, name))
    if "name" not in found:
        walk.mistake("MISSING", node, f"`{key(walk, (*path, 'name'))}` is missing.", "Everything else may be left out.")
    elif (name := values["name"]) in lines:
        message = f"`{walk.quoter.shown(name)}` is already in line {lines[name]}."
        tell(walk, found["name"].value, message, "Experiments are told apart by their names: write another one.")
    elif name is not None:
        lines[name] = node.line
    _check_counts(walk, found, path, values)
    if worst(tuple(walk.findings[before:])) == "error":
        return None
    return Experiment(**{field: value for field, value in values.items() if value is not None})


def _check_counts(walk: Walk, found: Mapping[str, Entry], path: Path, values: Mapping[str, Any]) -> None:
    """Report a split or a full-on variant that does not fit the number of variants."""
    variants, shares = values.get("variants"), values.get("shares")
    if variants and shares and len(variants) != len(shares):
        message = f"`{key(walk, (*path, 'split'))}` has {plural(len(shares), 'share')} for {plural(len(variants), 'variant')}."
        tell(walk, found["split"].value, message, "Write one number for each variant.")
    # With a mistake in both lists nothing is known of the number.
    count = len(variants or shares or ()) if {"variants", "shares"} & set(values) else _UNNAMED
    full_on = values.get("full_on")
    if full_on is None or not count:
        return
    if full_on >= count:
        message = f"`{key(walk, (*path, 'fullOn'))}` is {full_on}, and the last variant is {count - 1}."
        tell(walk, found["fullOn"].value, message, "Variants are counted from 0, the control.")
    elif full_on == 0:
        message = f"`{key(walk, (*path, 'fullOn'))}` is 0, which means that no variant is full on."
        walk.tell(NOT_FULL_ON.code, found["fullOn"].value, message, "Remove it.")
