"""Fifty ways to write another site as a place to go on to: none of them leads away from ours."""

import re
from urllib.parse import quote, urljoin, urlsplit

import pytest

from tests.web.conftest import PASSWORD, log_in_by_cookie
from tests.web.pages.conftest import TOKEN
from web.auth import safe_next

HERE = "http://localhost/login"
SPELLINGS = (
    "https://evil.example", "http://evil.example/", "HTTPS://EVIL.EXAMPLE", "//evil.example", "///evil.example",
    "////evil.example", "/////evil.example/x", "//evil.example/%2e%2e", "//evil.example\\@localhost", "/\\evil.example",
    "\\/evil.example", "\\\\evil.example", "/\\/evil.example", "\\/\\/evil.example", "/\\\\evil.example",
    "https:evil.example", "https:/evil.example", "https:\\\\evil.example", "http:\\evil.example", "https:///evil.example",
    "http:///\\evil.example", "/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "/\r\n/evil.example",
    "\t//evil.example", " //evil.example", "\u00a0//evil.example", "\x00//evil.example", "\x01https://evil.example",
    "//\tevil.example", "ht\ntps://evil.example", "java\tscript:alert(1)", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:x", "//localhost@evil.example",
    "https://localhost@evil.example", "https://localhost.evil.example", "//localhost.evil.example", "https://evil.example#localhost",
    "https://evil.example?localhost/", "//evil.example:80/", "//[::ffff:7f00:1]/", "//0x7f000001/",
    "//evil\u3002example", "/\u2028/evil.example", "//evil.example/\\..", "/.\\/evil.example",
)  # fmt: skip
INNOCENT = ("/", "/dashboard", "/interviews?status=paused", "/search?q=https://evil.example")


def as_a_browser_reads(location):
    """Where a browser goes that is sent there from our login page (WHATWG: what it drops and what it turns around)."""
    bare = re.sub(r"[\t\r\n]", "", location.strip("".join(map(chr, range(33)))))
    path, mark, rest = bare.partition("?")
    reached = urljoin(HERE, path.replace("\\", "/") + mark + rest)
    return re.sub(r"^(https?:)/*", r"\1//", reached)


def leads_away(location):
    parts = urlsplit(as_a_browser_reads(location))
    return (parts.scheme, parts.netloc) != ("http", "localhost")


def test_the_corpus_has_fifty_spellings_and_most_would_lead_away_if_they_were_followed():
    assert len(set(SPELLINGS)) == 50
    assert sum(map(leads_away, SPELLINGS)) >= 35
    assert not any(map(leads_away, INNOCENT))


@pytest.mark.parametrize("spelling", SPELLINGS, ids=ascii)
def test_no_spelling_passes_for_a_path_of_our_own(spelling):
    assert safe_next(spelling, "/otherwise") == "/otherwise"


def log_in_heading_for(app, target):
    browser = app.test_client()
    address = f"/login?next={quote(target, safe='', errors='surrogatepass')}"
    token = TOKEN.search(browser.get(address).text)[1]
    form = {"csrf_token": token, "email": "alice@example.org", "password": PASSWORD}
    return browser, browser.post(address, data=form)


def test_no_spelling_leads_a_login_away(app, every_login_succeeds):
    for target in SPELLINGS:
        browser, answer = log_in_heading_for(app, target)
        assert answer.status_code == 302, target
        assert not leads_away(answer.headers["Location"]), target
        again = browser.get(f"/login?next={quote(target, safe='')}")
        assert again.status_code == 302, "somebody who is logged in is sent on at once"
        assert not leads_away(again.headers["Location"]), target


def test_a_path_of_our_own_is_where_a_login_leads(app, every_login_succeeds):
    assert {target: log_in_heading_for(app, target)[1].headers["Location"] for target in INNOCENT} == {
        target: target for target in INNOCENT
    }


def test_no_spelling_leads_the_choice_of_a_theme_away(client):
    token = TOKEN.search(client.get("/login").text)[1]
    for spelling in SPELLINGS:
        for referer in (spelling, f"http://localhost{spelling}", f"http://localhost/{spelling}"):
            if referer.isprintable() and referer.isascii():
                form = {"theme": "dark", "csrf_token": token}
                answer = client.post("/theme", data=form, headers={"Referer": referer})
                assert answer.status_code == 302
                assert not leads_away(answer.headers["Location"]), referer


def test_no_spelling_leads_an_action_of_an_interview_away(app, alice):
    browser = app.test_client()
    log_in_by_cookie(browser, alice.user)
    one = f"/interviews/{alice.open_interview()['session_id']}"
    token = TOKEN.search(browser.get(one).text)[1]
    for number, spelling in enumerate(SPELLINGS):
        action = ("pause", "resume")[number % 2]
        answer = browser.post(f"{one}/{action}", data={"csrf_token": token, "next": spelling})
        assert answer.status_code == 302
        assert not leads_away(answer.headers["Location"]), spelling


@pytest.mark.parametrize("path", ["/interviews//new", "//dashboard", "/api//docs", "/s//x", "/static//js/app.js"])
def test_an_address_with_doubled_slashes_leads_to_a_path_of_ours(client, path):
    with client.get(path, headers={"Host": "evil"}) as answer:
        location = answer.headers.get("Location", "/")
        assert location.startswith("/")
        assert not location.startswith("//")
