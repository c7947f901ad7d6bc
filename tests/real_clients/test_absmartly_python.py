"""AB Smartly's Python SDK against the local collector: it reads experiments, assigns variants, publishes exposures and goals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sdk.absmartly import ABSmartly
from sdk.absmartly_config import ABSmartlyConfig
from sdk.client import Client
from sdk.client_config import ClientConfig
from sdk.context_config import ContextConfig
from sdk.default_http_client import DefaultHTTPClient
from sdk.default_http_client_config import DefaultHTTPClientConfig

from abtui.core.config.reader import read_config
from abtui.core.corpus.experiments.count import CorpusCount, all_findings
from abtui.core.experiments.assignment import assign, uid_hash
from abtui.core.experiments.derived import running
from abtui.core.experiments.elsewhere import Sent, read_elsewhere
from abtui.core.experiments.reader import read_experiments_file
from abtui.services.collector.experiments import ExperimentsOfFile
from abtui.services.collector.server import LocalCollector
from tests.kit import ENV, config_with, event

FILE = """\
experiments:
  - name: checkout_one_page
    variants: [control, {name: one_page, config: {button.color: red}}]
  - {name: thirds, split: [20, 30, 50], traffic: 60}
  - {name: for_the_club, audience: {filter: [{eq: [{var: plan}, {value: club}]}]}, audienceEnforced: true}
  - {name: everybody, split: [1, 1, 1], fullOn: 2}
  - {name: by_session, unitType: session_id}
  - {name: elsewhere, applications: [app]}
"""
NAMES = ("checkout_one_page", "thirds", "for_the_club", "everybody", "by_session")
USERS = [f"u-{number}" for number in range(20_991, 21_031)]


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[LocalCollector]:
    path = tmp_path / "experiments.yaml"
    path.write_text(FILE, encoding="utf-8")
    with LocalCollector(
        experiments=ExperimentsOfFile(str(path), lambda _path, _finding: None, lambda _line: None)
    ) as made:
        yield made


@contextmanager
def sdk_for(collector: LocalCollector) -> Iterator[Any]:
    """The SDK, as its documentation sets it up, without a proxy."""
    client_config = ClientConfig()
    client_config.endpoint = collector.base_url
    client_config.api_key = "a-key-of-the-sdk"
    client_config.application = "website"
    client_config.environment = "development"
    http = DefaultHTTPClient(DefaultHTTPClientConfig())
    http.http_client.trust_env = False
    config = ABSmartlyConfig()
    config.client = Client(client_config, http)
    yield ABSmartly(config)
    client_config.executor.shutdown()
    http.http_client.close()


@contextmanager
def context_of(sdk: Any, **given: Any) -> Iterator[Any]:
    config = ContextConfig()
    config.units = given.get("units")
    config.attributes = given.get("attributes")
    context = sdk.create_context(config)
    context.wait_until_ready()
    assert not context.failed
    yield context
    context.close()


def test_each_variant_is_that_of_our_own_assignment(collector: LocalCollector) -> None:
    plans = {item.name: running(item) for item in read_experiments_file(FILE, "").experiments}
    with sdk_for(collector) as sdk:
        data = sdk.get_context_data().result()
        for user in USERS:
            config = ContextConfig()
            config.units = {"user_id": user}
            context = sdk.create_context_with(config, data)
            assert sorted(context.get_experiments()) == sorted(NAMES)
            for name in NAMES:
                mismatch = name == "for_the_club"
                expected = assign(plans[name], {"user_id": uid_hash(user)}, mismatch=mismatch)
                assert context.peek_treatment(name) == expected.variant, (user, name)
            context.close()


def test_an_exposure_and_a_goal_arrive_with_the_same_unit(collector: LocalCollector) -> None:
    with (
        sdk_for(collector) as sdk,
        context_of(sdk, units={"user_id": "u-20991"}, attributes={"plan": "club"}) as context,
    ):
        variant = context.get_treatment("checkout_one_page")
        assert context.get_variable_value("button.color", "grey") == ("red" if variant else "grey")
        context.track("payment", {"amount": 1999.99})
        context.publish()
    received = collector.state.received()
    [entry] = received["accepted"]
    assert received["rejected"] == []
    assert (entry["agent"], entry["application"], entry["environment"]) == (
        "absmartly-python-sdk",
        "website",
        "development",
    )
    assert "a-key-of-the-sdk" not in str(received)
    body = entry["body"]
    assert body["hashed"] is True
    assert body["units"] == [{"type": "user_id", "uid": uid_hash("u-20991")}]
    [exposure] = body["exposures"]
    assert (exposure["name"], exposure["variant"], exposure["assigned"]) == ("checkout_one_page", variant, True)
    [goal] = body["goals"]
    assert (goal["name"], goal["properties"]) == ("payment", {"amount": 1999.99})


# Will it count?

AT_CHECKOUT = event(
    event="Order Completed", userId="u-20991", properties={"revenue": 1999.99}, originalTimestamp="2050-01-01T00:00:00Z"
)


def exposed_by_sdk(collector: LocalCollector) -> dict[str, Any]:
    """What the collector received of an exposure that the SDK made and published."""
    with sdk_for(collector) as sdk, context_of(sdk, units={"user_id": "u-20991"}) as context:
        context.get_treatment("checkout_one_page")
        context.publish()
    return collector.state.received()


@pytest.mark.parametrize("way", ["past Segment", "through the destination"])
@pytest.mark.parametrize("unit", ["user_id", "customer"])
def test_a_goal_of_the_destination_counts_if_it_names_the_unit_as_the_sdk_does(
    way: str, unit: str, collector: LocalCollector
) -> None:
    received = exposed_by_sdk(collector)
    config = read_config(config_with(unitMapping=f"{{ userId: {unit} }}"), ENV).config
    assert config is not None
    count = CorpusCount(config, read_experiments_file(FILE, "").experiments)
    count.add(json.loads(AT_CHECKOUT))
    if way == "past Segment":
        for item in read_elsewhere([json.dumps(received).encode()]):
            assert isinstance(item, Sent)
            count.add_elsewhere(item)
    else:
        [entry] = received["accepted"]
        count.add(json.loads(event(event="Experiment Viewed", properties={"absmartly": entry["body"]})))
    counted = count.counted()
    found = counted.results["checkout_one_page"]
    [goal] = found.goals.values()
    told = [item.finding for item in all_findings(counted) if item.experiment == "checkout_one_page"]
    assert found.participants == 1
    if unit == "user_id":
        assert goal.reasons == {"attributed": 1}
        assert told == []
    else:
        assert goal.details == {"sameUidOtherType": 1}
        [finding] = told
        assert finding.code == "EXPERIMENT-UNIT-TYPE"
        assert "exposures are of `user_id`, goals of `customer`: the same 1 uid" in finding.message
