"""Generated events for benchmarks and tests: always the same ones, about 1.4 KB each.

Half are track calls, the rest page, screen, group and identify in equal parts, each with a full `context`.
`python tests/generate.py 100000 > events.jsonl` writes JSON Lines.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

TRACKED = (
    "Order Completed",
    "Product Viewed",
    "Product Added",
    "Checkout Started",
    "Products Searched",
    "Cart Viewed",
    "Coupon Applied",
    "Signed In",
)
VIEWS = ("Home", "Category", "Product", "Cart", "Checkout", "Search", "Profile", "Order Confirmation")
GOAL_MAPPING = {
    "Order Completed": "purchase",
    "Product Added": "add_to_cart",
    "Checkout Started": "checkout",
    "Signed In": "login",
}

_KINDS = ("track", "page", "track", "screen", "track", "group", "track", "identify")
_VARIANTS = 64
_STAMPS = 4096
_START = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
_AGENT = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36"

_CHUNK = 2_000


def config_text() -> str:
    """A config for the generated events: everything tracked, everything in the catalog, no finding of its own but the unset key."""
    goals = [GOAL_MAPPING.get(name, name) for name in TRACKED]
    goals += [f"{kind}: {name}" for kind in ("Page", "Screen") for name in VIEWS]
    mapping = "".join(f"    {name}: {goal}\n" for name, goal in GOAL_MAPPING.items())
    return (
        "destination: classic\n"
        "settings:\n"
        "  apiKey: ${ABSMARTLY_API_KEY}\n"
        "  collectorEndpoint: https://bench.absmartly.io/v1\n"
        "  environment: staging\n"
        "  application: website\n"
        "  enablePageViewTracking: true\n"
        "  enableAppScreenViewTracking: true\n"
        "  enableExposureTracking: true\n"
        f"  goalMapping:\n{mapping}"
        "  unitMapping:\n    userId: user_id\n    anonymousId: anonymous_id\n"
        "catalog:\n"
        f"  goals: {orjson.dumps(goals).decode()}\n"
        "  units: [user_id, anonymous_id]\n  environments: [staging]\n  applications: [website]\n"
    )


def actions_config_text(mappings: int = 0) -> str:
    """A config of Actions for the generated events: the presets, or so many mappings, one for each name of a call."""
    calls = [("track", "event", name) for name in TRACKED]
    calls += [(kind, "name", name) for kind in ("page", "screen") for name in VIEWS]
    items = "".join(
        f"  - name: {kind} {name}\n"
        f'    subscribe: type = "{kind}" and {key} = "{name}"\n'
        "    partnerAction: trackGoal\n"
        "    mapping:\n"
        '      units: { user_id: { "@path": $.userId }, anonymous_id: { "@path": $.anonymousId } }\n'
        f"      name: {GOAL_MAPPING.get(name, name)}\n"
        '      properties: { "@path": $.properties }\n'
        for kind, key, name in calls[:mappings]
    )
    return (
        "destination: actions\n"
        "settings:\n"
        "  collectorEndpoint: https://bench.absmartly.io/v1\n"
        "  apiKey: ${ABSMARTLY_API_KEY}\n"
        "  environment: staging\n"
        f"{'mappings:' if items else ''}\n{items}"
    )


def event_lines() -> Iterator[bytes]:
    """Events as lines of compact JSON, each with its newline, without end. Only ids and dates differ after a while."""
    templates = {kind: _templates(kind) for kind in set(_KINDS)}
    stamps = [_stamps(index) for index in range(_STAMPS)]
    number = 0
    while True:
        template = templates[_KINDS[number % len(_KINDS)]][number // len(_KINDS) % _VARIANTS]
        original, sent, received = stamps[number % _STAMPS]
        mixed = number * 2654435761 % 4294967296
        yield template % {
            b"n": number,
            b"user": mixed % 90_000,
            b"mixed": mixed,
            b"original": original,
            b"sent": sent,
            b"received": received,
        }
        number += 1


def write_events(path: Path, count: int) -> None:
    """Write the first `count` events to `path`."""
    with path.open("wb") as file:
        for chunk in _chunks(islice(event_lines(), count)):
            file.write(chunk)


def event_of_size(size: int) -> bytes:
    """One pretty-printed event of `size` bytes (1,024 or more). Its name stands on line 3 of the text, its bulk in `properties`."""
    original, sent, received = (stamp.decode() for stamp in _stamps(0))
    properties: dict[str, Any] = {"order_id": "NL-1", "total": 5187, "products": [], "note": ""}
    event = {
        "type": "track",
        "event": "Signed In",
        "userId": "bench-user",
        "anonymousId": "4f1c6a52-0d5e-4b8e-9a57-0123456789ab",
        "messageId": "bench-of-size",
        "properties": properties,
        "context": {
            "library": {"name": "analytics.js", "version": "next-1.81.0"},
            "ip": "203.0.113.24",
            "userAgent": _AGENT,
        },
        "originalTimestamp": original,
        "sentAt": sent,
        "receivedAt": received,
        "timestamp": original,
    }
    product = len(_pretty({**event, "properties": {**properties, "products": [_product(0)] * 2}})) - len(
        _pretty({**event, "properties": {**properties, "products": [_product(0)]}})
    )
    room = size - len(_pretty(event))
    properties["products"] = [_product(0)] * max(0, room // product - 1)
    properties["note"] = "x" * max(0, size - len(_pretty(event)))
    return _pretty(event)


def _pretty(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2)


def _stamps(index: int) -> tuple[bytes, bytes, bytes]:
    """When an event happened, was sent and was received, as ISO 8601 in UTC."""
    happened = _START + timedelta(milliseconds=index * 9_137)
    later = timedelta(milliseconds=200 + index * 37 % 700)
    return _iso(happened), _iso(happened + later), _iso(happened + later + timedelta(milliseconds=75))


def _iso(moment: datetime) -> bytes:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()


def _templates(kind: str) -> list[bytes]:
    """Lines with slots for what differs from event to event, in the syntax of the `%` operator."""
    chance = random.Random(kind)
    return [_template(_event(kind, variant, chance)) for variant in range(_VARIANTS)]


def _template(event: dict[str, Any]) -> bytes:
    line = orjson.dumps(event).replace(b"%", b"%%")
    slots = {
        b"<message>": b"ajs-next-%(n)012d-5f3e2c1a",
        b"<user>": b"u-%(user)05d",
        b"<anonymous>": b"%(mixed)08x-0d5e-4b8e-9a57-%(n)012x",
        b"<original>": b"%(original)b",
        b"<sent>": b"%(sent)b",
        b"<received>": b"%(received)b",
    }
    for mark, slot in slots.items():
        line = line.replace(mark, slot)
    return line + b"\n"


def _event(kind: str, variant: int, chance: random.Random) -> dict[str, Any]:
    event: dict[str, Any] = {"type": kind, "anonymousId": "<anonymous>", "messageId": "<message>"}
    if variant % 4:
        event["userId"] = "<user>"
    view = VIEWS[variant % len(VIEWS)]
    if kind == "track":
        event |= {"event": TRACKED[variant % len(TRACKED)], "properties": _order(chance)}
    elif kind == "group":
        event |= {"groupId": f"group-{variant}", "traits": _exposure(chance) if variant % 2 else _club(variant)}
    elif kind == "identify":
        event |= {"traits": _traits(variant)}
    else:
        event |= {"name": view, "properties": _view(view, chance)}
    event |= {
        "context": _context(chance, kind, view),
        "integrations": {},
        "originalTimestamp": "<original>",
        "sentAt": "<sent>",
        "receivedAt": "<received>",
        "timestamp": "<original>",
    }
    return event | {"channel": "client", "version": 2}


def _order(chance: random.Random) -> dict[str, Any]:
    number = chance.randint(1000, 9999)
    return {
        "order_id": f"NL-{number}",
        "total": number + 0.5,
        "currency": "NOK",
        "coupon": "SPRING26",
        "products": [_product(chance.randint(0, 999)) for _ in range(3)],
    }


def _club(number: int) -> dict[str, Any]:
    address = {"street": f"Strandgaten {number}", "city": "Bergen", "postalCode": "5013", "country": "NO"}
    contact = {"name": f"Member {number}", "role": "treasurer", "language": "nb", "verified": True}
    sizes = {"members": number * 3, "tents": number // 4, "trips": number % 12, "budget": number * 1250.5}
    return {
        "name": f"Club {number}",
        "industry": "outdoor",
        "plan": "team",
        "address": address,
        "contact": contact,
    } | sizes


def _traits(number: int) -> dict[str, Any]:
    address = {"street": f"Fjellveien {number}", "city": "Bergen", "postalCode": "5019", "country": "NO"}
    totals = {"orders": number % 9, "revenue": number * 312.5 + 0.25, "returns": number % 3, "points": number * 40}
    likes = {"interests": ["tents", "stoves", "maps"], "newsletter": True, "sms": False, "language": "nb"}
    return {"plan": "member", "createdAt": "2025-11-02T10:00:00.000Z", "address": address} | totals | likes


def _view(name: str, chance: random.Random) -> dict[str, Any]:
    path = f"/{name.lower().replace(' ', '-')}/{chance.randint(100, 999)}"
    seen = {"scroll": chance.randint(0, 100), "load_ms": chance.randint(90, 900), "logged_in": True, "layout": "wide"}
    filters = [{"key": key, "value": chance.randint(1, 9)} for key in ("people", "season", "weight", "price")]
    url = f"https://www.northlight.example{path}?from=generated"
    return {
        "name": name,
        "path": path,
        "referrer": "",
        "search": "?from=generated",
        "title": f"{name} | Northlight",
        "url": url,
        "filters": filters,
    } | seen


def _product(number: int) -> dict[str, Any]:
    return {"product_id": f"p-{number:03d}", "name": "Skarv 2 Tent", "category": "Tents", "price": 3490, "quantity": 1}


def _exposure(chance: random.Random) -> dict[str, Any]:
    flags = {
        "assigned": True,
        "eligible": True,
        "overridden": False,
        "fullOn": False,
        "custom": False,
        "audienceMismatch": False,
    }
    exposures = [
        {
            "id": chance.randint(1, 999),
            "name": f"experiment_{index}",
            "unit": "user_id",
            "variant": index,
            "exposedAt": 1772344800000,
            **flags,
        }
        for index in (0, 1)
    ]
    return {
        "absmartly": {
            "units": [{"type": "user_id", "uid": "<user>"}],
            "publishedAt": 1772344800120,
            "exposures": exposures,
        }
    }


def _context(chance: random.Random, kind: str, view: str) -> dict[str, Any]:
    path = f"/{view.lower().replace(' ', '-')}/{chance.randint(100, 999)}"
    context: dict[str, Any] = {
        "ip": f"203.0.113.{chance.randint(1, 254)}",
        "userAgent": _AGENT,
        "locale": "nb-NO",
        "timezone": "Europe/Oslo",
        "library": {"name": "analytics.js", "version": "next-1.81.0"},
        "page": {
            "path": path,
            "referrer": "https://search.example/",
            "search": "",
            "title": f"{view} | Northlight",
            "url": f"https://www.northlight.example{path}",
        },
        "campaign": {"name": "spring-tents", "source": "newsletter", "medium": "email"},
        "screen": {"density": 2, "height": 1117, "width": 1728, "innerHeight": 934, "innerWidth": 1440},
        "userAgentData": {"brands": [{"brand": "Chromium", "version": "145"}], "mobile": False, "platform": "macOS"},
    }
    if kind == "screen":
        context |= {
            "device": {"type": "ios", "model": "iPhone16,2"},
            "os": {"name": "iOS", "version": "18.5"},
            "app": {"name": "Northlight", "version": "4.12.0"},
        }
    return context


def _chunks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines joined, many at a time: one write for each would cost more than making them."""
    iterator = iter(lines)
    while chunk := b"".join(islice(iterator, _CHUNK)):
        yield chunk


def main() -> None:
    """Write as many events as the first argument says to standard output."""
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal():
        sys.exit("usage: python tests/generate.py COUNT > events.jsonl")
    for chunk in _chunks(islice(event_lines(), int(sys.argv[1]))):
        sys.stdout.buffer.write(chunk)


if __name__ == "__main__":
    main()
