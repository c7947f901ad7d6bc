"""Drives the vendors' SDKs in Node and in Chromium through the demo shop, and judges by what arrived at its collector.

    python -m tests.real_clients.drive PACKAGES [PICTURE]

PACKAGES is a folder into which npm has installed the SDKs. PICTURE is written: the shop's page once its goal has joined.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx

from abtui.core.experiments.assignment import assign, uid_hash
from abtui.core.experiments.derived import running
from abtui.core.experiments.model import Running
from abtui.core.experiments.reader import read_experiments_file
from abtui.services.folders import shop_folder
from abtui.services.shop.joining import arrivals
from tests.services.chromium import CHROMIUM, chromium

ROOT: Final = Path(__file__).parent.parent.parent
SECONDS: Final = 33.0
"""What all of it may take."""
_TURN_SECONDS: Final = 0.05
_JOINED: Final = "[...document.querySelectorAll('#arrived tr')].some((row) => row.innerText.includes('%s') && row.querySelector('.good'))"
_BOUGHT: Final = "document.getElementById('step-goal').querySelector('span').textContent"


class Addresses(NamedTuple):
    """Where the shop's parts are."""

    page: str
    collector: str
    listener: str


@asynccontextmanager
async def shop(packages: str) -> AsyncIterator[Addresses]:
    """A running `abtui demo-shop`; it has to end cleanly."""
    command = (sys.executable, "-m", "abtui", "demo-shop", "--port", "0", "--sdk", packages)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(*command, stderr=subprocess.PIPE, env=environment)
    assert process.stderr is not None
    told = ""
    while "Ctrl-C" not in told:
        line = (await process.stderr.readline()).decode()
        assert line, told
        told += line
    places = (re.search(rf"{name} (http://\S+)", told) for name in ("shop is at", "collector:", "listener:"))
    try:
        yield Addresses(*(found[1] for found in places if found))
    finally:
        process.terminate()
        await process.communicate()
    assert process.returncode == 0, told


def experiment() -> Running:
    """The shop's experiment."""
    path = shop_folder() / "experiments.yaml"
    return running(read_experiments_file(path.read_text(encoding="utf-8"), path.name).experiments[0])


async def joined(at: Addresses, uid: str) -> list[dict[str, Any]]:
    """The exposure and the goal of a unit, once both have arrived."""
    of = experiment()
    unit = f"{of.unit_type} {uid_hash(uid)}"
    async with httpx.AsyncClient(trust_env=False) as client:
        while True:
            received = (await client.get(at.collector.removesuffix("/v1") + "/received")).json()
            rows = [row for row in arrivals(received) if row["unit"] == unit]
            if {row["kind"] for row in rows} == {"exposure", "goal"}:
                break
            await asyncio.sleep(_TURN_SECONDS)
    assert not received["rejected"], received["rejected"]
    goal, exposure = sorted(rows, key=lambda row: row["kind"], reverse=True)
    assert len(rows) == 2, rows
    variant = assign(of, {of.unit_type: uid_hash(uid)}).variant
    assert (exposure["name"], exposure["variant"]) == (of.described.name, variant), exposure
    assert (goal["name"], goal["agent"], goal["joins"]) == ("purchase", "segment", True), goal
    assert exposure["agent"] != goal["agent"], exposure
    return [exposure, goal]


async def in_node(packages: str, at: Addresses) -> str:
    """A visitor in Node."""
    uid, of = f"node-{uuid.uuid4()}", experiment()
    script = Path(__file__).with_name("node.cjs")
    arguments = (str(Path(packages).resolve()), at.collector, at.listener, of.described.name, of.unit_type, uid)
    process = await asyncio.create_subprocess_exec("node", str(script), *arguments, stdout=subprocess.PIPE)
    output, _nothing = await process.communicate()
    assert process.returncode == 0
    exposure, goal = await joined(at, uid)
    assert json.loads(output)["variant"] == exposure["variant"]
    return f"Node: one exposure by {exposure['agent']}, one goal by {goal['agent']}, of one unit."


async def in_chromium(at: Addresses, picture: str | None = None, *, sdks: bool = True) -> str:
    """A visitor in Chromium, who buys. Without `sdks` the page does by itself what they would do."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with chromium(Path(folder)) as page:
            await page.call("Page.navigate", url=at.page)
            while await page.evaluate("document.getElementById('buy')?.disabled !== false"):
                await asyncio.sleep(_TURN_SECONDS)
            uid = await page.evaluate("visitor")
            assert await page.evaluate("Boolean(window.absmartly && window.analytics)") == sdks
            await page.evaluate("document.getElementById('buy').click()")
            exposure, goal = await joined(at, uid)
            while not await page.evaluate(_JOINED % uid_hash(uid)):
                await asyncio.sleep(_TURN_SECONDS)
            assert await page.evaluate(_BOUGHT) == "sent"
            assert not page.complaints, page.complaints
            assert all(url.startswith(("http://127.0.0.1:", "data:")) for url in page.urls), page.urls
            if picture is not None:
                Path(picture).write_bytes(await page.screenshot())
    return f"Chromium: one exposure by {exposure['agent']}, one goal by {goal['agent']}, of one unit; the page shows the join."


async def main(packages: str, picture: str | None = None) -> None:
    """Drive all that is there."""
    async with asyncio.timeout(SECONDS), shop(packages) as at:
        print(await in_node(packages, at))
        print(
            "Chromium: it is not here, so the page was not driven."
            if CHROMIUM is None
            else await in_chromium(at, picture)
        )


if __name__ == "__main__":
    try:
        asyncio.run(main(*sys.argv[1:3]))
    except TimeoutError:
        sys.exit(f"Not all that the SDKs should send has arrived after {SECONDS:g} seconds.")
