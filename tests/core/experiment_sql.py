"""A second count of experiments, by SQL over rows: it shares no code with the one that it checks but the hash of a uid."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from abtui.core.experiments.assignment import uid_hash

_TABLES = """
create table keys (request int, type text, hash text, plain text);
create table rows (request int, item int, experiment text, unit text, variant int, at int, flags int);
create table goals (request int, item int, name text, at int, props text);
create table tracked (experiment text, type text);
"""
_PARTICIPANTS = """
create table part as
  select experiment, type, hash, at, variant from rows join keys using (request) where flags & 207 = 3;
create table first as
  select experiment, type, hash, at, variant from (
    select *, row_number() over (partition by experiment, type, hash order by at, variant) as nth from part
  ) where nth = 1;
create table out as
  select distinct r.experiment, k.type, k.hash from rows r join keys k using (request)
  where not exists (select 1 from part p where p.experiment = r.experiment and p.type = k.type and p.hash = k.hash);
"""
_REASONS = """
select t.experiment, g.name, case
  when exists (select 1 from keys k join first f using (type, hash) where k.request = g.request and f.experiment = t.experiment
               and k.type = t.type and f.at <= g.at) then 'attributed'
  when exists (select 1 from keys k join first f using (type, hash) where k.request = g.request and f.experiment = t.experiment
               and k.type = t.type) then 'beforeExposure'
  when exists (select 1 from keys k join out o using (type, hash) where k.request = g.request and o.experiment = t.experiment
               and k.type = t.type) then 'excluded'
  when exists (select 1 from keys k join first f using (hash) where k.request = g.request and f.experiment = t.experiment)
    then 'otherUnitType'
  else 'neverExposed' end as reason, count(*)
from tracked t cross join goals g group by 1, 2, 3
"""
_TRACKED = """
select unit from (select distinct request, unit from rows where experiment = ? and unit is not null)
group by unit order by count(*) desc, unit limit 1
"""
_MOST_ROWS = """
select type from rows join keys using (request) where experiment = ? group by type order by count(*) desc, type limit 1
"""


def count_by_sql(bodies: Iterable[dict[str, Any]], unit_types: dict[str, str | None]) -> dict[str, Any]:
    """Of each experiment the tracked type, the participants by variant, the crossovers, and the goals by reason; and the duplicates."""
    db = sqlite3.connect(":memory:")
    db.executescript(_TABLES)
    for number, body in enumerate(bodies):
        _insert(db, number, body)
    names = {name for (name,) in db.execute("select distinct experiment from rows")} | unit_types.keys()
    for name in sorted(names):
        tracked = unit_types.get(name)
        for query in (_TRACKED, _MOST_ROWS):
            tracked = tracked or next((row[0] for row in db.execute(query, (name,))), None)
        db.execute("insert into tracked values (?, ?)", (name, tracked))
    db.executescript(_PARTICIPANTS)
    found: dict[str, Any] = {
        name: {"unitType": tracked, "participants": {}, "crossovers": 0, "goals": {}}
        for name, tracked in db.execute("select experiment, type from tracked")
    }
    for name, variant, number in db.execute(
        "select experiment, variant, count(*) from first join tracked using (experiment, type) group by 1, 2"
    ):
        found[name]["participants"][str(variant)] = number
    for name, number in db.execute(
        "select experiment, count(*) from (select experiment, hash from part join tracked using (experiment, type)"
        " group by 1, 2 having count(distinct variant) > 1) group by 1"
    ):
        found[name]["crossovers"] = number
    for name, goal, reason, number in db.execute(_REASONS):
        found[name]["goals"].setdefault(goal, {})[reason] = number
    return {"experiments": found, "duplicates": _duplicates(db)}


def _insert(db: sqlite3.Connection, number: int, body: dict[str, Any]) -> None:
    keys = {
        (unit["type"], unit["uid"] if body.get("hashed") else uid_hash(unit["uid"])): None
        for unit in body["units"]
        if "uid" in unit
    }
    db.executemany("insert into keys values (?, ?, ?, null)", [(number, *key) for key in keys])
    values = [item.get("value") for item in body.get("attributes", ()) if item["name"] == "__ignore"]
    ignored = any(value not in (None, 0, "", "0", "false", False) for value in values)
    for at, item in enumerate(body.get("exposures", ())):
        bits = {"eligible": 1, "assigned": 2, "overridden": 4, "fullOn": 8, "custom": 16, "audienceMismatch": 32}
        flags = sum(bit for name, bit in bits.items() if item.get(name)) + 128 * ignored
        row = (number, at, item["name"], item.get("unit"), item["variant"], item["exposedAt"], flags)
        db.execute("insert into rows values (?, ?, ?, ?, ?, ?, ?)", row)
    for at, item in enumerate(body.get("goals", ())):
        props = json.dumps(item.get("properties"), sort_keys=True)
        db.execute("insert into goals values (?, ?, ?, ?, ?)", (number, at, item["name"], item["achievedAt"], props))


def _duplicates(db: sqlite3.Connection) -> dict[str, int]:
    units = "(select group_concat(type || ':' || hash) from (select * from keys k where k.request = g.request order by type, hash))"
    rows = db.execute(
        f"select name, count(*) - count(distinct at || '|' || props || '|' || coalesce({units}, '')) from goals g group by name"
    )
    return dict(rows.fetchall())
