"""Photographs every page of a running Greenroom, light and dark, wide and as a phone shows it.

    make demo                                   # prints an address, an account and its password
    python -m scripts.testing.screenshots --url http://127.0.0.1:8000 \\
        --email demo@example.org --password … --out /tmp/pictures

Needs Chromium and the packages of requirements-dev.txt. Exit codes: 0 done, 2 a bad argument or no Chromium.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

SIZES = {"wide": (1280, 800), "phone": (360, 740)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
VISITOR_PAGES = {"door": "/", "login": "/login", "first-run": "/first-run/over", "nothing-here": "/nothing-here"}
MEMBER_PAGES = {
    "home": "/dashboard",
    "interviews": "/interviews",
    "interviews-none": "/interviews?status=failed",
    "new": "/interviews/new",
    "search": "/search?q=bicycle",
    "account": "/account",
    "not-found": "/s/nothing-here",
}


def main() -> int:
    """Take the pictures and return the exit code."""
    parser = argparse.ArgumentParser(description="Photograph every page of a running Greenroom.")
    parser.add_argument("--url", required=True, help="where it runs, such as http://127.0.0.1:8000")
    parser.add_argument("--email", required=True, help="an account with at least one interview")
    parser.add_argument("--password", required=True)
    parser.add_argument("--out", required=True, type=Path, help="the folder for the pictures")
    parser.add_argument("--only", default="", help="only pages whose name contains this")
    wanted = parser.parse_args()
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        print("screenshots: no Chromium found; install it, for instance: apt-get install chromium", file=sys.stderr)
        return 2
    wanted.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        for name in photograph(browser, wanted):
            print(name)
    return 0


def photograph(browser: Browser, wanted: argparse.Namespace) -> Iterator[str]:
    """Visit every page in every size and scheme; yield the name of each picture."""
    for size, (width, height) in SIZES.items():
        for scheme in SCHEMES:
            viewport = ViewportSize(width=width, height=height)
            context = browser.new_context(base_url=wanted.url, color_scheme=scheme, viewport=viewport)
            page = context.new_page()
            yield from shoot_all(page, VISITOR_PAGES, f"{size}-{scheme}", wanted)
            log_in(page, wanted)
            yield from shoot_all(page, MEMBER_PAGES | interview_pages(page), f"{size}-{scheme}", wanted)
            context.close()


def shoot_all(page: Page, places: dict[str, str], look: str, wanted: argparse.Namespace) -> Iterator[str]:
    """Photograph each place from top to bottom."""
    for name, path in places.items():
        if wanted.only in name:
            page.goto(path, wait_until="load")
            page.evaluate("document.fonts.ready")
            page.screenshot(path=wanted.out / f"{name}-{look}-as-opened.png")
            page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=wanted.out / f"{name}-{look}.png", full_page=True)
            yield f"{name}-{look}"


def interview_pages(page: Page) -> dict[str, str]:
    """The pages of the first interviews in the list, one of each status."""
    found: dict[str, str] = {}
    for status in ("active", "paused", "complete"):
        page.goto(f"/interviews?status={status}")
        links = page.locator("a.what")
        if links.count():
            session_id = (links.first.get_attribute("href") or "").removeprefix("/s/")
            base = f"/interviews/{session_id}"
            found |= {f"conversation-{status}": base, f"summary-{status}": f"{base}/summary"}
            found |= {f"report-{status}": f"{base}/report", f"delete-{status}": f"{base}/delete"}
    return found


def log_in(page: Page, wanted: argparse.Namespace) -> None:
    """Log in as a person would."""
    page.goto("/login")
    page.get_by_label("E-mail address").fill(wanted.email)
    page.get_by_label("Password").fill(wanted.password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/dashboard")


if __name__ == "__main__":
    sys.exit(main())
