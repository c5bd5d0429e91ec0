"""Builds the application from its settings: the only place that names concrete classes and wires them."""

from bootstrap.app import App, Ground, People, build, check_schemas, with_database_scopes

__all__ = ["App", "Ground", "People", "build", "check_schemas", "with_database_scopes"]
