"""Users: how they are made, found, changed and kept out."""

import traceback
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from database.request_session_manager import RequestSessionManager
from database.tables import UserRow
from database.unit import current_unit
from domain.actor import Role
from domain.errors import Invalid, LoginFailed, NotFound
from domain.login import Origin
from services.accounts import AccountService
from services.accounts.making import EmailTaken
from services.accounts.passwords import Passwords


def stored_hash(db_manager):
    with RequestSessionManager(db_manager).session_scope() as db:
        return db.scalar(select(UserRow.password_hash))


def test_a_user_is_kept_as_made_with_the_address_in_its_canonical_form(accounts, ada, clock):
    assert (ada.email, ada.display_name, ada.time_zone) == ("ada@example.org", "Ada L.", "UTC")
    assert (ada.roles, ada.session_version, ada.suspended_at) == ({Role.MEMBER}, 1, None)
    assert ada.created_at == clock()
    assert accounts.find_user(ada.user_id) == ada
    assert accounts.list_users() == [ada]
    assert accounts.has_users()


@pytest.mark.parametrize("spelling", ["ada@example.org", " ADA@EXAMPLE.ORG ", "\uff21da@example.org"])
def test_every_spelling_of_an_address_is_the_same_user(accounts, ada, password, spelling):
    assert accounts.check_password(spelling, password) == ada
    assert accounts.find_user_by_email(spelling) == ada
    with pytest.raises(EmailTaken):
        accounts.create_user(email=spelling, password=password, roles={"member"})
    assert accounts.list_users() == [ada]


def test_of_two_who_take_one_address_at_once_exactly_one_gets_it(accounts, password):
    def take(_):
        return accounts.create_user(email="ben@example.org", password=password, roles={"member"})

    with ThreadPoolExecutor(4) as pool:
        outcomes = [done.exception() for done in [pool.submit(take, n) for n in range(4)]]
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["EmailTaken"] * 3 + ["NoneType"]


NO_ADDRESSES = ["", "ada", "@example.org", "ada@", "a@b@c", "a da@example.org", "a\x00@b.c", "\ud800@b.c"]


@pytest.mark.parametrize("email", [*NO_ADDRESSES, "a" * 251 + "@b.c", "\ufdfa" * 100 + "@b.c"])
def test_what_is_no_address_is_refused_and_is_nobody(accounts, ada, password, email):
    with pytest.raises(Invalid) as refused:
        accounts.create_user(email=email, password=password, roles={"member"})
    assert refused.value.facts["field"] == "email"
    assert accounts.find_user_by_email(email) is None
    with pytest.raises(LoginFailed):
        accounts.check_password(email, password)


@pytest.mark.parametrize("bad", ["short pw", "ada@example.org", " ADA@example.org", "x" * 1001, "\ud800" * 12])
def test_a_password_against_the_rule_is_refused_and_never_shown(accounts, ada, bad):
    for refuse in (
        lambda: accounts.create_user(email="ada@example.org", password=bad, roles={"member"}),
        lambda: accounts.set_password(ada.user_id, bad),
    ):
        with pytest.raises(Invalid) as refused:
            refuse()
        assert refused.value.facts["field"] == "password"
        shown = f"{refused.value.message} {refused.value.facts}"
        assert bad not in shown
    with pytest.raises(LoginFailed):
        accounts.check_password(ada.email, bad)


def test_a_password_of_any_script_is_one_password_however_it_is_typed(accounts):
    accounts.create_user(email="zoe@example.org", password="Zoe\u0308 mag Käse", roles={"member"})
    assert accounts.check_password("zoe@example.org", "Zo\u00eb mag Käse")


@pytest.mark.parametrize("roles", [[], ["owner"], ["member", "root"]])
def test_unknown_roles_and_none_at_all_are_refused(accounts, ada, password, roles):
    with pytest.raises(Invalid, match="admin"):
        accounts.create_user(email="ben@example.org", password=password, roles=roles)
    with pytest.raises(Invalid, match="admin"):
        accounts.set_roles(ada.user_id, roles)


def test_unknown_wrong_and_suspended_get_the_same_answer(accounts, ada, password):
    answers = set()
    for email, typed in (("nobody@example.org", password), (ada.email, "not the password"), (ada.email, "")):
        with pytest.raises(LoginFailed) as refused:
            accounts.check_password(email, typed)
        answers.add((refused.value.message, str(refused.value.facts)))
    accounts.suspend(ada.user_id)
    with pytest.raises(LoginFailed) as refused:
        accounts.check_password(ada.email, password)
    answers.add((refused.value.message, str(refused.value.facts)))
    assert len(answers) == 1


def test_an_unknown_user_costs_one_hash_of_the_same_price(unified, plain, outbox, ada):
    verified = []

    class Counting(PasswordHasher):
        def verify(self, stored, typed):
            assert current_unit() is None, "hashing would hold a connection for as long"
            verified.append(stored.split("$")[3])
            return super().verify(stored, typed)

    hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
    accounts = AccountService(unified, plain, outbox, Passwords(hasher))
    for email in (ada.email, "nobody@example.org", "no address"):
        with pytest.raises(LoginFailed):
            accounts.check_password(email, "not the password")
    assert verified == ["m=8,t=1,p=1"] * 3


def test_passwords_are_kept_as_argon2id_and_renewed_when_the_price_rises(
    unified, plain, outbox, ada, db_manager, password
):
    before = stored_hash(db_manager)
    assert before.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    dearer = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    renewing = AccountService(unified, plain, outbox, dearer)
    with pytest.raises(LoginFailed):
        renewing.check_password(ada.email, "not the password")
    assert stored_hash(db_manager) == before
    assert renewing.check_password(ada.email, password).session_version == ada.session_version
    assert stored_hash(db_manager).startswith("$argon2id$v=19$m=16,t=2,p=1$")
    assert renewing.check_password(ada.email, password)


def test_by_default_a_hash_costs_what_the_library_recommends():
    assert Passwords().hash("a long password").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_changed_password_works_at_once_and_raises_the_session_version(accounts, ada, password):
    with pytest.raises(Invalid, match="current_password"):
        accounts.change_password(ada.user_id, current="not the password", new="another long password")
    changed = accounts.change_password(ada.user_id, current=password, new="another long password")
    assert changed.session_version == ada.session_version + 1
    assert accounts.check_password(ada.email, "another long password") == changed
    with pytest.raises(LoginFailed):
        accounts.check_password(ada.email, password)


def test_changes_at_once_are_all_counted(accounts, ada):
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(accounts.set_roles, ada.user_id, ["board", "admin"]) for _ in range(12)]:
            done.result()
    changed = accounts.find_user(ada.user_id)
    assert (changed.session_version, changed.roles) == (13, {Role.BOARD, Role.ADMIN})


def test_a_suspended_user_may_be_let_in_again(accounts, ada, clock, password):
    assert accounts.suspend(ada.user_id).suspended_at == clock()
    assert accounts.restore(ada.user_id).suspended_at is None
    assert accounts.check_password(ada.email, password).session_version == 2


def test_name_and_time_zone_are_the_users_own(accounts, ada):
    changed = accounts.set_profile(ada.user_id, display_name=" Ada Lovelace ", time_zone="Europe/Berlin")
    assert (changed.display_name, changed.time_zone) == ("Ada Lovelace", "Europe/Berlin")
    assert changed.session_version == ada.session_version


@pytest.mark.parametrize("zone", ["", "Europe", "Mars/Base", "../etc/passwd", "a" * 65, "\x00", "/etc/localtime"])
def test_an_unknown_time_zone_is_refused(accounts, ada, zone):
    with pytest.raises(Invalid) as refused:
        accounts.set_profile(ada.user_id, time_zone=zone)
    assert refused.value.facts["field"] == "time_zone"


@pytest.mark.parametrize("name", ["a" * 201, "new\nline", "\x00", "\ud800"])
def test_a_name_that_cannot_be_shown_is_refused(accounts, ada, name):
    with pytest.raises(Invalid) as refused:
        accounts.set_profile(ada.user_id, display_name=name)
    assert refused.value.facts["field"] == "display_name"


@pytest.mark.parametrize("user_id", ["00000000-0000-4000-8000-000000000000", "", "\x00", "' OR 1=1", "x" * 9999])
def test_an_id_that_nobody_has_is_nobody(accounts, ada, user_id):
    assert accounts.find_user(user_id) is None
    with pytest.raises(NotFound):
        accounts.set_password(user_id, "another long password")


def test_an_actor_carries_who_what_and_which_request(accounts, ada):
    actor = accounts.actor_of(ada, "request-1")
    assert (actor.user_id, actor.roles, actor.email) == (ada.user_id, ada.roles, ada.email)
    assert actor.request_id == "request-1"


def test_no_error_shows_a_password_or_its_hash(accounts, ada):
    secret = "unique " * 3
    with pytest.raises(EmailTaken) as refused:
        accounts.create_user(email=ada.email, password=secret, roles={"member"})
    shown = "".join(traceback.format_exception(refused.value))
    assert secret not in shown
    assert "argon2id" not in shown


def test_an_account_may_have_a_chosen_id_and_everything_works_for_it(accounts, tokens, logins, password):
    user = accounts.create_user(email="demo@example.org", password=password, roles={"member"}, user_id="demo-user")
    assert user.user_id == "demo-user"
    assert accounts.find_user("demo-user") == user
    assert tokens.verify(tokens.issue(user.email, password).access_token, "request-1").user_id == "demo-user"
    login = logins.begin(user, Origin("127.0.0.1", "a browser"))
    assert logins.find(login.login_id).user == user
    with pytest.raises(EmailTaken):
        accounts.create_user(email="other@example.org", password=password, roles={"member"}, user_id="demo-user")


@pytest.mark.parametrize("user_id", ["", "guest:1", "Demo", "../demo", "d" * 37])
def test_a_chosen_id_that_is_none_is_refused(accounts, password, user_id):
    with pytest.raises(Invalid, match="user_id"):
        accounts.create_user(email="demo@example.org", password=password, roles={"member"}, user_id=user_id)
    assert not accounts.has_users()
