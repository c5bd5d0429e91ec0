"""Every route of the application, as tests walk them. A new route that is not listed here fails the build."""

from tests.web.conftest import PASSWORD

MATRIX_TEXT = """
route                          method visitor expired suspended member reviewer instructor board admin owner

account.first_run              GET    yes     yes     yes       yes    yes      yes        yes   yes   yes
account.first_run              POST   yes     yes     yes       yes    yes      yes        yes   yes   yes
account.login                  GET    yes     yes     yes       yes    yes      yes        yes   yes   yes
account.login                  POST   yes     yes     yes       yes    yes      yes        yes   yes   yes
account.logout                 POST   yes     yes     yes       yes    yes      yes        yes   yes   yes
account.theme                  POST   yes     yes     yes       yes    yes      yes        yes   yes   yes
api-docs.openapi_json          GET    yes     yes     yes       yes    yes      yes        yes   yes   yes
api_docs_page.page             GET    yes     yes     yes       yes    yes      yes        yes   yes   yes
api_tokens.issue               POST   yes     yes     yes       yes    yes      yes        yes   yes   yes
health.live                    GET    yes     yes     yes       yes    yes      yes        yes   yes   yes
health.ready                   GET    yes     yes     yes       yes    yes      yes        yes   yes   yes
public.home                    GET    yes     yes     yes       yes    yes      yes        yes   yes   yes
static                         GET    yes     yes     yes       yes    yes      yes        yes   yes   yes

account.change_password        POST   login   login   login     yes    yes      yes        yes   yes   yes
account.change_profile         POST   login   login   login     yes    yes      yes        yes   yes   yes
account.profile                GET    login   login   login     yes    yes      yes        yes   yes   yes
api_interviews.list_interviews GET    login   login   login     yes    yes      yes        yes   yes   yes
api_interviews.open_interview  POST   login   login   login     yes    yes      yes        yes   yes   yes
home.dashboard                 GET    login   login   login     yes    yes      yes        yes   yes   yes
interviews.create              POST   login   login   login     yes    yes      yes        yes   yes   yes
interviews.index               GET    login   login   login     yes    yes      yes        yes   yes   yes
interviews.new                 GET    login   login   login     yes    yes      yes        yes   yes   yes
search.results                 GET    login   login   login     yes    yes      yes        yes   yes   yes

api_interviews.answer          POST   login   login   login     404    404      404        404   404   yes
api_interviews.assess          POST   login   login   login     404    404      404        404   404   yes
api_interviews.change          PATCH  login   login   login     404    404      404        404   404   yes
api_interviews.complete        POST   login   login   login     404    404      404        404   404   yes
api_interviews.delete          DELETE login   login   login     404    404      404        404   404   yes
api_interviews.events          GET    login   login   login     404    404      404        404   404   yes
api_interviews.load            GET    login   login   login     404    404      404        404   404   yes
api_interviews.messages        GET    login   login   login     404    404      404        404   404   yes
api_interviews.pause           POST   login   login   login     404    404      404        404   404   yes
api_interviews.reopen          POST   login   login   login     404    404      404        404   404   yes
api_interviews.report          GET    login   login   login     404    404      404        404   404   yes
api_interviews.report_markdown GET    login   login   login     404    404      404        404   404   yes
api_interviews.resume          POST   login   login   login     404    404      404        404   404   yes
interviews.answer              POST   login   login   login     404    404      404        404   404   yes
interviews.assess              POST   login   login   login     404    404      404        404   404   yes
interviews.complete            POST   login   login   login     404    404      404        404   404   yes
interviews.confirm_delete      GET    login   login   login     404    404      404        404   404   yes
interviews.conversation        GET    login   login   login     404    404      404        404   404   yes
interviews.correct             POST   login   login   login     404    404      404        404   404   yes
interviews.delete              POST   login   login   login     404    404      404        404   404   yes
interviews.pause               POST   login   login   login     404    404      404        404   404   yes
interviews.reopen              POST   login   login   login     404    404      404        404   404   yes
interviews.report              GET    login   login   login     404    404      404        404   404   yes
interviews.report_json         GET    login   login   login     404    404      404        404   404   yes
interviews.report_markdown     GET    login   login   login     404    404      404        404   404   yes
interviews.resume              POST   login   login   login     404    404      404        404   404   yes
interviews.summary             GET    login   login   login     404    404      404        404   404   yes
sessions.permalink             GET    login   login   login     404    404      404        404   404   yes
"""
"""What everybody meets at every route. `yes`: the route answers, whatever it says. `login`: sent to the login, or 401.
`404`: the same as what does not exist. `no`: 403.

A visitor has no login; expired has a token that was good once; suspended holds a token and a cookie that would be good
if the account were. The roles are people with this one role, to whom the interview in the path does not belong; its
owner is a member.
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

OF_AN_INTERVIEW = _met(member="404", owner="yes")
"""What stands under the id of one interview, and is its owner's alone."""

API_BODIES = {
    "api_interviews.answer": {"message_id": "m1", "content": "It rained."},
    "api_interviews.change": {"title": "Mine now"},
    "api_interviews.open_interview": {
        "incident_name": "Noise",
        "interviewee_name": "Bo",
        "interviewee_role": "witness",
        "summary": "It was loud.",
    },
    "api_tokens.issue": {"email": "alice@example.org", "password": PASSWORD},
}
"""A body that each writing route of the API accepts; the others take none."""


def rules(app, names):
    """The rules of these endpoints."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint in names]


def methods(rule):
    """The methods of a rule that a person or program would use."""
    return sorted(rule.methods - {"OPTIONS", "HEAD"})
