"""Every route of the application, as tests walk them. A new route that is not listed here fails the build."""

OPEN = {
    "account.first_run",
    "account.login",
    "account.theme",
    "api-docs.openapi_json",
    "api_docs_page.page",
    "api_tokens.issue",
    "health.live",
    "health.ready",
    "public.home",
    "static",
}
"""What a visitor may reach."""

OWN = {
    "account.change_password",
    "account.change_profile",
    "account.logout",
    "account.profile",
    "api_interviews.list_interviews",
    "api_interviews.open_interview",
    "home.dashboard",
    "interviews.create",
    "interviews.index",
    "interviews.new",
    "search.results",
}
"""What shows or changes only what belongs to the one who asks; no id of anything stands in the path."""

OF_AN_INTERVIEW = {
    "api_interviews.answer",
    "api_interviews.assess",
    "api_interviews.change",
    "api_interviews.complete",
    "api_interviews.delete",
    "api_interviews.events",
    "api_interviews.load",
    "api_interviews.messages",
    "api_interviews.pause",
    "api_interviews.reopen",
    "api_interviews.report",
    "api_interviews.report_markdown",
    "api_interviews.resume",
    "interviews.answer",
    "interviews.assess",
    "interviews.complete",
    "interviews.confirm_delete",
    "interviews.conversation",
    "interviews.correct",
    "interviews.delete",
    "interviews.pause",
    "interviews.reopen",
    "interviews.report",
    "interviews.report_json",
    "interviews.report_markdown",
    "interviews.resume",
    "interviews.summary",
    "sessions.permalink",
}
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
    "api_tokens.issue": {"email": "nobody@example.org", "password": "wrong"},
}
"""A body that each writing route of the API accepts; the others take none."""


def rules(app, names):
    """The rules of these endpoints."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint in names]


def methods(rule):
    """The methods of a rule that a person or program would use."""
    return sorted(rule.methods - {"OPTIONS", "HEAD"})
