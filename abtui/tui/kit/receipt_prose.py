"""Receipts as styled text, and the sign, word and role of each state. Values are never parsed as markup."""

from __future__ import annotations

from typing import Final, NamedTuple

from rich.cells import cell_len
from textual.content import Content

from abtui.core.delivery.receipts import Receipt
from abtui.core.delivery.runs import EventReceipt
from abtui.core.text.plain import plural, printable
from abtui.tui.kit.marks import UNICODE, Signs
from abtui.tui.kit.signs import receipt_sign

_SOFT: Final = "$soft"
_WARN: Final = "bold $ignored"
_MOST_NOTICES: Final = 50


class ReceiptLook(NamedTuple):
    """A word for a state, and its role."""

    word: str
    role: str


RECEIPT_LOOKS: Final[dict[str, ReceiptLook]] = {
    "accepted": ReceiptLook("accepted", "$unknown"),
    "refused": ReceiptLook("refused", "$refused"),
    "unknown": ReceiptLook("unknown", "$unknown"),
    "waiting": ReceiptLook("waiting", "$soft"),
}
_MEANINGS: Final = {
    "unknown": "Sent, but no answer was read: the collector may have accepted it. It is not resent automatically.",
    "waiting": "Not sent, or not accepted: it can be sent again without being counted twice.",
}
_StyledText = Content | tuple[str, str]


def response(event: EventReceipt, signs: Signs = UNICODE, *, older: bool = False) -> Content:
    """The result of sending an event: the collector's answer, and the status that Segment would show."""
    parts: list[_StyledText] = []
    if older:
        parts.append(("! of an older payload: the event or the config has changed since it was sent\n\n", _WARN))
    receipt = event.receipt
    if receipt is None:
        look = RECEIPT_LOOKS[event.state]
        parts.append((f"{receipt_sign(event.state, signs)} {look.word}  ", f"bold {look.role}"))
        parts.append((f"{_MEANINGS.get(event.state, '')}\n", "$text"))
        return Content.assemble(*parts)
    parts += _verdicts(event, receipt, signs)
    if event.state in _MEANINGS:
        parts.append((f"{_MEANINGS[event.state]}\n", "$text"))
    parts += [
        ("\nThe collector said  ", _SOFT),
        (f"{printable(receipt.collector_said)}\n", "$text"),
        ("Segment would show  ", _SOFT),
        (receipt.segment_shows, _shows_style(receipt)),
        (f"\n{printable(receipt.segment_reason)}\n", _SOFT),
    ]
    if receipt.segment_shows == "Success" and event.state != "accepted":
        answer = "does not answer" if receipt.status is None else receipt.status
        parts.append((f"Segment says Success, the collector {answer}. Nobody is told.\n", _WARN))
    if receipt.next_step:
        parts.append((f"\n{signs.becomes} {printable(receipt.next_step)}\n", "$accent"))
    return Content.assemble(*parts, *_notices(receipt), *_answer(receipt))


def _verdicts(event: EventReceipt, receipt: Receipt, signs: Signs) -> list[_StyledText]:
    """Both verdicts side by side: a row of names, a row of verdicts, and a row about the answer."""
    look = RECEIPT_LOOKS[event.state]
    status = "no answer" if receipt.status is None else f"HTTP {receipt.status}"
    word = "not sent" if event.state == "waiting" and not receipt.written else look.word
    left = f"{receipt_sign(event.state, signs)} {word}  {status}"
    room = max(21, cell_len(left) + 2)
    together = f", with {plural(event.events - 1, 'other')} in one request" if event.events > 1 else ""
    tries = f", {event.tries} tries" if event.tries > 1 else ""
    return [
        (f"{'The collector':<{room}}{signs.upright} Segment\n", _SOFT),
        (f"{left:<{room}}", f"bold {look.role}"),
        (f"{signs.upright} ", _SOFT),
        (f"{receipt.segment_shows}\n", _shows_style(receipt)),
        (f"in {receipt.milliseconds:,.0f} ms from {printable(event.target)}{tries}{together}\n", _SOFT),
    ]


def _shows_style(receipt: Receipt) -> str:
    return "bold" if receipt.segment_shows == "Success" else "bold $refused"


def _notices(receipt: Receipt) -> list[_StyledText]:
    parts: list[_StyledText] = []
    for title, notices, look in (
        ("error", receipt.errors, "$refused"),
        ("warning", receipt.warnings, "$ignored"),
    ):
        if notices:
            parts.append((f"\n{plural(len(notices), title)}\n", f"bold {look}"))
        parts.extend(
            (f"  {printable(notice.subject)}  {printable(notice.message)}\n", "$text")
            for notice in notices[:_MOST_NOTICES]
        )
        if len(notices) > _MOST_NOTICES:
            parts.append((f"  and {len(notices) - _MOST_NOTICES:,} more\n", _SOFT))
    return parts


def _answer(receipt: Receipt) -> list[_StyledText]:
    return [("\nThe answer\n", _SOFT), (receipt.text, "$text")] if receipt.text else []


def exchange(event: EventReceipt, signs: Signs) -> Content:
    """The request and the answer of one event, for the history."""
    receipt = event.receipt
    parts: list[_StyledText] = [response(event, signs)]
    if receipt is not None:
        head = "\n".join(f"{name}: {value}" for name, value in receipt.request_headers.items())
        parts.append((f"\n\nThe request, recorded {printable(event.written)}\n", _SOFT))
        parts.append((f"PUT {printable(receipt.url)}\n{printable(head)}\n", "$text"))
    if event.body:
        what = "\nThis event's part of the body\n" if event.events > 1 else "\nThe body\n"
        parts.append((what, _SOFT))
        parts.append((printable(event.body), "$text"))
    else:
        parts.append(
            ("\nThe body was not kept: only a run's first events, and those not accepted, keep theirs.", _SOFT)
        )
    return Content.assemble(*parts)
