"""What people call the browser they came in with, from what it says of itself."""

BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
"""Looked for in this order: Chrome also says Safari, and Android also says Linux."""
NAME_LIMIT = 60


def device_name(user_agent: str) -> str:
    """`Firefox on Linux`; for a program the first word it sends."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in SYSTEMS if mark in user_agent), None)
    if browser:
        return f"{browser} on {system}" if system else browser
    first = user_agent.strip().partition(" ")[0]
    return first[:NAME_LIMIT] if first and first.isprintable() else "Unknown program"
