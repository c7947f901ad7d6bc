"""The experiments of a config: in place or in a file, with their mistakes, schema and completion."""

from __future__ import annotations

import pytest

from abtui.core.config import FileText
from abtui.core.config.completion import complete
from abtui.core.config.corpus_names import CorpusNames
from abtui.core.config.model import ConfigReading
from abtui.core.config.reader import read_config
from abtui.core.config.schema import config_schema
from abtui.core.corpus.comparison.masking import KeyMask
from abtui.core.corpus.comparison.settings import setting_differences
from abtui.core.experiments.reader import EXPERIMENT_KEYS
from abtui.core.experiments.values import READERS
from tests.kit import CONFIG, ENV


def read(section: str, files: dict[str, str] | None = None) -> ConfigReading:
    def file(name: str) -> FileText:
        text = (files or {}).get(name)
        return FileText(text, "" if text is not None else f"{name} does not exist.")

    return read_config(CONFIG + section, ENV, files=file)


LIST = "- {name: checkout, unitType: user_id, split: [50, 50]}\n- name: banner\n"


@pytest.mark.parametrize(
    ("section", "files"),
    [
        (f"experiments:\n{LIST}", {}),
        ("experiments: !file e.yaml\n", {"e.yaml": f"experiments:\n{LIST}"}),
    ],
    ids=["in place", "in a file"],
)
def test_experiments_are_read(section: str, files: dict[str, str]) -> None:
    reading = read(section, files)
    assert reading.findings == ()
    assert reading.config is not None
    assert [(item.name, item.unit_type, item.shares) for item in reading.config.experiments or ()] == [
        ("checkout", "user_id", (0.5, 0.5)),
        ("banner", None, None),
    ]


def test_a_config_without_them_has_none() -> None:
    for section in ("", "experiments:\n"):
        reading = read(section)
        assert reading.config is not None
        assert reading.config.experiments is None
    empty = read("experiments: []\n").config
    assert empty is not None
    assert empty.experiments == ()


IN_PLACE = {
    "experiments: e.yaml": ("CONFIG-TYPE", "a list of experiments, or `!file` and a name"),
    "experiments: {name: a}": ("CONFIG-TYPE", "a list of experiments, or `!file` and a name"),
    "experiments: [{name: a, traffic: 101}]": ("EXPERIMENT-VALUE", "a number from 0 to 100"),
    "experiments: [{unitType: a}]": ("CONFIG-MISSING", "`experiments[0].name` is missing."),
    "experiments: [{name: a, trafic: 10}]": ("CONFIG-UNKNOWN-KEY", "`experiments[0].trafic`"),
    "check: {sampleRatioError: 2}": ("CONFIG-TYPE", "`check.sampleRatioError` must be a number from 0 to 1"),
    "check: {sampleRatioWarning: low}": ("CONFIG-TYPE", "`check.sampleRatioWarning` must be a number from 0 to 1"),
}


@pytest.mark.parametrize("section", IN_PLACE)
def test_a_mistake_in_place_is_told_at_its_line(section: str) -> None:
    code, part = IN_PLACE[section]
    [found] = read(section).findings
    assert (found.code, found.line) == (code, len(CONFIG.splitlines()) + 1)
    assert part in found.message


IN_A_FILE = {
    "": "e.yaml does not exist.",
    "experiments: [": "",
    "experiments:\n- {name: a, traffic: 101}\n- name: b": "`e.yaml`, line 2: `experiments[0].traffic`",
    "others: []": "",
}


@pytest.mark.parametrize("text", IN_A_FILE)
def test_a_mistake_in_the_file_stops_no_mapping(text: str) -> None:
    reading = read("experiments: !file e.yaml\n", {"e.yaml": text} if text else {})
    assert reading.config is not None
    found = [item for item in reading.findings if item.code == "CONFIG-EXPERIMENTS-FILE"]
    assert found
    assert IN_A_FILE[text] in found[0].message
    assert {item.line for item in reading.findings} == {len(CONFIG.splitlines()) + 1}
    if "name: b" in text:
        assert [item.name for item in reading.config.experiments or ()] == ["b"]


def test_the_descriptions_are_of_the_keys_that_the_reader_takes() -> None:
    assert list(EXPERIMENT_KEYS) == list(READERS)
    for destination in config_schema()["anyOf"]:
        item = destination["properties"]["experiments"]["anyOf"][1]["items"]
        assert list(item["properties"]) == list(READERS)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("experiments: |", ["!file experiments.yaml"]),
        ("experiments:\n  - name: a\n    tr|", ["traffic"]),
        ("experiments:\n  - name: a\n    seeds:\n      traffic|", ["trafficHi", "trafficLo"]),
        ("check:\n  sample|", ["sampleRatioError", "sampleRatioWarning"]),
    ],
)
def test_keys_are_completed(text: str, labels: list[str]) -> None:
    at = text.index("|")
    found = complete(text.replace("|", ""), at, CorpusNames())
    assert found is not None
    assert [item.label for item in found.candidates] == labels
    assert labels[0] in found.candidates[0].insert


def test_a_comparison_names_the_experiments_that_differ() -> None:
    old, new = (read(f"experiments: [{{name: a, traffic: {n}}}, {{name: b}}]\n").config for n in (40, 50))
    assert old is not None
    assert new is not None
    [found] = setting_differences(old, new, KeyMask(old, new))
    assert found.path == ("experiments", "a")
    assert '"traffic":0.4' in str(found.old)
    assert '"traffic":0.5' in str(found.new)
