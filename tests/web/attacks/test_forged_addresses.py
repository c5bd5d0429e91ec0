"""A thousand made-up addresses in every header that says where somebody comes from: one visitor, one limit."""

import random
from ipaddress import IPv4Address, IPv6Address

import pytest

from tests.web.pages.conftest import TOKEN

TIMES, ALLOWED = 1_000, 30
PROXY, VISITOR = "10.0.0.1", "192.0.2.7"
SINGLE = ("X-Real-IP", "Client-IP", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP", "X-Cluster-Client-IP", "Via")


@pytest.fixture
def made_up():
    """Makes the headers of one more forgery, always the same ones in a run of a seed."""
    chance = random.Random(20)  # noqa: S311  # an attacker's choice, the same in every run

    def address():
        return str(chance.choice([IPv4Address(chance.getrandbits(32)), IPv6Address(chance.getrandbits(128))]))

    def headers(proxies):
        chain = ", ".join(address() for _ in range(chance.randint(1, 4)))
        forged = {"X-Forwarded-For": f"{chain}, {VISITOR}" if proxies else chain, "Forwarded": f'for="{address()}"'}
        return forged | {name: address() for name in SINGLE}

    return headers


def ask_for_a_token(client, n, headers):
    body = {"email": f"user{n}@example.org", "password": "wrong"}
    return client.post("/api/auth/token", json=body, headers=headers, environ_base={"REMOTE_ADDR": PROXY}).status_code


@pytest.fixture(params=["0", "1"], ids=["no-proxy", "one-proxy"])
def client(request, installed, every_login_fails):
    found = installed(GREENROOM_TRUSTED_PROXIES=request.param).test_client()
    found.proxies = int(request.param)
    return found


def test_a_thousand_forged_addresses_get_the_attempts_of_one_at_the_api(client, made_up):
    statuses = [ask_for_a_token(client, n, made_up(client.proxies)) for n in range(TIMES)]
    assert statuses == [401] * ALLOWED + [429] * (TIMES - ALLOWED)


def test_a_thousand_forged_addresses_get_the_attempts_of_one_at_the_login_page(client, made_up):
    where = {"environ_base": {"REMOTE_ADDR": PROXY}}
    token = TOKEN.search(client.get("/login", **where).text)[1]

    def attempt(n):
        form = {"csrf_token": token, "email": f"user{n}@example.org", "password": "wrong"}
        return client.post("/login", data=form, headers=made_up(client.proxies), **where).status_code

    statuses = [attempt(n) for n in range(TIMES)]
    assert statuses == [401] * ALLOWED + [429] * (TIMES - ALLOWED)


def test_the_same_thousand_from_different_connections_are_not_one_visitor(client, made_up):
    """So it is the address that counts them above, and nothing else."""

    def attempt(n):
        body = {"email": f"user{n}@example.org", "password": "wrong"}
        headers = {"X-Forwarded-For": f"10.9.{n // 250}.{n % 250}"} if client.proxies else {}
        where = {"REMOTE_ADDR": PROXY if client.proxies else f"10.9.{n // 250}.{n % 250}"}
        return client.post("/api/auth/token", json=body, headers=headers, environ_base=where).status_code

    assert {attempt(n) for n in range(100)} == {401}


ODD = ("", ",", " , ,", "x" * 5_000, "unknown", "_hidden", "192.0.2.7:99999", "[::1", "\x7f", "é")


def test_an_odd_header_neither_fails_nor_helps(client):
    for number, odd in enumerate(ODD):
        emails = range(1_000 * number, 1_000 * number + ALLOWED + 5)
        assert {ask_for_a_token(client, n, {"X-Forwarded-For": odd}) for n in emails} <= {401, 429}, odd
    assert ask_for_a_token(client, 1, {"X-Forwarded-For": ODD[0]}) == 429
