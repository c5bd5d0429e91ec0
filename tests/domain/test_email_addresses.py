"""One mailbox is one address, however it is typed; what only looks like it is none."""

import unicodedata

import pytest

from domain.errors import Invalid
from domain.user import canonical_email

EVERY_LETTER = [chr(n) for n in range(0x21, 0x30000) if not 0xD800 <= n < 0xE000]
SPACES = [letter for letter in EVERY_LETTER if letter.isspace() or unicodedata.category(letter) in {"Zs", "Zl", "Zp"}]
WITHOUT_WIDTH = [letter for letter in EVERY_LETTER if unicodedata.category(letter) == "Cf"]
DRAWN_AS_NOTHING = [*"\u034f\u115f\u1160\u17b4\u17b5\u180b\u180f\u2800\u3164\ufe00\ufe0f\uffa0\U000e0100\U000e01ef"]


@pytest.mark.parametrize(
    "spelling",
    [
        "ADA@EXAMPLE.ORG",
        "\u2003ada@example.org\u00a0",
        "\uff41\uff44\uff41\uff20example\uff0eorg",
        "\u1d43da@example.org",
        "ada@example\u3002org",
        "ada@EXAMPLE\uff61ORG",
        "ada@example\uff0eorg",
    ],
)
def test_every_spelling_of_a_mailbox_is_one_address(spelling):
    assert canonical_email(spelling) == "ada@example.org"


def test_a_host_is_the_same_as_people_write_it_and_as_the_name_system_does():
    assert canonical_email("zoë@xn--mnchen-3ya.de") == canonical_email("ZOE\u0308@MU\u0308NCHEN.de") == "zoë@münchen.de"


@pytest.mark.parametrize("letters", [SPACES, WITHOUT_WIDTH, DRAWN_AS_NOTHING], ids=["space", "width", "nothing"])
def test_no_letter_that_nobody_sees_makes_a_second_address(letters):
    assert len(letters) > 10
    for letter in letters:
        for email in (f"a{letter}da@example.org", f"ada@exam{letter}ple.org", f"ada{letter}@example.org"):
            with pytest.raises(Invalid):
                canonical_email(email)


@pytest.mark.parametrize(
    "email", ["a,b@c.d", "<ada@b.c>", "ada@b.c.", "ada@b..c", "ada@[127.0.0.1]", "ada@xn--a", '"a"@b.c']
)
def test_what_no_mail_could_be_sent_to_is_refused_before_one_is_promised(email):
    with pytest.raises(Invalid) as refused:
        canonical_email(email)
    assert refused.value.facts["field"] == "email"
    assert email in refused.value.facts["value"]


def test_the_form_that_is_kept_is_its_own_form():
    changed = [letter for letter in EVERY_LETTER if unicodedata.normalize("NFKC", letter.lower()) != letter]
    kept = 0
    for letter in changed:
        for email in (f"a{letter}b@example.org", f"ada@a{letter}b.org"):
            try:
                once = canonical_email(email)
            except Invalid:
                continue
            kept += 1
            assert canonical_email(once) == once
    assert kept > 1_000
