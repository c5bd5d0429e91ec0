"""How a family of adapters is found by name: an alias or a dotted path, imported on first use."""

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Generic, TypeVar

from domain.errors import Invalid

T = TypeVar("T")


class Registry(Generic[T]):
    """The members of one family, `alias -> "module:Class"`."""

    def __init__(self, setting: str, base: type[T], members: Mapping[str, str]) -> None:
        self.setting = setting
        self.base = base
        self.members = dict(members)

    def find(self, name: str) -> type[T]:
        """The class behind an alias or a dotted path (`package.module:Class`).

        Raises Invalid, naming the known aliases, when there is none or it does not belong to this family, and
        ModuleNotFoundError when the class is there but something that it needs is not installed.
        """
        path = self.members.get(name, name)
        module, colon, attribute = path.partition(":")
        if not colon or not module or module.startswith("."):
            raise self._unknown(name)
        found = getattr(self._module(module, name), attribute, None)
        if not (isinstance(found, type) and issubclass(found, self.base)):
            raise self._unknown(name)
        return found

    def _module(self, module: str, name: str) -> ModuleType:
        try:
            return import_module(module)
        except ModuleNotFoundError as error:
            if error.name and f"{module}.".startswith(f"{error.name}."):
                raise self._unknown(name) from error
            raise

    def _unknown(self, name: str) -> Invalid:
        return Invalid(self.setting, name, f"one of {', '.join(self.members)}, or package.module:Class")
