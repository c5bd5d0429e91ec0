"""The image without Docker: what the Dockerfile says, and its application folder made by its own instructions."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "Dockerfile"
UID = 10001
ONLY_READS = "-all,+dac_read_search"
"""Of all that root may do, only to read: the Python of the tests may be in a home folder that is closed to others."""


def instructions(word: str) -> list[str]:
    """What follows this word, in every stage, with continued lines made one."""
    text = re.sub(r"\\\n\s*", " ", DOCKERFILE.read_text())
    return [line.partition(" ")[2].strip() for line in text.splitlines() if line.startswith(f"{word} ")]


def command() -> list[str]:
    """What a container runs when it is told nothing else."""
    return json.loads(instructions("CMD")[-1])


def environment() -> dict[str, str]:
    """What the last stage sets."""
    return dict(re.findall(r"([A-Z_]+)=(\S+)", instructions("ENV")[-1]))


def let_through(root: Path) -> set[str]:
    """The files that `COPY . .` takes: those that .dockerignore does not hold back."""
    rules = [line for line in (root / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    top = [entry for entry in root.iterdir() if not _is_ignored(entry.name, rules)]
    files = [path for entry in top for path in ([entry] if entry.is_file() else entry.rglob("*")) if path.is_file()]
    names = {path.relative_to(root).as_posix() for path in files}
    return {name for name in names if not _is_ignored(name, rules)}


def _is_ignored(name: str, rules: list[str]) -> bool:
    """As Docker reads it: a rule holds for a path and all below it, and the last one that fits decides."""
    parts = name.split("/")
    paths = ["/".join(parts[: end + 1]) for end in range(len(parts))]
    ignored = False
    for rule in rules:
        if any(_pattern(rule.removeprefix("!")).fullmatch(path) for path in paths):
            ignored = not rule.startswith("!")
    return ignored


def _pattern(rule: str) -> re.Pattern[str]:
    parts = (
        "(.*/)?" if piece == "**/" else "[^/]*" if piece == "*" else re.escape(piece)
        for piece in re.split(r"(\*\*/|\*)", rule)
    )
    return re.compile("".join(parts))


def build(folder: Path) -> Path:
    """Make /app of the image in this folder, and make it read-only; return where it is."""
    app = folder / "app"
    for name in let_through(ROOT):
        (app / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, app / name)
        (app / name).chmod((ROOT / name).stat().st_mode)
    (app / "node_modules").symlink_to(ROOT / "node_modules")
    (finishing,) = [each for each in instructions("RUN") if "compileall" in each]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    subprocess.run(
        ["sh", "-ec", finishing.replace("/app", str(app))], cwd=app, env={"PATH": path}, check=True, timeout=120
    )
    for entry in [app, *app.rglob("*")]:
        entry.chmod(entry.stat().st_mode & ~0o222 | 0o444)
    return app


def as_the_images_user(words: list[str]) -> list[str]:
    """The same command as the user of the image; as we are where we may not change that."""
    if os.geteuid() != 0:
        return words
    drop = [f"--reuid={UID}", f"--regid={UID}", "--clear-groups", "--no-new-privs"]
    keep = [f"--{kind}={ONLY_READS}" for kind in ("inh-caps", "ambient-caps", "bounding-set")]
    return ["setpriv", *drop, *keep, *words]
