"""Tokens as attackers make them from a good one: none is accepted, and none makes anything fall over."""

import base64
import hashlib
import hmac
import json
from itertools import product

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from domain.errors import LoginFailed
from services.accounts import TokenService

OLD, NEW, STRANGE = "old-key-" * 8, "new-key-" * 8, "strange!" * 8


@pytest.fixture
def tokens(accounts, unified, plain, clock):
    return TokenService(accounts, unified, plain, [NEW, OLD], clock)


@pytest.fixture
def token(tokens, ada, password):
    return tokens.issue(ada.email, password).access_token


@pytest.fixture
def refused(tokens):
    """Whether this is refused, and by the one refusal that tells nothing."""

    def ask(forged):
        with pytest.raises(LoginFailed) as refusal:
            tokens.verify(forged, "r")
        return refusal.value.facts == {}

    return ask


def encoded(value):
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def decoded(part):
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def signed(header, payload, key=NEW, digest="sha256"):
    """A token of these parts (objects or bytes) with a good signature of this key."""
    head, body = encoded(header), encoded(payload)
    secret = key.encode() if isinstance(key, str) else key
    return f"{head}.{body}.{encoded(hmac.digest(secret, f'{head}.{body}'.encode(), digest))}"


@pytest.fixture
def header(token):
    return decoded(token.split(".")[0])


@pytest.fixture
def payload(token):
    return decoded(token.split(".")[1])


def test_what_is_signed_here_like_a_real_one_is_accepted(tokens, header, payload, ada):
    """So the forgeries below are refused for what is forged in them."""
    assert tokens.verify(signed(header, payload), "r").user_id == ada.user_id


SPELT = {"".join(letters) for letters in product("nN", "oO", "nN", "eE")}
NONES = sorted(SPELT | {"none ", " none", "", "null", "none\x00"})
OTHERS = ["HS384", "HS512", "RS256", "ES256", "PS256", "EdDSA", "hs256", "HS256 ", None, 1, ["HS256"], {}]
TYPES = ["JWT", "jwt", "at+JWT ", "refresh+jwt", "application/at+jwt", "", None, 1, ["at+jwt"], {}]
BRINGS = [{"jku": "http://127.0.0.1/"}, {"x5u": "http://127.0.0.1/"}, {"jwk": {"kty": "oct", "k": "AAAA"}}]
NO_OBJECTS = [b"", b"null", b"[]", b'"x"', b"1", b"{", b"\xff", b"[" * 1_500, b"{}", b'{"sub": NaN}']


@pytest.mark.parametrize("signature", ["", "unsigned", "right"])
def test_no_spelling_of_no_algorithm_is_accepted(refused, token, header, payload, signature):
    for algorithm in NONES:
        forged = signed({**header, "alg": algorithm}, payload)
        head, body, right = forged.split(".")
        assert refused(f"{head}.{body}.{ {'': '', 'unsigned': 'AAAA', 'right': right}[signature] }")


@pytest.mark.parametrize("algorithm", OTHERS)
def test_another_algorithm_is_refused_though_the_signature_is_right(refused, header, payload, algorithm):
    for digest in ("sha256", "sha384", "sha512"):
        assert refused(signed({**header, "alg": algorithm}, payload, digest=digest))


def test_a_key_of_another_kind_is_refused(refused, header, payload):
    for key, algorithm in (
        (rsa.generate_private_key(public_exponent=65_537, key_size=2_048), "RS256"),
        (ec.generate_private_key(ec.SECP256R1()), "ES256"),
    ):
        assert refused(jwt.encode(payload, key, algorithm=algorithm, headers={**header, "alg": algorithm}))
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        assert refused(signed(header, payload, key=public)), "a public key taken for a shared secret"


@pytest.mark.parametrize("key", [STRANGE, "", "x", NEW[:-1], NEW + "x", NEW.upper(), f" {NEW}"], ids=repr)
def test_a_wrong_key_is_refused_under_the_right_name(refused, header, payload, key):
    assert refused(signed(header, payload, key=key or b""))


KIDS = [
    None, "", " ", "unknown", "../../../../etc/passwd", "/dev/null", "/proc/self/environ", "' OR '1'='1",
    "1; DROP TABLE users", "x' UNION SELECT 'key", "$(id)", "|id", "http://127.0.0.1/key", "file:///etc/passwd",
    "\x00", "\ud800", "x" * 3_000, 0, 1, -1, 1.5, True, False, [], ["x"], {}, {"$ne": None}, [[]],
]  # fmt: skip


@pytest.mark.parametrize("kid", KIDS, ids=ascii)
def test_an_odd_name_of_a_key_is_refused_whatever_it_was_signed_with(refused, header, payload, kid):
    for key in (NEW, OLD, STRANGE, b"", b"\x00"):
        assert refused(signed({**header, "kid": kid}, payload, key=key))


def test_a_missing_name_of_a_key_and_the_name_of_the_other_one_are_refused(
    refused, header, payload, accounts, unified, plain, clock, ada, password
):
    before = TokenService(accounts, unified, plain, [OLD], clock)
    old = decoded(before.issue(ada.email, password).access_token.split(".")[0])["kid"]
    assert refused(signed({name: value for name, value in header.items() if name != "kid"}, payload))
    assert refused(signed({**header, "kid": old}, payload, key=NEW))
    assert refused(signed({**header, "kid": [header["kid"]]}, payload))
    assert refused(signed({**header, "kid": header["kid"].upper()}, payload))


@pytest.mark.parametrize("extra", BRINGS)
def test_a_key_that_the_token_brings_itself_is_not_used(refused, header, payload, extra):
    assert refused(signed({**header, **extra}, payload, key=b"\x00\x00\x00"))


@pytest.mark.parametrize("extra", [{"crit": ["exp"]}, {"crit": ["b64"], "b64": False}, {"b64": False}, {"crit": []}])
def test_what_a_header_calls_critical_and_we_do_not_know_is_refused(refused, header, payload, extra):
    assert refused(signed({**header, **extra}, payload))


def test_a_payload_or_header_that_was_encoded_again_breaks_the_signature(refused, token, header, payload):
    head, body, signature = token.split(".")
    for again in (
        json.dumps(payload, indent=1),
        json.dumps(dict(reversed(payload.items()))),
        json.dumps(payload) + " ",
    ):
        assert refused(f"{head}.{encoded(again.encode())}.{signature}")
    assert refused(f"{encoded(json.dumps(header, indent=1).encode())}.{body}.{signature}")
    assert refused(f"{head}.{encoded({**payload, 'exp': payload['exp'] + 1})}.{signature}")


def test_other_letters_for_the_same_bytes_are_no_other_token(refused, token):
    """The last letter of a part has bits that count for nothing; standard base64 has other signs, and padding."""
    head, body, signature = token.split(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for place, part in enumerate((head, body)):
        other = part[:-1] + alphabet[alphabet.index(part[-1]) ^ 1]
        parts = [head, body, signature]
        parts[place] = other
        assert refused(".".join(parts))
    for altered in (f"{head}=.{body}.{signature}", f"{head}.{body}=.{signature}"):
        assert refused(altered)


@pytest.mark.parametrize("again", ["sub", "exp", "sid", "jti"])
def test_a_claim_that_stands_there_twice_counts_once_and_only_if_it_was_signed(
    refused, tokens, header, payload, again, ada
):
    stranger = {"sub": "00000000-0000-4000-8000-000000000000", "exp": 1, "sid": "x", "jti": None}[again]
    text = json.dumps(payload)
    last_is_wrong = f'{text[:-1]}, "{again}": {json.dumps(stranger)}}}'
    assert refused(signed(header, last_is_wrong.encode()))
    assert refused(signed(header, last_is_wrong.encode(), key=STRANGE))


ODD_SUBJECTS = (None, 1, 1.5, True, [], ["x"], {}, "", " ", "\x00", "\ud800", "admin", "' OR 1=1 --", "x" * 3_000)
ODD_CLAIMS = [
    {"sub": value} for value in ODD_SUBJECTS
] + [
    {"exp": value} for value in (None, "", "never", -1, 0, 1.5, True, [], {}, "99999999999")
] + [
    {"iat": "x"}, {"iat": None}, {"jti": 5}, {"jti": []}, {"sid": 1}, {"sid": []},
    {"sid": ""}, {"sid": True}, {"nbf": 99_999_999_999}, {"nbf": "x"},
    {"aud": "elsewhere"}, {"aud": ["elsewhere"]},
]  # fmt: skip


@pytest.mark.parametrize("claims", ODD_CLAIMS, ids=lambda claims: ascii(claims)[:60])
def test_an_odd_claim_is_refused_though_it_was_signed_by_us(refused, header, payload, claims):
    assert refused(signed(header, {**payload, **claims}))


@pytest.mark.parametrize("kind", TYPES)
def test_a_token_of_another_type_is_refused(refused, header, payload, kind):
    assert refused(signed({**header, "typ": kind}, payload))


def test_an_expired_token_is_refused_to_the_second(tokens, refused, header, payload, clock, ada):
    moment = int(clock().timestamp())
    assert refused(signed(header, {**payload, "exp": moment}))
    assert refused(signed(header, {**payload, "exp": moment - 1}))
    assert tokens.verify(signed(header, {**payload, "exp": moment + 1}), "r").user_id == ada.user_id


def test_a_huge_token_is_refused_before_it_is_read(refused, header, payload, monkeypatch):
    huge = signed(header, {**payload, "filling": "x" * 5_000})
    monkeypatch.setattr(jwt, "get_unverified_header", lambda _: pytest.fail("it was read"))
    assert refused(huge)
    assert refused("x" * 10_000_000)
    assert refused("." * 10_000)


def test_what_stands_around_or_inside_of_a_token_makes_it_another(refused, token):
    head, body, signature = token.split(".")
    for altered in (
        f"{token}.", f".{token}", f"{token}.{signature}", f"{head}..{signature}", f"{head}.{body}", f"{head}.{body}.",
        f"{head}.{body}..{signature}", f"{head}\n.{body}.{signature}", f"{head}.{body} .{signature}",
        f"{head}.{body}. ", f'"{token}"', f"Bearer {token}", token.swapcase(), token[::-1],
        f"{body}.{head}.{signature}", f"{head}.{body}.{signature[:-2]}", f"\ufeff{token}", f"{token}\x00",
        token.replace(".", "\uff0e"), token.replace(".", "%2e"),
    ):  # fmt: skip
        assert refused(altered)


@pytest.mark.parametrize("body", NO_OBJECTS)
def test_a_payload_that_is_no_object_of_ours_is_refused_though_it_was_signed_by_us(refused, header, body):
    assert refused(signed(header, body))


def test_the_signature_of_one_token_is_worth_nothing_under_another(tokens, refused, token, ada, password):
    other = tokens.issue(ada.email, password).access_token
    assert refused(token.rpartition(".")[0] + "." + other.rpartition(".")[2])


def test_a_digest_without_a_key_is_no_signature(refused, header, payload):
    forged = signed(header, payload).rpartition(".")[0]
    assert refused(f"{forged}.{encoded(hashlib.sha256(forged.encode()).digest())}")
