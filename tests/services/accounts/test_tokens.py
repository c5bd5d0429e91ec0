"""Bearer tokens: what is in them, and everything that is refused."""

import base64
import json
import traceback

import jwt
import pytest

from domain.errors import Invalid, LoginFailed
from services.accounts import TokenService

OLD, NEW, STRANGE = "old-key-" * 8, "new-key-" * 8, "strange!" * 8


@pytest.fixture
def token_service(accounts, unified, plain, clock):
    """Makes a service with these keys."""
    return lambda keys: TokenService(accounts, unified, plain, keys, clock)


@pytest.fixture
def tokens(token_service):
    return token_service([NEW, OLD])


@pytest.fixture
def token(tokens, ada, password):
    return tokens.issue(ada.email, password).access_token


def forged(token, key=NEW, *, claims=None, headers=None, algorithm="HS256"):
    """The token with other claims or headers, signed again."""
    header = {**jwt.get_unverified_header(token), **(headers or {})}
    payload = {**jwt.decode(token, options={"verify_signature": False}), **(claims or {})}
    payload = {name: value for name, value in payload.items() if value is not None}
    header.pop("alg")
    return jwt.encode(payload, key, algorithm=algorithm, headers=header)


def test_a_token_says_who_until_when_and_nothing_more(token, ada, clock):
    header = jwt.get_unverified_header(token)
    payload = jwt.decode(token, NEW, algorithms=["HS256"], options={"verify_exp": False, "verify_iat": False})
    assert (header["alg"], header["typ"]) == ("HS256", "at+jwt")
    assert set(payload) == {"sub", "sid", "jti", "iat", "exp"}
    assert payload["sub"] == ada.user_id
    assert payload["exp"] - payload["iat"] == 600
    assert payload["iat"] == clock().timestamp()


def test_a_token_is_good_for_ten_minutes(tokens, token, ada, clock):
    clock.pass_seconds(599)
    actor = tokens.verify(token, "request-1")
    assert (actor.user_id, actor.roles, actor.request_id) == (ada.user_id, ada.roles, "request-1")
    clock.pass_seconds(1)
    with pytest.raises(LoginFailed):
        tokens.verify(token, "request-2")


def test_two_tokens_of_one_user_have_ids_of_their_own(tokens, ada, password):
    ids = {
        jwt.decode(tokens.issue(ada.email, password).access_token, options={"verify_signature": False})["jti"]
        for _ in range(2)
    }
    assert len(ids) == 2


def test_the_wrong_password_gets_no_token(tokens, ada):
    with pytest.raises(LoginFailed):
        tokens.issue(ada.email, "not the password")


def test_keys_are_replaced_one_by_one(token_service, tokens, ada, password):
    token = tokens.issue(ada.email, password).access_token
    before = token_service([OLD]).issue(ada.email, password).access_token
    assert tokens.verify(before, "r").user_id == ada.user_id
    after = token_service([NEW])
    assert after.verify(token, "r").user_id == ada.user_id
    with pytest.raises(LoginFailed):
        after.verify(before, "r")


@pytest.mark.parametrize("change", ["password", "roles", "suspend"])
def test_a_token_ends_with_the_logins_of_its_user(tokens, token, accounts, ada, change):
    assert tokens.verify(token, "r")
    {
        "password": lambda: accounts.set_password(ada.user_id, "another long password"),
        "roles": lambda: accounts.set_roles(ada.user_id, ["admin"]),
        "suspend": lambda: accounts.suspend(ada.user_id),
    }[change]()
    with pytest.raises(LoginFailed):
        tokens.verify(token, "r")


def test_a_token_forged_in_nothing_is_accepted_so_the_forgeries_below_fail_for_their_own_reason(tokens, token, ada):
    assert tokens.verify(forged(token), "r").user_id == ada.user_id


@pytest.mark.parametrize(
    "forgery",
    [
        {"key": STRANGE},
        {"headers": {"kid": "unknown"}},
        {"headers": {"kid": None}},
        {"headers": {"typ": "JWT"}},
        {"headers": {"typ": "refresh+jwt"}},
        {"algorithm": "HS512"},
        {"claims": {"sub": "00000000-0000-4000-8000-000000000000"}},
        {"claims": {"sub": None}},
        {"claims": {"exp": None}},
        {"claims": {"exp": "tomorrow"}},
        {"claims": {"exp": 1e308}},
        {"claims": {"jti": None}},
        {"claims": {"sid": "00000000-0000-4000-8000-000000000000"}},
        {"claims": {"sid": None}},
        {"claims": {"nbf": 99999999999}},
    ],
    ids=str,
)
def test_a_forged_token_is_refused(tokens, token, forgery):
    try:
        bad = forged(token, **forgery)
    except jwt.InvalidTokenError:
        bad = token.replace(token.split(".")[0], part({"alg": "HS256", "typ": "at+jwt", "kid": None}))
    with pytest.raises(LoginFailed):
        tokens.verify(bad, "r")


def part(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_an_unsigned_token_is_refused(tokens, token):
    kid = jwt.get_unverified_header(token)["kid"]
    payload = token.split(".")[1]
    for algorithm in ("none", "None", "NONE", "HS256"):
        with pytest.raises(LoginFailed):
            tokens.verify(f"{part({'alg': algorithm, 'kid': kid, 'typ': 'at+jwt'})}.{payload}.", "r")


NO_TOKENS = ["", ".", "..", "a.b.c", "\x00", "\ud800", "ü.ü.ü", "x" * 100_000]
NO_HEADERS = [part("[" * 2_000), part("[]"), part("{")]


@pytest.mark.parametrize("text", [*NO_TOKENS, *(f"{header}.e30.x" for header in NO_HEADERS)], ids=range(11))
def test_what_is_no_token_is_refused_and_breaks_nothing(tokens, text):
    with pytest.raises(LoginFailed):
        tokens.verify(text, "r")


def test_an_altered_token_is_refused(tokens, token):
    header, _, signature = token.split(".")
    claims = {**jwt.decode(token, options={"verify_signature": False}), "sub": "someone"}
    with pytest.raises(LoginFailed):
        tokens.verify(f"{header}.{part(claims)}.{signature}", "r")


@pytest.mark.parametrize("keys", [[], ["short"], [NEW, "short"]])
def test_a_missing_or_short_key_is_refused_without_showing_it(token_service, keys):
    with pytest.raises(Invalid, match="JWT_SECRET") as refused:
        token_service(keys)
    assert "short" not in str(refused.value)


def test_no_refusal_shows_a_key_or_the_token(tokens, token):
    with pytest.raises(LoginFailed) as refused:
        tokens.verify(token + "x", "r")
    shown = "".join(traceback.format_exception_only(refused.value)) + str(refused.value.facts)
    assert NEW not in shown
    assert token not in shown
