"""Reads every import of a source tree by its syntax, without running anything, and finds those that point upward."""

import ast
import sys
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

NOT_THE_PRODUCT = {"tests", "benchmarks", "data", "node_modules"}

MAY_IMPORT = {
    "web_app": ["bootstrap", "web", "admin"],
    "scripts": ["bootstrap", "services", "domain"],
    "streamer": ["bootstrap", "services", "domain"],
    "jobs.worker": ["bootstrap", "jobs", "services", "domain"],
    "jobs.scheduler": ["bootstrap", "jobs", "services", "domain"],
    "jobs.alive": ["jobs", "services", "domain"],
    "bootstrap": ["web", "admin", "jobs", "services", "providers", "storage", "database", "domain"],
    "admin": ["admin.routes"],
    "admin.routes": ["admin.services", "services", "domain", "web.auth", "web.errors", "web.forms"],
    "admin.services": ["services", "database", "storage.base", "domain"],
    "web": ["services", "domain"],
    "jobs": ["services", "domain"],
    "services": ["domain", "database", "storage.base", "providers.*.base"],
    "providers": ["domain"],
    "storage": ["domain", "revisions"],
    "database": ["domain", "revisions"],
    "revisions": ["domain"],
    "domain": [],
    "settings": ["domain"],
    "telemetry": [],
}
"""The table of the design: who may import what besides itself. The longest name that fits a module is its layer."""

ENTRY_POINTS = {"web_app", "scripts", "streamer", "jobs.worker", "jobs.scheduler", "jobs.alive", "bootstrap"}
MAY_NOT_LOG = {"domain", "telemetry"}
VENDORS = {"openai", "hume", "cloudflare", "livekit", "mux_python", "boto3", "botocore", "atproto", "mastodon"}
DRIVES_MONGODB = ("storage.mongo*", "storage.migrations.mongo*", "scripts.local_mongo")
"""The backend, its migrations, and the command that starts a MongoDB for development, which nothing imports."""
WEB_FRAMEWORKS = {"flask", "flask_login", "flask_wtf", "flask_smorest", "flask_limiter", "werkzeug"}


@dataclass(frozen=True)
class Import:
    """One import: `importer` takes in `target`, at the top of the module or only when something runs."""

    importer: str
    target: str
    line: int
    lazy: bool
    for_types_only: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.target}"


def modules_of(root: Path) -> dict[str, Path]:
    """Every module of the product under its dotted name."""
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[0] not in NOT_THE_PRODUCT and not any(part.startswith(".") for part in parts):
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(root: Path) -> list[Import]:
    """Every import of the product, those inside functions too."""
    modules = modules_of(root)
    return [each for name, path in modules.items() for each in _Reader(name, path, modules).read()]


class _Reader(ast.NodeVisitor):
    """Walks one module and remembers whether it stands in a function or under TYPE_CHECKING."""

    def __init__(self, name: str, path: Path, modules: dict[str, Path]) -> None:
        self.name = name
        self.path = path
        self.modules = modules
        self.found: list[Import] = []
        self.functions = 0
        self.for_types = 0

    def read(self) -> list[Import]:
        self.visit(ast.parse(self.path.read_text(), str(self.path)))
        return self.found

    def visit_Import(self, node: ast.Import) -> None:  # the name is that of the node
        for alias in node.names:
            self._add(alias.name, node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:  # the name is that of the node
        origin = self._absolute(node)
        for alias in node.names:
            inner = f"{origin}.{alias.name}"
            self._add(inner if inner in self.modules else origin, node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:  # as above
        self.functions += 1
        self.generic_visit(node)
        self.functions -= 1

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815  # as above

    def visit_If(self, node: ast.If) -> None:  # as above
        for_types = ast.unparse(node.test).endswith("TYPE_CHECKING")
        self.for_types += for_types
        for inner in node.body:
            self.visit(inner)
        self.for_types -= for_types
        for inner in node.orelse:
            self.visit(inner)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.name.split(".")
        if self.path.name != "__init__.py":
            package = package[:-1]
        package = package[: len(package) - node.level + 1]
        return ".".join([*package, *([node.module] if node.module else [])])

    def _add(self, target: str, node: ast.stmt) -> None:
        self.found.append(Import(self.name, target, node.lineno, self.functions > 0, self.for_types > 0))


def layer_of(module: str) -> str | None:
    """The longest name of the table that the module belongs to; None for what is not ours."""
    fitting = [layer for layer in MAY_IMPORT if module == layer or module.startswith(f"{layer}.")]
    return max(fitting, key=len, default=None)


def fits(module: str, pattern: str) -> bool:
    """Whether the module is the one named or stands below it."""
    return fnmatchcase(module, pattern) or fnmatchcase(module, f"{pattern}.*")


def upward(imports: list[Import], ours: set[str]) -> list[Import]:
    """Imports of our own that the table does not allow."""
    return [each for each in imports if each.target.partition(".")[0] in ours and not _allowed(each)]


def _allowed(each: Import) -> bool:
    layer = layer_of(each.importer)
    if layer is None:
        return False
    if each.target == "settings":
        return layer in ENTRY_POINTS
    if each.target == "telemetry":
        return layer not in MAY_NOT_LOG
    own = layer.partition(".")[0] if layer_of(each.target) == layer else layer
    return any(fits(each.target, pattern) for pattern in [own, *MAY_IMPORT[layer]])


def foreign_to_the_domain(imports: list[Import], ours: set[str]) -> list[Import]:
    """What the domain imports beside itself, the standard library and msgspec."""
    allowed = sys.stdlib_module_names | {"msgspec"} | ours
    return [
        each for each in imports if layer_of(each.importer) == "domain" and each.target.partition(".")[0] not in allowed
    ]


def pymongo_outside_of_its_backend(imports: list[Import]) -> list[Import]:
    """Whoever imports pymongo or bson and is not the MongoDB backend."""
    return [
        each
        for each in imports
        if each.target.partition(".")[0] in ("pymongo", "bson")
        and not any(fits(each.importer, pattern) for pattern in DRIVES_MONGODB)
    ]


def web_frameworks_below_the_web(imports: list[Import]) -> list[Import]:
    """Services and what lies below them, when they know of Flask."""
    below = {"services", "providers", "storage", "database", "domain", "jobs", "telemetry", "settings"}
    return [
        each for each in imports if layer_of(each.importer) in below and each.target.partition(".")[0] in WEB_FRAMEWORKS
    ]


def rq_outside_of_jobs(imports: list[Import]) -> list[Import]:
    """Whoever imports rq and is not in `jobs`."""
    return [each for each in imports if each.target.partition(".")[0] == "rq" and not fits(each.importer, "jobs")]


def vendors_out_of_place(imports: list[Import]) -> list[Import]:
    """A vendor's SDK that somebody else than a provider imports, or that loads before it is used."""
    return [
        each
        for each in imports
        if each.target.partition(".")[0] in VENDORS
        and not (layer_of(each.importer) == "providers" and (each.lazy or each.for_types_only))
    ]


def cycles(imports: list[Import]) -> list[list[str]]:
    """Modules of one layer that import each other in a circle; what is imported only for types does not count."""
    ways: dict[str, set[str]] = {}
    for each in imports:
        inside = layer_of(each.importer) == layer_of(each.target) is not None
        if inside and not each.for_types_only and each.importer != each.target:
            ways.setdefault(each.importer, set()).add(each.target)
    return [circle for start in sorted(ways) if (circle := _way_back(start, ways)) and start == min(circle)]


def _way_back(start: str, ways: dict[str, set[str]]) -> list[str]:
    ahead, seen = [[start]], {start}
    while ahead:
        way = ahead.pop(0)
        for following in sorted(ways.get(way[-1], ())):
            if following == start:
                return way
            if following not in seen:
                seen.add(following)
                ahead.append([*way, following])
    return []
