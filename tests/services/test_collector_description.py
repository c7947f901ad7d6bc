"""The local collector against AB Smartly's own description of its API, with all checks of schemathesis.

The description is the vendor's text and not part of this repository: the variable names its file.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from abtui.services.collector.experiments import ExperimentsOfFile
from abtui.services.collector.server import LocalCollector
from abtui.services.folders import shop_folder

VARIABLE: Final = "ABTUI_COLLECTOR_OPENAPI"
KEY: Final = "the-key-that-is-accepted"
SECONDS: Final = 300


class Known(NamedTuple):
    """A failure that is meant: its codes in a report of an operation, what the report says, and why."""

    codes: frozenset[str]
    operation: str
    says: str
    why: str


KNOWN: Final = (
    Known(
        frozenset({"ST201", "ST203"}),
        ".*",
        r"Missing `X-Application(-Version)?` at header",
        "The function that Segment publishes sends neither header, and its goals arrive.",
    ),
    Known(
        frozenset({"ST202"}),
        ".*",
        r"-H 'X-(Agent|Environment);'",
        "An empty header names no client and no environment. Many clients leave it out, and then it is required.",
    ),
    Known(
        frozenset({"ST401", "ST203"}),
        "GET /healthy",
        r"without authentication|'X-API-Key' header",
        "Who asks for health has no key: a load balancer, or abtui's own connection test.",
    ),
)


def explained(operation: str, codes: set[str], text: str) -> bool:
    """Whether a failure is one of those that are known."""
    return any(
        codes <= known.codes and re.fullmatch(known.operation, operation) and re.search(known.says, text)
        for known in KNOWN
    )


@pytest.mark.skipif(
    VARIABLE not in os.environ, reason=f"needs the description of AB Smartly's API: {VARIABLE}=api-spec.yaml"
)
@pytest.mark.skipif(
    importlib.util.find_spec("schemathesis") is None, reason="needs schemathesis: pip install schemathesis"
)
def test_every_check_of_the_description_holds(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    experiments = ExperimentsOfFile(
        str(shop_folder() / "experiments.yaml"), lambda _path, _finding: None, lambda _line: None
    )
    with LocalCollector(key=KEY, experiments=experiments) as collector:
        options = [
            "--checks",
            "all",
            "--max-examples",
            "60",
            "--continue-on-failure",
            "--no-color",
            "--generation-deterministic",
        ]
        where = ["--url", collector.base_url, "-H", f"X-API-Key: {KEY}", "--report-junit-path", str(report)]
        command = [sys.executable, "-m", "schemathesis.cli", "run", os.environ[VARIABLE], *options, *where]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS, check=False)
        counts = collector.state.counts
    assert report.exists(), done.stdout + done.stderr
    operations = {case.attrib["name"]: case for case in ElementTree.parse(report).iter("testcase")}
    assert {"GET /context", "PUT /context", "POST /context", "PUT /context/batch", "GET /experiment"} <= set(operations)
    assert counts["accepted"] > 50
    unknown = [
        f"{name}: {failure.text}"
        for name, case in operations.items()
        for failure in case
        if not explained(name, set(failure.get("message", "").split(", ")), failure.text or "")
    ]
    assert not unknown, "\n".join(unknown)
    assert all(case.find("error") is None for case in operations.values())
