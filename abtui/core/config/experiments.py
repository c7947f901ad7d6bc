"""The experiments of a config: a list in its section `experiments`, or a file that the section names."""

from __future__ import annotations

from typing import Final

from abtui.core.config.model import FileReader
from abtui.core.config.named_file import file_name_in, read_named, tell_of_file
from abtui.core.config.walk import Entry, Walk
from abtui.core.experiments.model import Experiment
from abtui.core.experiments.reader import read_experiments, read_experiments_file
from abtui.core.findings import warning

SECTION: Final = "experiments"
EXAMPLE: Final = "experiments: !file experiments.yaml"
UNUSABLE_FILE: Final = warning(
    "CONFIG-EXPERIMENTS-FILE",
    "The file of experiments, or part of it, cannot be used",
    "The config's `experiments` names a file that abtui cannot read, that is not YAML, or that has an experiment with a mistake. abtui leaves those experiments out of what it counts, and maps events as usual.",
)


def read_section(walk: Walk, entry: Entry, files: FileReader) -> tuple[Experiment, ...] | None:
    """The experiments of the section; None if it names a file that cannot be read."""
    path, value = (SECTION,), entry.value
    name = file_name_in(value)
    if name is None:
        if value.kind == "list":
            return read_experiments(walk, value, path)
        walk.wrong(value, path, "a list of experiments, or `!file` and a name", f"Write `{EXAMPLE}`.")
        return None
    hint = "abtui counts without a file of experiments."
    named = read_named(walk, name, path, files, code=UNUSABLE_FILE.code, example=EXAMPLE, hint=hint)
    if named is None:
        return None
    file = read_experiments_file(named.text, named.name)
    tell_of_file(walk, value, named.name, file.findings, UNUSABLE_FILE.code)
    return file.experiments
