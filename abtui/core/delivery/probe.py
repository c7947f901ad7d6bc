"""The connection test in words: whether the collector is there, accepts the key and knows the environment."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final, Literal

import msgspec

from abtui.core.delivery.receipts import Receipt

CALLS: Final = ("/healthy", "/context/authed", "/context")
"""The calls below the collector endpoint. None of them writes anything."""

Light = Literal["yes", "no", "unknown"]


class Check(msgspec.Struct, frozen=True):
    """One question, its answer, and what to do about it ("" if nothing)."""

    question: str
    light: Light
    said: str
    next_step: str = ""


def checks(
    healthy: Receipt, authed: Receipt | None, context: Receipt | None, key_refused: str = ""
) -> tuple[Check, ...]:
    """The questions that the three answers settle. A receipt is None if its call was pointless after an earlier answer.

    `key_refused` is what Segment says of the key's answer if it is no 2xx (`Destination`).
    """
    return (_reachable(healthy), _with_segment(_key(authed), authed, key_refused), _environment(context))


def _with_segment(check: Check, receipt: Receipt | None, refused: str) -> Check:
    """The check with the words of Segment's own test of the settings, where it would fail."""
    status = None if receipt is None else receipt.status
    if not refused or status is None or 200 <= status < 300:
        return check
    words = refused.format(status=status, phrase=_phrase(status)).strip()
    return msgspec.structs.replace(check, said=f"{check.said} Segment's test of the settings says: {words}.")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _reachable(receipt: Receipt) -> Check:
    question = "Is the collector there?"
    if receipt.status is None:
        return Check(question, "no", receipt.collector_said, receipt.next_step)
    took = f"in {receipt.milliseconds:,.0f} ms"
    if 200 <= receipt.status < 300 and receipt.kind != "html":
        return Check(question, "yes", f"It is healthy ({receipt.status}), {took}.")
    if receipt.status >= 500:
        return Check(question, "no", receipt.collector_said, receipt.next_step)
    return Check(
        question,
        "unknown",
        f"Something answers ({receipt.status}), {took}, but does not say that it is a healthy collector.",
        "Check that `collectorEndpoint` is a collector's: `https://<company>.absmartly.io/v1`.",
    )


def _key(receipt: Receipt | None) -> Check:
    question = "Does it accept the key?"
    if receipt is None:
        return Check(question, "unknown", "Not asked, because the collector is not there.")
    status = receipt.status
    if status is not None and 200 <= status < 300 and receipt.kind not in ("html", "text"):
        return Check(question, "yes", f"The key is accepted ({status}).")
    if status in (401, 403):
        return Check(
            question,
            "no",
            f"The key is refused ({status}).",
            "Check the target's `apiKey`: that its variable is set, and that the key is this collector's and this environment's.",
        )
    if status == 404:
        return Check(
            question, "unknown", "The collector has no call to test a key (404).", "Send one event to find out (s)."
        )
    return Check(question, "unknown", receipt.collector_said, receipt.next_step)


def _environment(receipt: Receipt | None) -> Check:
    question = "Does it know the environment?"
    if receipt is None:
        return Check(question, "unknown", "Not asked, because the key was not accepted.")
    status = receipt.status
    if status is not None and 200 <= status < 300 and receipt.kind == "json":
        return Check(question, "yes", f"It answers for this environment and application ({status}).")
    if status == 400:
        said = receipt.collector_said
        about = "environment" in said.lower()
        return Check(
            question,
            "no" if about else "unknown",
            said,
            "Compare `environment` and `application` with those in the web console, letter by letter.",
        )
    return Check(question, "unknown", receipt.collector_said or "The answer does not say.", receipt.next_step)
