"""Users: the one form of an address, names, roles and zones."""

import pytest

from domain.actor import Role
from domain.errors import Invalid
from domain.user import canonical_email, check_display_name, check_roles, check_time_zone, is_made_id, is_user_id


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ada@Example.ORG", "ada@example.org"),
        ("  ada@example.org\n", "ada@example.org"),
        ("\uff41da@example.org", "ada@example.org"),
        ("ada+test@example.org", "ada+test@example.org"),
        ("zoë@exämple.org", "zoë@exämple.org"),
        ("o'brien/sales=eu@mail-1.example.org", "o'brien/sales=eu@mail-1.example.org"),
        ("用户@例子.广告", "用户@例子.广告"),
        ("हिन्दी@उदाहरण.भारत", "हिन्दी@उदाहरण.भारत"),
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


LISTS = [
    "a@b.c,d", "a,d@b.c", "a@b.c,", ",a@b.c", "a@b.c, d@e.f", "a@b.c;d@e.f", "a;b@c.d", "a@b.c;", "a@b.c d@e.f",
    "a@b.c\nd@e.f", "a@b.c\r\nBcc: d@e.f", "a@b.c\tx", "<a@b.c>", "Ada <a@b.c>", "\"Ada\" <a@b.c>", '"a"@b.c',
    '"a,b"@c.d', "friends:a@b.c;", "friends:a@b.c", "a(comment)@b.c", "(x)a@b.c", "a@[127.0.0.1]", "a@b.c>", "a\\@b.c",
    "mailto:a@b.c", "['a@b.c']", '["a@b.c"]', "a\uff0cb@c.d", "a\u3001b@c.d", "a\u060cb@c.d", "a\ufe50b@c.d",
    "a@b.c\u2028d", "a\u00a0b@c.d", "\uff1ca@b.c\uff1e", "a@b.c\uff20d.e", "a@b/c", "a@b_c",
]  # fmt: skip


@pytest.mark.parametrize("email", LISTS)
def test_what_a_mail_header_could_read_as_several_addresses_or_a_group_is_no_address(email):
    with pytest.raises(Invalid) as refused:
        canonical_email(email)
    assert refused.value.facts["field"] == "email"


@pytest.mark.parametrize("email", [["a@b.c"], ("a@b.c", "d@e.f"), {"a@b.c": 1}, {"a@b.c"}, True])
def test_a_list_of_addresses_is_no_address(email):
    with pytest.raises(Invalid):
        canonical_email(email)


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


@pytest.mark.parametrize("has_the_shape", [is_made_id, is_user_id])
def test_an_id_that_is_made_here_has_the_shape_of_a_uuid(has_the_shape):
    assert has_the_shape("7af3ab95-08c2-4de7-8094-2b1e36b85a16")
    assert not has_the_shape("7AF3AB95-08C2-4DE7-8094-2B1E36B85A16")
    assert not has_the_shape("7af3ab95-08c2-4de7-8094-2b1e36b85a16\n")
    assert not has_the_shape("guest:1")


def test_a_user_may_also_have_a_chosen_id_that_fits_its_column():
    assert is_user_id("demo-user")
    assert not is_made_id("demo-user")
    for refused in ("", "-demo", "demo user", "Demo", "démo", "demo\n", "d" * 37):
        assert not is_user_id(refused)
