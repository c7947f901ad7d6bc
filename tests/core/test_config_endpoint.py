"""Endpoints and targets: what is told of them, what may be sent to, and what looks like production."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.config import Target
from abtui.core.config.endpoint import (
    blocks_sending,
    endpoint_problems,
    is_header_text,
    is_loopback,
    looks_like_production,
)
from abtui.core.text.secret import Secret

KEY = "sk-9f8e7d6c5b4a"

SCHEME, INSECURE, SLASH, PATH, IOP, PARTS = (
    f"CONFIG-ENDPOINT-{part}" for part in ("SCHEME", "INSECURE", "SLASH", "PATH", "IOP", "PARTS")
)


@pytest.mark.parametrize(
    ("endpoint", "codes"),
    [
        ("https://acme.absmartly.io/v1", []),
        ("HTTPS://Acme.absmartly.io:8443/base/v1", []),
        ("https://müller.example/v1", []),
        ("http://localhost:8080/v1", []),
        ("http://127.0.0.1/v1", []),
        ("http://127.8.9.1:1/v1", []),
        ("http://[::1]:8080/v1", []),
        ("http://localhost.evil.example/v1", [INSECURE]),
        ("http://10.0.0.1/v1", [INSECURE]),
        ("http://[::2]/v1", [INSECURE]),
        ("http://localhost@evil.example/v1", [INSECURE, PARTS]),
        ("https://acme.absmartly.io/v1/", [SLASH]),
        ("https://acme.absmartly.io/", [SLASH, PATH]),
        ("https://acme.absmartly.io", [PATH]),
        ("https://acme.absmartly.io/v2", [PATH]),
        ("https://acme.absmartly.io/v1/context", [PATH]),
        ("https://acme.absmartly.iop/v1", [IOP]),
        ("https://ACME.ABSMARTLY.IOP/v1", [IOP]),
        ("https://absmartly.iop.example/v1", []),
        ("https://u:p@acme.absmartly.io/v1", [PARTS]),
        ("https://acme.absmartly.io/v1?x=1", [PARTS]),
        ("https://acme.absmartly.io/v1#", [PARTS]),
        ("", [SCHEME]),
        ("   ", [SCHEME]),
        ("acme.absmartly.io/v1", [SCHEME]),
        ("//acme.absmartly.io/v1", [SCHEME]),
        ("ftp://acme.absmartly.io/v1", [SCHEME]),
        ("https://", [SCHEME]),
        ("https:///v1", [SCHEME]),
        ("https://:443/v1", [SCHEME]),
        ("https://acme.absmartly.io:99999/v1", [SCHEME]),
        ("https://[::1/v1", [SCHEME]),
        (" https://acme.absmartly.io/v1", [SCHEME]),
        ("https://acme.absmartly.io/v1\n", [SCHEME]),
        ("https://acme\t.absmartly.io/v1", [SCHEME]),
        ("https://your company.absmartly.io/v1", [SCHEME]),
        ("https:\\\\acme.absmartly.io\\v1", [SCHEME]),
        ("https://{company}.absmartly.io/v1", [SCHEME]),
    ],
)
def test_problems_of_an_endpoint_are_found(endpoint: str, codes: list[str]) -> None:
    assert [rule.code for rule, _message, _hint in endpoint_problems(endpoint)] == codes


@given(st.text() | st.text().map("https://".__add__) | st.text("a:/@?#[]%.1 ").map("http://".__add__))
def test_no_endpoint_crashes(endpoint: str) -> None:
    assert endpoint_problems(endpoint) == endpoint_problems(endpoint)
    target = Target(name="t", collector_endpoint=endpoint, environment="e", api_key=Secret(KEY))
    assert isinstance(looks_like_production(target), bool)
    if any(rule.code == SCHEME for rule, _message, _hint in endpoint_problems(endpoint)):
        assert blocks_sending(target)


def test_a_password_is_not_quoted() -> None:
    assert "hunter2" not in repr(endpoint_problems("http://me:hunter2@acme.absmartly.iop"))


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("LOCALHOST", True), ("127.0.0.1", True), ("127.255.0.9", True), ("::1", True), ("0:0:0:0:0:0:0:1", True)]
    + [(host, False) for host in ("", "localhost.", "localhost.com", "128.0.0.1", "0.0.0.0", "::", "127.1", "2130706433")],
)  # fmt: skip
def test_addresses_of_this_machine_are_recognised(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("abc", True), ("", True), ("a b\tc", True), ("é\xff\x80", True), ("a\n", False), ("\r", False), ("\x00", False), ("\x7f", False), ("ā", False), ("\ud800", False)],
)  # fmt: skip
def test_text_that_a_header_cannot_carry_is_recognised(text: str, expected: bool) -> None:
    assert is_header_text(text) is expected


def target(
    name: str = "staging",
    endpoint: str = "https://acme.absmartly.io/v1",
    environment: str = "staging",
    key: str | None = KEY,
    application: str | None = None,
) -> Target:
    secret = None if key is None else Secret(key)
    return Target(
        name=name, collector_endpoint=endpoint, environment=environment, api_key=secret, application=application
    )


@pytest.mark.parametrize(
    ("blocked", "part"),
    [
        *(
            (target(key=key), "has no key: write `apiKey: ${ABSMARTLY_API_KEY}` in the config and set")
            for key in (None, "", "  ")
        ),
        (target(endpoint=""), "no collector endpoint"),
        (target(endpoint="acme.absmartly.io/v1"), "not an http or https address"),
        (target(endpoint="https://"), "not an http or https address"),
        (target(endpoint="http://acme.absmartly.io/v1"), "plain http"),
        (target(endpoint="https://me:hunter2@acme.absmartly.io/v1"), "a user or a password"),
        (target(environment=""), "no environment"),
        (target(environment=" "), "no environment"),
        (target(environment="a\nb"), "The environment of the target `staging`"),
        (target(key=KEY + "\n"), "The API key of the target"),
        (target(application="☕"), "The application of the target"),
    ],
)
def test_what_blocks_sending(blocked: Target, part: str) -> None:
    sentence = blocks_sending(blocked)
    assert sentence is not None
    assert part in sentence
    assert KEY not in sentence
    assert "hunter2" not in sentence


@pytest.mark.parametrize("endpoint", ["https://acme.absmartly.io/v1/", "https://acme.absmartly.iop", "http://127.0.0.1:8080/v1", "http://[::1]/v1"])  # fmt: skip
def test_what_does_not_block_sending(endpoint: str) -> None:
    assert blocks_sending(target(endpoint=endpoint, application="website")) is None


@pytest.mark.parametrize(
    ("name", "environment", "host", "expected"),
    [
        ("staging", "staging", "acme.absmartly.io", False),
        ("staging", "production", "acme.absmartly.io", True),
        ("staging", "Production EU", "acme.absmartly.io", True),
        ("staging", "PROD", "acme.absmartly.io", True),
        ("prod-eu", "eu", "acme.absmartly.io", True),
        ("euProd2", "eu", "acme.absmartly.io", True),
        ("eu", "live_eu", "acme.absmartly.io", True),
        ("eu", "eu", "acme-prod.absmartly.io", True),
        ("eu", "eu", "acmeprod.absmartly.io", True),
        ("eu", "eu", "live.absmartly.io", True),
        ("products", "delivery", "olive.example", False),
        ("production", "production", "localhost:8080", False),
        ("production", "production", "127.0.0.1", False),
        ("production", "production", "[::1]", False),
    ],
)
def test_what_looks_like_production(name: str, environment: str, host: str, expected: bool) -> None:
    scheme = "https" if expected else "http"
    assert looks_like_production(target(name, f"{scheme}://{host}/v1", environment)) is expected


def test_an_unusable_endpoint_still_looks_like_production_by_its_name() -> None:
    assert looks_like_production(target("production", ""))
