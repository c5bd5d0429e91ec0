"""My data: exports, and the way from the danger button to the page that says that everything is gone."""

import io
import re
import zipfile

import pytest

from tests.web.conftest import PASSWORD, log_in_by_cookie
from tests.web.working import work

NOBODYS = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def asked(member):
    """Alice has asked for an export."""
    return member.send("/account/data/exports", form_on="/account/data")


def test_the_tab_leads_there_and_an_empty_place_says_what_will_stand_in_it(member):
    assert 'href="/account/data"' in member.text("/account")
    page = member.text("/account/data")
    assert "None yet. Each will stand here" in page
    assert "every 2s" not in page


def test_a_page_follows_an_export_until_it_is_ready(member, asked, services):
    assert asked.headers["Location"] == "/account/data"
    page = member.text("/account/data")
    assert 'hx-trigger="every 2s"' in page
    assert "Waiting for its turn" in page
    assert "Look again" in page
    part = member.text("/account/data", headers={"HX-Request": "true"})
    assert part.strip().startswith('<div id="exports"')
    work(services)
    page = member.text("/account/data")
    assert "every 2s" not in page
    assert re.search(r"Ready, [\d.]+ kB\. You can fetch it until", page)


def test_a_ready_export_is_fetched_as_a_file(member, asked, services, conversation):
    work(services)
    path = re.search(r'href="(/account/data/exports/[^"]+)"', member.text("/account/data"))[1]
    answer = member.get(path)
    assert answer.headers["Content-Type"] == "application/zip"
    assert re.fullmatch(
        r"attachment; filename=greenroom-export-\d{4}-\d\d-\d\d\.zip", answer.headers["Content-Disposition"]
    )
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert "README.txt" in archive.namelist()
    answer.close()


@pytest.mark.parametrize("path", [f"/account/data/exports/{NOBODYS}", "/account/data/exports/nonsense"])
def test_what_is_not_there_is_not_found(member, path):
    assert member.get(path).status_code == 404


def test_erasing_says_what_goes_and_asks_for_the_password(member):
    page = member.text("/account/erase")
    assert "Nobody can bring it back" in page
    assert "alice@example.org" in page
    assert 'class="btn btn-danger"' in page
    for fields in ({}, {"password": "wrong"}):
        refused = member.send("/account/erase", **fields)
        assert refused.status_code == 422
        assert 'aria-invalid="true"' in refused.get_data(as_text=True)
    assert member.get("/account").status_code == 200


def test_whoever_erases_their_account_is_logged_out_and_watches_it_go(member, visitor, services, conversation):
    told = member.send("/account/erase", password=PASSWORD)
    address = told.headers["Location"]
    assert address.startswith("/erasure/")
    assert member.get("/account").status_code == 302
    for browser in (member, visitor):
        page = browser.text(address)
        assert "Your account is being erased" in page
        assert 'hx-trigger="every 2s"' in page
    part = visitor.text(address, headers={"HX-Request": "true"})
    assert part.strip().startswith('<div class="trouble" id="erasure"')
    work(services)
    page = visitor.text(address)
    assert "Everything is gone" in page
    assert "with 1 session and 2 messages, 0 exports and 0 mails" in page
    assert "every 2s" not in page
    assert "alice" not in page


def test_the_last_administrator_is_told_what_to_do(member, services, prepared):
    services.accounts.set_roles(prepared.users["alice"].user_id, {"admin"})
    log_in_by_cookie(member.client, services.accounts.load_user(prepared.users["alice"].user_id))
    page = member.send("/account/erase", password=PASSWORD)
    assert page.status_code == 422
    assert "Make somebody else an administrator first" in page.get_data(as_text=True)


@pytest.mark.parametrize("receipt", ["nonsense", f"{NOBODYS}.secret"])
def test_a_receipt_that_was_never_given_shows_nothing(visitor, receipt):
    assert visitor.get(f"/erasure/{receipt}").status_code == 404


def test_guessing_the_password_by_erasing_is_limited(member):
    for _ in range(10):
        assert member.send("/account/erase", password="wrong").status_code == 422
    assert member.send("/account/erase", password="wrong").status_code == 429
