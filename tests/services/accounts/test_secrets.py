"""Secrets: long, never the same, kept as a hash, and found again while their key is there."""

from domain.mailed_link import Purpose
from services.accounts.mailed_links import MailedLinks
from services.accounts.secrets import DerivedSecrets, hash_of, new_secret

OLD, NEW = "an old key of this house " * 2, "a new key of this house " * 2


def test_a_fresh_secret_is_long_says_what_it_is_and_comes_once():
    made = {new_secret("gra") for _ in range(200)}
    assert len(made) == 200
    assert all(secret.startswith("gra_") and len(secret) == 47 for secret in made)


def test_a_derived_secret_is_the_same_for_the_same_thing_and_for_nothing_else():
    derived = DerivedSecrets([NEW])
    secret = derived.make("reset", "row")
    assert secret == DerivedSecrets([NEW]).make("reset", "row")
    assert len(secret) == 43
    others = {("verify", "row"), ("reset", "row2"), ("rese", "trow"), ("reset\nrow", ""), ("", "reset\nrow")}
    assert secret not in {derived.make(*other) for other in others}
    assert secret != DerivedSecrets([OLD]).make("reset", "row")


def test_a_secret_is_found_by_its_hash_as_long_as_its_key_is_there():
    secret = DerivedSecrets([OLD]).make("guest", "link")
    assert DerivedSecrets([NEW, OLD]).find("guest", "link", hash_of(secret)) == secret
    assert DerivedSecrets([NEW]).find("guest", "link", hash_of(secret)) is None
    assert DerivedSecrets([NEW, OLD]).make("guest", "link") != secret


def test_a_link_that_was_mailed_is_good_after_its_key_was_replaced(links, unified, plain, clock):
    """What counts is the hash that was kept; only a mail that is worded again has another link."""
    secret = links.make(Purpose.RESET, "row", email="ada@example.org")
    after = MailedLinks(DerivedSecrets([NEW]), unified, plain, clock)
    assert after.find(Purpose.RESET, secret).email == "ada@example.org"
    assert after.find(Purpose.RESET, after.make(Purpose.RESET, "row", email="ada@example.org"))


def test_a_hash_is_of_the_whole_secret_whatever_letters_stand_in_it():
    assert len({hash_of(text) for text in ("", "a", "\x00", "\ud800x", "x" * 10_000)}) == 5
