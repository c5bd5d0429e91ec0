"""The event buses by name. A new one is a module beside this one and an entry here."""

from domain.registry import Registry
from providers.events.base import EventBus

EVENT_BUSES: Registry[EventBus] = Registry(
    "event bus",
    EventBus,  # type: ignore[type-abstract]  # mypy has no spelling for "an abstract class as a value"
    {
        "redis": "providers.events.redis_streams:RedisEventBus",
        "memory": "providers.events.memory:MemoryEventBus",
    },
)
