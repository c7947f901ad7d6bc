"""Passing requests on to where they would have gone, so that a site keeps working while its events are watched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response

from abtui.core.config.endpoint import is_local_address, split_endpoint
from abtui.core.delivery.options import Route, Timeouts
from abtui.core.live.posted import Refusal
from abtui.services.errors import ListenerError
from abtui.services.loopback.guards import JSONAnswer
from abtui.services.transport import Answer, Failed, exchange, host_of, new_transport

if TYPE_CHECKING:
    import httpx

PATIENCE: Final = Timeouts(connect=3.0, total=10.0)
_ANSWER_LIMIT: Final = 1 << 20
_OWN: Final = frozenset(
    {"host", "content-length", "connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "expect"}
    | {"proxy-authorization", "proxy-connection", "cookie"}
)
"""Headers that belong to the connection and not to the request; and a browser's cookies for this machine, which are for nobody else."""
_BACK: Final = ("content-type", "content-encoding", "retry-after")
"""The headers of an answer that an SDK reads. Those of CORS are ours."""
_STATUSES: Final = range(200, 600)
_WORDS: Final = {
    "refused": "nothing is listening there",
    "dns": "its name has no address",
    "connect-timeout": "it does not answer",
    "timeout": "it did not answer in time",
    "dropped": "it closed the connection",
    "protocol": "it does not answer in HTTP",
}


class Forward:
    """Where requests are passed on to: an https address, or one of this machine. It belongs to one event loop.

    Raises ListenerError for an address that must not be called.
    """

    def __init__(self, url: str, route: Route = Route(), patience: Timeouts = PATIENCE) -> None:  # noqa: B008 - it is frozen
        self.host = host_of(url, "The address to forward to", "Write it like https://api.segment.io.", ListenerError)
        self._base = url.rstrip("/").removesuffix("/v1")
        self._direct = is_local_address(url)
        self._route, self._patience = route, patience
        self._transport: httpx.AsyncHTTPTransport | None = None

    def leads_to(self, port: int) -> bool:
        """Whether requests would come back to a listener at this port."""
        parts = split_endpoint(self._base)
        return self._direct and parts is not None and parts.port == port

    async def pass_on(self, request: Request, body: bytes) -> tuple[Response, str]:
        """The other side's answer, and "". Without a usable one: an answer that lets the SDK try again, and what went wrong."""
        import httpx

        if self._transport is None:
            self._transport = new_transport(self._route, direct=self._direct)
        query = f"?{request.url.query}" if request.url.query else ""
        outgoing = httpx.Request(
            "POST",
            f"{self._base}{request.url.path}{query}",
            headers=[(name, value) for name, value in request.headers.raw if name.decode("latin-1") not in _OWN],
            content=body,
            extensions={"timeout": {"connect": self._patience.connect}},
        )
        answer = await exchange(self._transport, outgoing, self._patience.total, _ANSWER_LIMIT)
        problem = self._problem(answer)
        if isinstance(answer, Failed) or problem:
            refusal = Refusal(502, "not-forwarded", problem)
            return JSONAnswer(refusal.body, refusal.status), problem
        back = {name: answer.headers[name] for name in _BACK if name in answer.headers}
        return Response(answer.content, answer.status, back), ""

    async def aclose(self) -> None:
        """Close the connections."""
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None

    def _problem(self, answer: Answer | Failed) -> str:
        if isinstance(answer, Failed):
            words = _WORDS.get(answer.kind) or answer.detail or answer.kind
            return f"The request could not be passed on to {self.host}: {words}."
        if 300 <= answer.status < 400:
            # SDKs take a redirect for a delivery, and do not follow it.
            return f"{self.host} answered a redirect ({answer.status}), which is not followed."
        if answer.status not in _STATUSES:
            return f"{self.host} answered with the status {answer.status}, which HTTP does not have."
        if answer.cut:
            return f"The answer of {self.host} is too long to be passed back."
        return ""
