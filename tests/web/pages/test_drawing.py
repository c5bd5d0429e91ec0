"""What keeps the drawing honest: words for every status, icons that exist, no style or script inside the markup."""

import json
import re
from pathlib import Path

import pytest

from domain.interview import IntervieweeRole, Stage
from domain.kinds import KINDS
from scripts import build_assets
from web.pages import words

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted((ROOT / "web" / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "web" / "static" / "css").glob("*.css"))


def test_every_status_of_every_kind_has_a_word_and_an_icon():
    for kind, struct in KINDS.items():
        assert set(words.STATUS[kind]) == set(map(str, struct.lifecycle.statuses))


def test_every_role_and_stage_has_a_word():
    assert set(words.ROLES) == set(map(str, IntervieweeRole))
    assert set(words.STAGES) == set(Stage)


def test_the_built_icons_are_exactly_those_in_use():
    text = "\n".join(template.read_text() for template in TEMPLATES)
    chips = [chip for kind in words.STATUS.values() for chip in kind.values()]
    named = {chip.icon for chip in [*chips, *words.KINDS.values()]}
    drawn = set(re.findall(r'icon\("([a-z0-9-]+)"', text))
    either = set(re.findall(r'icon\("[a-z0-9-]+" if [^)]+ else "([a-z0-9-]+)"\)', text))
    posted = set(re.findall(r'm\.post\(url_for\([^)]*\), "[^"]+", "([a-z0-9-]+)"', text))
    assert set(build_assets.ICONS) == named | drawn | either | posted


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_style_or_script_inside_its_markup(template):
    text = template.read_text()
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


def test_the_lock_file_names_no_host():
    text = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert "://registry" not in text


def test_fonts_are_asked_for_under_the_version_that_is_installed():
    versions = json.loads((ROOT / "package.json").read_text())["dependencies"]
    inter, serif = versions["@fontsource-variable/inter"], versions["@fontsource-variable/source-serif-4"]
    tokens = next(path for path in STYLES if path.name == "tokens.css").read_text()
    assert set(re.findall(r"inter[a-z-]*\.woff2\?v=([0-9.]+)", tokens)) == {inter}
    assert set(re.findall(r"serif[a-z-]*\.woff2\?v=([0-9.]+)", tokens)) == {serif}
    base = (ROOT / "web" / "templates" / "base.html").read_text()
    assert set(re.findall(r"woff2', v='([0-9.]+)'", base)) == {inter, serif}


def test_every_colour_stands_in_the_tokens():
    loose = {
        path.name: found
        for path in STYLES
        if path.name != "tokens.css" and (found := re.findall(r"#[0-9a-fA-F]{3,8}\b(?!.*\{)", path.read_text()))
    }
    assert loose == {"report.css": ["#fff", "#fff"]}, "only print may say that paper is white"
