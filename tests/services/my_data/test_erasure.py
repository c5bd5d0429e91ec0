"""Erasure: who may ask for it, what ends at once, and that nothing remains but what is told."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import update

from database.tables import OutboxRow
from domain import clock
from domain.actor import Role
from domain.errors import Conflict, Invalid, LoginFailed, NotFound, ProviderDown
from domain.login import Origin
from providers.mail.base import MailRefused
from services.accounts.secrets import DerivedSecrets
from services.background_jobs import JobState
from services.my_data.farewell import KIND as FAREWELL
from services.outbox import Claimed, Effect
from tests.services.my_data.house import COUNTS, PASSWORD, PHRASE, House
from tests.services.my_data.test_exports import upkeep_at


@pytest.fixture
def ben(house):
    """Somebody else, of whom as much is kept."""
    return house.full("ben")


def words_of(actor, name):
    return actor.user_id, actor.email, f"{name} Lovelace", f"{PHRASE} of {name}"


def farewells(house):
    return [path for path in (house.data_dir / "mail").glob("*.eml") if "was erased" in path.read_text()]


# --- that nothing remains ---------------------------------------------------------------------------------------------


def test_nothing_of_an_erased_person_remains_in_any_table_or_file_but_the_last_mail(house, ada, ben):
    assert {trace.partition(":")[0] for trace in house.traces(*words_of(ada, "ada"))} >= {"users", "outbox", "logins"}
    house.work()
    put_off(house, ada)
    before = kept_of(house, ben, "ben")
    erased = house.erase(ada)
    (last,) = farewells(house)
    assert house.traces(*words_of(ada, "ada")) == [f"mail/{last.name}"]
    assert kept_of(house, ben, "ben") == before
    assert erased.result == COUNTS
    assert (erased.user_id, erased.done) == (None, erased.total)


def kept_of(house, actor, name):
    """All traces of somebody, but for those in files of an engine, which moves them about."""
    return sorted(trace for trace in house.traces(*words_of(actor, name)) if "sqlite" not in trace)


def put_off(house, actor):
    """Something that is to happen tomorrow and names somebody."""
    tomorrow = clock.now() + timedelta(days=1)
    with house.app.unified_session_manager.get_db_session() as db:
        house.app.outbox.add(db, Effect(kind="mail", payload={"to": {"all": [actor.email]}}, due_at=tomorrow))


@pytest.mark.mongo
def test_nothing_remains_in_mongodb_either(tmp_path, redis_url, mongodb_url, mongodb_database):
    place = {"SESSION_STORAGE": "mongo", "MONGO_URL": mongodb_url, "MONGODB_DATABASE": mongodb_database}
    house = House(tmp_path / "data", REDIS_URL=redis_url, **place)
    ada, ben = house.full("ada"), house.full("ben")
    assert any(trace.startswith("mongo: session_messages") for trace in house.traces(*words_of(ada, "ada")))
    house.erase(ada)
    (last,) = farewells(house)
    assert house.traces(*words_of(ada, "ada")) == [f"mail/{last.name}"]
    assert any(trace.startswith("mongo: session_messages") for trace in house.traces(*words_of(ben, "ben")))
    house.close()


def test_the_last_mail_goes_from_the_folder_after_a_week_and_then_nothing_names_the_person(house, ada):
    finished = house.erase(ada).finished_at
    upkeep_at(house, finished + timedelta(days=6)).drop_farewells()
    assert len(farewells(house)) == 1
    upkeep_at(house, finished + timedelta(days=8)).drop_farewells()
    assert house.traces(*words_of(ada, "ada")) == []


LEFT_OUT = {
    "sessions": "services.my_data.eraser.Eraser._erase_sessions",
    "files": "services.my_data.eraser.Eraser._erase_files",
    "effects": "services.my_data.eraser.Eraser._erase_effects",
    "end": "services.my_data.eraser.Eraser._end",
    "the last mail's address": "services.my_data.farewell.Farewell._forget",
}


@pytest.mark.parametrize("step", LEFT_OUT)
def test_a_step_that_is_left_out_is_found(house, ada, monkeypatch, step):
    monkeypatch.setattr(LEFT_OUT[step], lambda *_: None)
    house.erase(ada)
    found = [trace for trace in house.traces(*words_of(ada, "ada")) if "mail/" not in trace or step == "files"]
    assert found if step != "files" else len(found) > 1


def test_what_sqlite_keeps_of_rows_that_are_gone_would_be_found(tmp_path, redis_url, monkeypatch):
    monkeypatch.setattr("database.sqlite.purge_deleted", lambda _engine: None)
    house = House(tmp_path / "data", REDIS_URL=redis_url)
    actor = house.person("ada")
    house.erase(actor)
    assert any("greenroom.sqlite" in trace for trace in house.traces(actor.user_id, actor.email))
    house.close()


def test_corrupt_sessions_go_too(house, ada):
    house.damage(house.interview(ada, "Torn", f"{PHRASE} of ada"))
    house.erase(ada)
    (last,) = farewells(house)
    assert house.traces(*words_of(ada, "ada")) == [f"mail/{last.name}"]


def test_addresses_that_were_given_up_lately_are_forgotten_but_not_one_that_somebody_else_has_by_now(house):
    actor, old = house.person("ada"), "ada@example.org"
    change_address(house, actor, "countess@example.org")
    change_address(house, actor, "king@example.org")
    taker = house.app.accounts.create_user(email=old, password=PASSWORD, roles={"member"}, display_name="Taker")
    house.app.recovery.request(old)
    house.work()
    house.erase(house.app.accounts.actor_of(house.app.accounts.load_user(actor.user_id), ""))
    assert house.traces("countess@example.org") == []
    assert house.app.accounts.find_user(taker.user_id) is not None
    assert any(trace.startswith("mail/") for trace in house.traces(old))


def change_address(house, actor, email):
    house.app.email_addresses.request_change(actor, email=email, password=PASSWORD)
    house.work()
    mails = sorted((house.data_dir / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    mail = next(text for path in reversed(mails) if "/change-email/" in (text := path.read_text()))
    secret = mail.partition("/change-email/")[2].replace("=\n", "").split()[0]
    house.app.email_addresses.confirm_change(secret)
    house.work()


def test_after_it_the_same_address_can_register_anew(house, ada):
    house.erase(ada)
    house.person("ada")
    assert house.traces(f"{PHRASE} of ada") == []


# --- what ends at once ------------------------------------------------------------------------------------------------


def test_every_way_in_ends_at_once(house):
    actor, app = house.person("ada"), house.app
    login = app.logins.begin(app.accounts.load_user(actor.user_id), Origin())
    token = app.tokens.issue(actor.email, PASSWORD)
    session_id = house.interview(actor)
    link = app.guests.invite(actor, session_id, guest_name="Guest")
    assert link.token is not None
    app.erasures.request(actor, password=PASSWORD)
    assert app.logins.find(login.login_id) is None
    assert app.guests.find(link.link_id) is None
    with pytest.raises(LoginFailed):
        app.tokens.find_login(token.access_token)
    with pytest.raises(LoginFailed):
        app.accounts.check_password(actor.email, PASSWORD)


def test_a_wrong_password_changes_nothing(house):
    actor = house.person("ada")
    with pytest.raises(Invalid, match="your present password"):
        house.app.erasures.request(actor, password="wrong")
    house.work()
    assert house.app.accounts.check_password(actor.email, PASSWORD).suspended_at is None


def test_a_second_request_meets_an_account_that_is_shut(house):
    actor = house.person("ada")
    house.app.erasures.request(actor, password=PASSWORD)
    with pytest.raises(Invalid):
        house.app.erasures.request(actor, password=PASSWORD)


# --- the last administrator -------------------------------------------------------------------------------------------


def test_the_last_administrator_stays_while_others_have_accounts(house):
    admin, member = house.person("ada", Role.ADMIN), house.person("ben")
    with pytest.raises(Conflict, match="Make somebody else an administrator first") as refused:
        house.app.erasures.request(admin, password=PASSWORD)
    assert refused.value.code == "last_admin"
    house.app.accounts.set_roles(member.user_id, {Role.ADMIN})
    house.app.erasures.request(admin, password=PASSWORD)


def test_a_suspended_administrator_does_not_count(house):
    admin, other = house.person("ada", Role.ADMIN), house.person("ben", Role.ADMIN)
    house.app.accounts.suspend(other.user_id)
    with pytest.raises(Conflict):
        house.app.erasures.request(admin, password=PASSWORD)


def test_whoever_is_alone_may_go_and_the_installation_is_fresh_again(house):
    admin = house.person("ada", Role.ADMIN)
    house.erase(admin)
    assert house.app.accounts.first_run_token() is not None


def test_of_two_administrators_who_leave_at_once_one_stays(house):
    admins = [house.person(name, Role.ADMIN) for name in ("ada", "ben")]
    house.person("cleo")
    refused, start = [], threading.Barrier(2)

    def leave(admin):
        start.wait()
        try:
            house.app.erasures.request(admin, password=PASSWORD)
        except Conflict as refusal:
            refused.append(refusal.code)

    threads = [threading.Thread(target=leave, args=(admin,)) for admin in admins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["last_admin"]


# --- the receipt ------------------------------------------------------------------------------------------------------


def test_a_receipt_shows_how_far_it_is_and_nothing_else_does(house):
    ada, ben = house.person("ada"), house.person("ben")
    receipt = house.app.erasures.request(ada, password=PASSWORD)
    others = house.app.erasures.request(ben, password=PASSWORD)
    assert house.app.erasures.look_at(receipt).state == JobState.WAITING
    job_id, _, secret = receipt.partition(".")
    for wrong in ("", job_id, f"{job_id}.", f"{job_id}.{others.partition('.')[2]}", secret, "x" * 500, "é.\udfff"):
        with pytest.raises(NotFound):
            house.app.erasures.look_at(wrong)
    with pytest.raises(NotFound):
        house.app.exports.load(ada, job_id)
    house.work()
    assert house.app.erasures.look_at(receipt).state == JobState.DONE


def test_a_receipt_of_a_key_that_was_replaced_is_good_while_the_key_verifies(house):
    receipt = house.app.erasures.request(house.person("ada"), password=PASSWORD)
    old = house.settings.secret_keys
    house.app.erasures._derived = DerivedSecrets(["n" * 40, *old])
    assert house.app.erasures.look_at(receipt)
    house.app.erasures._derived = DerivedSecrets(["n" * 40])
    with pytest.raises(NotFound):
        house.app.erasures.look_at(receipt)


# --- the last mail ----------------------------------------------------------------------------------------------------


def test_the_last_mail_goes_to_the_address_and_survives_a_mail_server_that_is_away(house, monkeypatch):
    actor = house.person("ada")
    away = away_for(house, monkeypatch, times=1)
    house.erase(actor)
    assert farewells(house) == []
    away.clear()
    (row,) = farewell_rows(house)
    house.app.outbox_records.retry(row.outbox_id)
    house.work()
    (mail,) = farewells(house)
    assert "To: ada@example.org" in mail.read_text()
    assert [row.payload for row in farewell_rows(house)] == [{}]


def test_an_address_that_takes_no_mail_is_forgotten_with_the_mail(house, monkeypatch):
    actor = house.person("ada")
    monkeypatch.setattr(house.app.mail, "send", refuse)
    house.erase(actor)
    (row,) = farewell_rows(house)
    assert (row.state, row.payload) == ("dead", {})
    assert house.traces(*words_of(actor, "ada")) == []


def test_an_address_of_a_mail_that_was_given_up_is_forgotten_by_the_sweep(house, monkeypatch):
    actor = house.person("ada")
    away_for(house, monkeypatch, times=99)
    receipt = house.app.erasures.request(actor, password=PASSWORD)
    house.work()
    with house.app.unified_session_manager.get_db_session() as db:
        db.execute(update(OutboxRow).where(OutboxRow.kind == FAREWELL).values(state="dead"))
    assert house.traces("ada@example.org") != []
    upkeep_at(house, house.app.erasures.look_at(receipt).finished_at).drop_farewells()
    assert house.traces(*words_of(actor, "ada")) == []


def test_a_last_mail_that_was_sent_by_a_worker_that_died_is_not_sent_again(house):
    claimed = Claimed(outbox_id="x", kind=FAREWELL, payload={}, created_at=house.app.delivery._now())
    house.app.delivery._handlers[FAREWELL](claimed)
    assert farewells(house) == []


def farewell_rows(house):
    with house.app.request_session_manager.session_scope() as db:
        return list(db.query(OutboxRow).filter(OutboxRow.kind == FAREWELL))


def refuse(_mail):
    raise MailRefused("to: 'ada@example.org' is not accepted.")


def away_for(house, monkeypatch, times):
    """Let the transport be away; returns what to clear when it is back."""
    left, send = [None] * times, house.app.mail.send

    def failing(mail):
        if left:
            raise ProviderDown("The mail server does not answer.")
        send(mail)

    monkeypatch.setattr(house.app.mail, "send", failing)
    return left
