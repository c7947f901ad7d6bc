"""The HTTP request around a body (the destination's published function; collector contract, "Headers")."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from abtui.core.config.model import Target
from abtui.core.outcomes import Request
from abtui.core.text.secret import NO_KEY, Secret, hide_all, without_user

METHOD = "PUT"
KEY_HEADER = "X-API-Key"
APPLICATION_HEADER = "X-Application"
_OF_TARGET = frozenset({KEY_HEADER, "X-Environment", APPLICATION_HEADER, "X-Application-Version"})


def context_url(collector_endpoint: str) -> str:
    """The address of a collector's publish call. The endpoint is used as it is: a trailing slash gives `//context`."""
    return f"{collector_endpoint}/context"


def batch_url(collector_endpoint: str) -> str:
    """The address of a collector's call for several publishes."""
    return f"{context_url(collector_endpoint)}/batch"


def batch_request(requests: Sequence[Request]) -> Request:
    """One request that publishes all of `requests`, which have the same address: `{"requests": [...]}` (the API's BatchRequest)."""
    first = requests[0]
    return msgspec.structs.replace(
        first,
        url=f"{first.url}/batch",
        body={"requests": [request.body for request in requests]},
        body_bytes=b'{"requests":[%b]}' % b",".join(request.body_bytes for request in requests),
    )


def headers(of: Target) -> dict[str, str]:
    """The headers of a request, in order, with the API key masked."""
    result = {
        KEY_HEADER: of.api_key.masked if isinstance(of.api_key, Secret) and of.api_key.reveal().strip() else NO_KEY,
        "X-Agent": "segment",
        "X-Environment": of.environment,
    }
    if of.application:
        # The published function sends neither; the Actions version does, and the collector's description requires both.
        result[APPLICATION_HEADER] = of.application
        result["X-Application-Version"] = "0"
    result["Content-Type"] = "application/json"
    return result


def request_frame(target: Target) -> Request:
    """A request to a target, still without a body."""
    return Request(METHOD, context_url(target.collector_endpoint), headers(target), None, b"")


def retarget(request: Request, target: Target) -> Request:
    """The request for another target: address, environment, application and (masked) key are the target's, the rest stays.

    So do an application and a version that the decision chose.
    """
    own = headers(target)
    url = batch_url if request.url.endswith("/context/batch") else context_url
    kept = {name: value for name, value in request.headers.items() if name not in _OF_TARGET or name in request.own}
    return msgspec.structs.replace(request, url=url(target.collector_endpoint), headers=own | kept)


def shown(request: Request, secrets: Collection[Secret]) -> Request:
    """The request as it may be shown: without a user in the address, and without keys in the address or in any header."""
    masked = {name: hide_all(value, secrets) for name, value in request.headers.items()}
    return msgspec.structs.replace(request, url=without_user(hide_all(request.url, secrets)), headers=masked)
