"""Every address that may stand in a mail leads to a page there is."""

import inspect
from urllib.parse import urlsplit

import pytest
from werkzeug.exceptions import NotFound

from services.links import Links

PAGES = [name for name, _ in inspect.getmembers(Links, inspect.isfunction) if not name.startswith("_")]
PUBLIC_URL = "https://green.example.org"


def address(name):
    """What this method of Links gives for some id or token."""
    wanted = list(inspect.signature(getattr(Links, name)).parameters)[1:]
    return getattr(Links(f"{PUBLIC_URL}/"), name)(*("0a1b2c3d-0000-4000-8000-000000000000" for _ in wanted))


def test_there_are_addresses_to_look_at():
    assert {"home", "session"} <= set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_an_address_is_a_page_under_the_public_url(app, name):
    parts = urlsplit(address(name))
    assert f"{parts.scheme}://{parts.netloc}" == PUBLIC_URL
    app.url_map.bind("localhost").match(parts.path, method="GET")


def test_an_address_that_leads_nowhere_would_be_noticed(app):
    with pytest.raises(NotFound):
        app.url_map.bind("localhost").match("/sessions-of-old/1", method="GET")


def test_an_id_cannot_lead_elsewhere():
    assert Links(PUBLIC_URL).session("../../login?x=1#y") == f"{PUBLIC_URL}/s/..%2F..%2Flogin%3Fx%3D1%23y"
