"""Every route of the application, as tests walk them. A new route that is not listed here fails the build."""

from tests.web.conftest import PASSWORD

MATRIX_TEXT = """
route                            method visitor expired revoked suspended guest member reviewer instructor board admin owner

account.change_email             GET    yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
account.change_email             POST   yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
account.erasure                  GET    yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
account.finish_registration      GET    yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
account.finish_registration      POST   yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
account.first_run                GET    yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
account.first_run                POST   yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
account.forgotten                GET    yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
account.forgotten                POST   yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
account.login                    GET    yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
account.login                    POST   yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
account.logout                   POST   yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
account.register                 GET    yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
account.register                 POST   yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
account.reset                    GET    yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
account.reset                    POST   yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
account.theme                    POST   yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
account.verify_email             GET    yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
account.verify_email             POST   yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
api-docs.openapi_json            GET    yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
api_account.change_email         POST   yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
api_account.finish_registration  POST   yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
api_account.forgotten            POST   yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
api_account.register             POST   yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
api_account.reset                POST   yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
api_account.verify_email         POST   yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
api_docs_page.page               GET    yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
api_erasures.load_erasure        GET    yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
api_tokens.issue                 POST   yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
api_tokens.refresh               POST   yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
guests.come_in                   GET    yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
guests.come_in                   POST   yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
health.live                      GET    yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
health.ready                     GET    yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
public.home                      GET    yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes
static                           GET    yes     yes     yes     yes       yes   yes    yes      yes        yes   yes   yes

account.change_password          POST   login   login   login   login     login yes    yes      yes        yes   yes   yes
account.change_profile           POST   login   login   login   login     login yes    yes      yes        yes   yes   yes
account.confirm_erasure          GET    login   login   login   login     login yes    yes      yes        yes   yes   yes
account.create_token             POST   login   login   login   login     login yes    yes      yes        yes   yes   yes
account.data                     GET    login   login   login   login     login yes    yes      yes        yes   yes   yes
account.end_other_logins         POST   login   login   login   login     login yes    yes      yes        yes   yes   yes
account.erase                    POST   login   login   login   login     login yes    yes      yes        yes   yes   yes
account.profile                  GET    login   login   login   login     login yes    yes      yes        yes   yes   yes
account.request_email_change     POST   login   login   login   login     login yes    yes      yes        yes   yes   yes
account.request_verification     POST   login   login   login   login     login yes    yes      yes        yes   yes   yes
account.security                 GET    login   login   login   login     login yes    yes      yes        yes   yes   yes
account.start_export             POST   login   login   login   login     login yes    yes      yes        yes   yes   yes
account.tokens                   GET    login   login   login   login     login yes    yes      yes        yes   yes   yes
api_account.change               PATCH  login   login   login   login     login yes    yes      yes        yes   yes   yes
api_account.change_password      POST   login   login   login   login     login yes    yes      yes        yes   yes   yes
api_account.create_token         POST   login   login   login   login     login yes    yes      yes        yes   yes   yes
api_account.end_other_logins     POST   login   login   login   login     login yes    yes      yes        yes   yes   yes
api_account.list_logins          GET    login   login   login   login     login yes    yes      yes        yes   yes   yes
api_account.list_notices         GET    login   login   login   login     login yes    yes      yes        yes   yes   yes
api_account.list_tokens          GET    login   login   login   login     login yes    yes      yes        yes   yes   yes
api_account.load                 GET    login   login   login   login     login yes    yes      yes        yes   yes   yes
api_account.request_email_change POST   login   login   login   login     login yes    yes      yes        yes   yes   yes
api_account.request_verification POST   login   login   login   login     login yes    yes      yes        yes   yes   yes
api_interviews.list_interviews   GET    login   login   login   login     login yes    yes      yes        yes   yes   yes
api_interviews.open_interview    POST   login   login   login   login     login yes    yes      yes        yes   yes   yes
api_my_data.erase                POST   login   login   login   login     login yes    yes      yes        yes   yes   yes
api_my_data.list_exports         GET    login   login   login   login     login yes    yes      yes        yes   yes   yes
api_my_data.start_export         POST   login   login   login   login     login yes    yes      yes        yes   yes   yes
api_tokens.revoke                POST   login   login   login   login     login yes    yes      yes        yes   yes   yes
home.dashboard                   GET    login   login   login   login     login yes    yes      yes        yes   yes   yes
interviews.create                POST   login   login   login   login     login yes    yes      yes        yes   yes   yes
interviews.index                 GET    login   login   login   login     login yes    yes      yes        yes   yes   yes
interviews.new                   GET    login   login   login   login     login yes    yes      yes        yes   yes   yes
search.results                   GET    login   login   login   login     login yes    yes      yes        yes   yes   yes

account.end_login                POST   login   login   login   login     login 404    404      404        404   404   yes
account.end_token                POST   login   login   login   login     login 404    404      404        404   404   yes
account.fetch_export             GET    login   login   login   login     login 404    404      404        404   404   yes
api_account.dismiss_notice       DELETE login   login   login   login     login 404    404      404        404   404   yes
api_account.end_login            DELETE login   login   login   login     login 404    404      404        404   404   yes
api_account.end_token            DELETE login   login   login   login     login 404    404      404        404   404   yes
api_guest_links.end              DELETE login   login   login   login     login 404    404      404        404   404   yes
api_guest_links.invite           POST   login   login   login   login     login 404    404      404        404   404   yes
api_guest_links.list_links       GET    login   login   login   login     login 404    404      404        404   404   yes
api_interviews.answer            POST   login   login   login   login     login 404    404      404        404   404   yes
api_interviews.assess            POST   login   login   login   login     login 404    404      404        404   404   yes
api_interviews.change            PATCH  login   login   login   login     login 404    404      404        404   404   yes
api_interviews.complete          POST   login   login   login   login     login 404    404      404        404   404   yes
api_interviews.delete            DELETE login   login   login   login     login 404    404      404        404   404   yes
api_interviews.events            GET    login   login   login   login     yes   404    404      404        404   404   yes
api_interviews.load              GET    login   login   login   login     login 404    404      404        404   404   yes
api_interviews.messages          GET    login   login   login   login     login 404    404      404        404   404   yes
api_interviews.pause             POST   login   login   login   login     login 404    404      404        404   404   yes
api_interviews.reopen            POST   login   login   login   login     login 404    404      404        404   404   yes
api_interviews.report            GET    login   login   login   login     login 404    404      404        404   404   yes
api_interviews.report_markdown   GET    login   login   login   login     login 404    404      404        404   404   yes
api_interviews.resume            POST   login   login   login   login     login 404    404      404        404   404   yes
api_my_data.fetch_export         GET    login   login   login   login     login 404    404      404        404   404   yes
api_my_data.load_export          GET    login   login   login   login     login 404    404      404        404   404   yes
home.dismiss_notice              POST   login   login   login   login     login 404    404      404        404   404   yes
interviews.answer                POST   login   login   login   login     yes   404    404      404        404   404   yes
interviews.assess                POST   login   login   login   login     login 404    404      404        404   404   yes
interviews.complete              POST   login   login   login   login     login 404    404      404        404   404   yes
interviews.confirm_delete        GET    login   login   login   login     login 404    404      404        404   404   yes
interviews.conversation          GET    login   login   login   login     yes   404    404      404        404   404   yes
interviews.correct               POST   login   login   login   login     login 404    404      404        404   404   yes
interviews.delete                POST   login   login   login   login     login 404    404      404        404   404   yes
interviews.end_guest_link        POST   login   login   login   login     login 404    404      404        404   404   yes
interviews.guest_links           GET    login   login   login   login     login 404    404      404        404   404   yes
interviews.invite_guest          POST   login   login   login   login     login 404    404      404        404   404   yes
interviews.pause                 POST   login   login   login   login     login 404    404      404        404   404   yes
interviews.reopen                POST   login   login   login   login     login 404    404      404        404   404   yes
interviews.report                GET    login   login   login   login     login 404    404      404        404   404   yes
interviews.report_json           GET    login   login   login   login     login 404    404      404        404   404   yes
interviews.report_markdown       GET    login   login   login   login     login 404    404      404        404   404   yes
interviews.resume                POST   login   login   login   login     login 404    404      404        404   404   yes
interviews.summary               GET    login   login   login   login     login 404    404      404        404   404   yes
sessions.permalink               GET    login   login   login   login     login 404    404      404        404   404   yes
"""
"""What everybody meets at every route. `yes`: the route answers, whatever it says. `login`: sent to the login, or 401.
`404`: the same as what does not exist. `no`: 403.

A visitor has no login; expired has a token that was good once; revoked has one that was made void; suspended holds a
token and a cookie that would be good if the account were; guest came by a link into the interview in the path. The
roles are people with this one role, to whom what is named in the path does not belong; its owner is a member.
"""


def _read(text: str) -> dict[tuple[str, str], dict[str, str]]:
    """`(route, method) -> who -> what`."""
    (_, _, *who), *rows = (line.split() for line in text.splitlines() if line)
    return {(route, method): dict(zip(who, cells, strict=True)) for route, method, *cells in rows}


MATRIX = _read(MATRIX_TEXT)
WHO = tuple(next(iter(MATRIX.values())))


def _met(**met: str) -> set[str]:
    """The routes at which these people meet this."""
    return {route for (route, _), cells in MATRIX.items() if met.items() <= cells.items()}


OPEN = _met(visitor="yes")
"""What a visitor may reach."""

OWN = _met(visitor="login", member="yes")
"""What shows or changes only what belongs to the one who asks; no id of anything stands in the path."""

SOMEBODYS = _met(member="404", owner="yes")
"""What stands under the id of something, and is its owner's alone."""

API_BODIES = {
    "api_interviews.answer": {"message_id": "m1", "content": "It rained."},
    "api_interviews.change": {"title": "Mine now"},
    "api_interviews.open_interview": {
        "incident_name": "Noise",
        "interviewee_name": "Bo",
        "interviewee_role": "witness",
        "summary": "It was loud.",
    },
    "api_account.change": {"display_name": "Somebody"},
    "api_account.change_email": {"secret": "…"},
    "api_account.change_password": {"current_password": "not it", "new_password": "another long password"},
    "api_account.create_token": {"name": "a program"},
    "api_account.finish_registration": {"secret": "…", "password": PASSWORD},
    "api_account.forgotten": {"email": "alice@example.org"},
    "api_account.register": {"email": "new@example.org", "display_name": "New"},
    "api_account.request_email_change": {"email": "new@example.org", "password": "not it"},
    "api_account.reset": {"secret": "…", "password": PASSWORD},
    "api_account.verify_email": {"secret": "…"},
    "api_my_data.erase": {"password": "not it"},
    "api_guest_links.invite": {"guest_name": "Gus"},
    "api_tokens.issue": {"email": "alice@example.org", "password": PASSWORD},
    "api_tokens.refresh": {"refresh_token": "…"},
}
"""A body that each writing route of the API accepts; the others take none."""


def rules(app, names):
    """The rules of these endpoints."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint in names]


def methods(rule):
    """The methods of a rule that a person or program would use."""
    return sorted(rule.methods - {"OPTIONS", "HEAD"})
