"""Users: the one form of an address, names, roles and zones."""

import pytest

from domain.actor import Role
from domain.errors import Invalid
from domain.user import canonical_email, check_display_name, check_roles, check_time_zone, is_user_id


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ada@Example.ORG", "ada@example.org"),
        ("  ada@example.org\n", "ada@example.org"),
        ("\uff41da@example.org", "ada@example.org"),
        ("ada+test@example.org", "ada+test@example.org"),
        ("zoë@exämple.org", "zoë@exämple.org"),
    ],
)
def test_two_spellings_of_one_address_are_kept_as_one(given, kept):
    assert canonical_email(given) == kept
    assert canonical_email(kept) == kept


@pytest.mark.parametrize(
    "email", ["", "ada", "@example.org", "ada@", "a@b@c", "a b@c", "a\u200b@c", "a\x00@c", "a" * 255, None, 5, b"a@b"]
)
def test_what_is_no_address_is_refused(email):
    with pytest.raises(Invalid) as refused:
        canonical_email(email)
    assert refused.value.facts["field"] == "email"


def test_a_name_is_kept_without_the_space_around_it():
    assert check_display_name("  Zoë 🦊 ") == "Zoë 🦊"


@pytest.mark.parametrize("name", ["a\nb", "\u202eevil", "n" * 201, None, "\x00"])
def test_a_name_that_cannot_be_shown_is_refused(name):
    with pytest.raises(Invalid, match="display_name"):
        check_display_name(name)


def test_roles_are_read_by_their_names():
    assert check_roles(["member", "admin", "member"]) == {Role.MEMBER, Role.ADMIN}


@pytest.mark.parametrize("roles", [[], ["king"], ["member", "king"], ["Member"]])
def test_unknown_roles_and_none_at_all_are_refused_naming_the_known_ones(roles):
    with pytest.raises(Invalid, match="member, reviewer, instructor, board, admin"):
        check_roles(roles)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Vienna", "Pacific/Chatham"])
def test_a_zone_of_the_database_is_accepted(zone):
    assert check_time_zone(zone) == zone


@pytest.mark.parametrize(
    "zone", ["", "Mars/Base", "../../etc/passwd", "/etc/localtime", "z" * 65, None, "\x00", "Europe"]
)
def test_any_other_zone_is_refused(zone):
    with pytest.raises(Invalid, match="time_zone"):
        check_time_zone(zone)


def test_a_user_id_has_the_shape_of_a_uuid():
    assert is_user_id("7af3ab95-08c2-4de7-8094-2b1e36b85a16")
    assert not is_user_id("7AF3AB95-08C2-4DE7-8094-2B1E36B85A16")
    assert not is_user_id("7af3ab95-08c2-4de7-8094-2b1e36b85a16\n")
    assert not is_user_id("guest:1")
