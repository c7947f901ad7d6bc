"""`abtui serve`: a workbench in a real browser, and who may have one."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from click.testing import CliRunner

from abtui.cli.commands import cli
from tests.kit import PATIENCE
from tests.services.chromium import CHROMIUM, Page, chromium

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes as Linux shows them")
KEY = "f00dfeedbeefcafe0123"
ROOT = Path(__file__).parent.parent.parent


class Server:
    """A running `abtui serve`: its process, its address, and `base`, its address without the secret word."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self.process = process
        self.url = url
        self.base = re.sub(r"/[^/]+/$", "", url)

    @property
    def children(self) -> list[int]:
        """The processes it started."""
        number = self.process.pid
        return [int(word) for word in Path(f"/proc/{number}/task/{number}/children").read_text().split()]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ABSMARTLY_API_KEY": KEY}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "abtui", "serve", "--port", "0", cwd=tmp_path, env=environment, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    line = (await asyncio.wait_for(process.stderr.readline(), PATIENCE)).decode()
    found = re.search(r"http://\S+", line)
    assert found, line
    yield Server(process, found[0])
    if process.returncode is None:
        process.send_signal(signal.SIGINT)
    _output, told = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert b"Traceback" not in told


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here")
async def test_the_workbench_in_a_browser(server: Server, tmp_path: Path) -> None:
    async with chromium(tmp_path / "profile") as page:
        await page.call("Page.navigate", url=server.url)
        await page.until(lambda: '"purchase"' in shown(page))
        before = await page.screenshot()
        [child] = server.children
        assert KEY not in Path(f"/proc/{child}/cmdline").read_text()
        assert KEY not in shown(page)
        await page.press("ArrowDown")
        await page.until(lambda: '"Page: Home"' in shown(page))
        after = await page.screenshot()
        (tmp_path / "browser.png").write_bytes(after)
        assert await page.evaluate("document.fonts.check('16px \"Roboto Mono\"')")
        assert len(after) > 20_000, "a screenshot of an empty page is smaller"
        assert before != after
        assert page.complaints == []
        assert [url for url in page.urls if not url.startswith((server.base, "data:", "about:"))] == []
        server.process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(server.process.wait(), PATIENCE) == 0
        assert not Path(f"/proc/{child}").exists(), "the workbench ends with the server"
        assert await page.evaluate("document.body.classList.contains('-closed')")


async def test_who_may_have_a_workbench(server: Server) -> None:
    own = {"Origin": server.base}
    async with aiohttp.ClientSession() as session:
        for path, headers, status in (
            ("", {}, 200),
            ("", {"Host": "rebound.example"}, 403),
            ("ws", {"Origin": "https://evil.example"}, 403),
            ("ws", {"Origin": "http://127.0.0.1:1"}, 403),
            ("ws", {}, 403),
            ("../", {}, 404),
            ("../guessed/ws", own, 404),
        ):
            async with session.get(server.url + path, headers=headers) as answer:
                assert answer.status == status, (path, headers)
                assert "googleapis" not in await answer.text()
        assert server.children == []
        for message in ('["stdin", 5]', '"'):
            async with session.ws_connect(f"{server.url}ws", headers=own) as odd_socket:
                await odd_socket.send_str(message)
                while (await odd_socket.receive()).type is aiohttp.WSMsgType.BINARY:
                    pass
                assert odd_socket.close_code == aiohttp.WSCloseCode.PROTOCOL_ERROR, message
        async with asyncio.timeout(PATIENCE):
            while server.children:
                await asyncio.sleep(0.05)
        async with session.ws_connect(f"{server.url}ws?width=60&height=-1", headers=own) as own_socket:
            assert (await own_socket.receive()).type is aiohttp.WSMsgType.BINARY
            [child] = server.children
            # Not even a workbench that hangs keeps the server from ending.
            os.kill(child, signal.SIGSTOP)
            server.process.send_signal(signal.SIGTERM)
            while (await own_socket.receive()).type is aiohttp.WSMsgType.BINARY:
                pass
        assert await asyncio.wait_for(server.process.wait(), PATIENCE) == 0
        assert not Path(f"/proc/{child}").exists()


async def test_a_workbench_ends_with_a_server_that_was_killed(server: Server) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{server.url}ws", headers={"Origin": server.base}) as socket_,
    ):
        assert (await socket_.receive()).type is aiohttp.WSMsgType.BINARY
        [child] = server.children
        server.process.kill()
        await server.process.wait()
        async with asyncio.timeout(PATIENCE):
            while Path(f"/proc/{child}").exists():
                await asyncio.sleep(0.05)


def test_arguments_that_cannot_be_used_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run = CliRunner()
    assert "ssh -L" in run.invoke(cli, ["serve", "--host", "0.0.0.0"]).output
    assert "leave CONFIG and EVENTS out" in run.invoke(cli, ["serve", "--tour", str(tmp_path)]).output
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = run.invoke(cli, ["serve", "--port", str(taken.getsockname()[1])])
    assert busy.exit_code == 2
    assert "Cannot listen on 127.0.0.1" in busy.output
    monkeypatch.delitem(sys.modules, "abtui.services.serving", raising=False)
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    without = run.invoke(cli, ["serve"])
    assert without.exit_code == 2
    assert "pip install textual-serve" in without.output


def shown(page: Page) -> str:
    """What the terminal in the page was sent, without its colours."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z$]*", "", page.received.decode(errors="replace"))
