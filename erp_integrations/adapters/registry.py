"""Finding an adapter by name: those a deployment lists in ERP_ADAPTERS, then those that installed packages announce."""

import importlib
from importlib.metadata import EntryPoint, entry_points

from django.conf import settings

from .base import ErpAdapter
from .uninstalled import standing_in_for

GROUP = "tieout.erp_adapters"


class UnknownAdapter(Exception):
    """No adapter of that name, or what stands under it cannot be used; says which and why."""


def adapter_class(name: str) -> type[ErpAdapter]:
    path = settings.ERP_ADAPTERS.get(name)
    if path is not None:
        return _imported(name, path)
    announced = _announced()
    if name in announced:
        return _loaded(name, announced[name])
    known = ", ".join(adapter_names()) or "none"
    raise UnknownAdapter(
        f"There is no ERP adapter “{name}”: it is neither in ERP_ADAPTERS nor announced by an installed package "
        f"(entry point group {GROUP}). Known: {known}."
    )


def adapter_of(name: str) -> type[ErpAdapter]:
    """The adapter that a stored connection names; a stand-in once it cannot be had any more."""
    try:
        return adapter_class(name)
    except UnknownAdapter:
        return standing_in_for(name)


def adapter_names() -> tuple[str, ...]:
    """All names that `adapter_class` knows, sorted, whether or not they import."""
    return tuple(sorted({*settings.ERP_ADAPTERS, *_announced()}))


def _announced() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


def _imported(name: str, path: str) -> type[ErpAdapter]:
    module_path, _, class_name = path.rpartition(".")
    try:
        found = getattr(importlib.import_module(module_path), class_name)
    except (ImportError, AttributeError, ValueError) as error:
        raise UnknownAdapter(f"The ERP adapter “{name}” cannot be imported from {path}: {error}") from error
    return _checked(name, path, found)


def _loaded(name: str, point: EntryPoint) -> type[ErpAdapter]:
    try:
        found = point.load()
    except (ImportError, AttributeError) as error:
        raise UnknownAdapter(f"The ERP adapter “{name}” cannot be imported from {point.value}: {error}") from error
    return _checked(name, point.value, found)


def _checked(name: str, path: str, found: object) -> type[ErpAdapter]:
    if not (isinstance(found, type) and issubclass(found, ErpAdapter)):
        raise UnknownAdapter(f"The ERP adapter “{name}” at {path} is not an ErpAdapter.")
    missing = getattr(found, "__abstractmethods__", frozenset())
    if missing:
        raise UnknownAdapter(f"The ERP adapter “{name}” at {path} lacks {', '.join(sorted(missing))}.")
    return found
