"""Hands wake-ups to whoever waits for them inside one process. Both buses end here."""

import os
import threading
from collections import defaultdict

from providers.events.base import Subscription


class FanOut:
    """The subscriptions of one process, by topic. `pid` tells an owner that it was inherited over a fork."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.draining = False
        self._lock = threading.Lock()
        self._waiting: defaultdict[str, set[LocalSubscription]] = defaultdict(set)

    def subscribe(self, topic: str) -> "LocalSubscription":
        """A new place that is woken from now on."""
        subscription = LocalSubscription(self, topic)
        with self._lock:
            self._waiting[topic].add(subscription)
        return subscription

    def forget(self, subscription: "LocalSubscription") -> None:
        """Wake this one no more; a topic nobody waits for is dropped."""
        with self._lock:
            waiting = self._waiting.get(subscription.topic, set())
            waiting.discard(subscription)
            if not waiting:
                self._waiting.pop(subscription.topic, None)

    def wake(self, topic: str) -> None:
        """Wake everybody who waits for this topic."""
        with self._lock:
            woken = list(self._waiting.get(topic, ()))
        for subscription in woken:
            subscription.wake()

    def wake_all(self) -> None:
        """Wake everybody, because nobody knows what was missed."""
        with self._lock:
            topics = list(self._waiting)
        for topic in topics:
            self.wake(topic)

    def drain(self) -> None:
        """Let nobody wait any longer, now or later."""
        self.draining = True
        self.wake_all()

    def __len__(self) -> int:
        """How many subscriptions are open."""
        with self._lock:
            return sum(len(waiting) for waiting in self._waiting.values())


class LocalSubscription(Subscription):
    """One place of a `FanOut`. Events that come between two waits are kept as one."""

    def __init__(self, fan_out: FanOut, topic: str) -> None:
        self.topic = topic
        self._fan_out = fan_out
        self._woken = threading.Event()

    def wake(self) -> None:
        """End the present wait, or the next one."""
        self._woken.set()

    def wait(self, timeout_seconds: float) -> bool:
        """See the contract."""
        if self._fan_out.draining:
            return False
        happened = self._woken.wait(timeout_seconds)
        self._woken.clear()
        # Draining is set before anybody is woken for it, so a drain that falls between the lines is seen here.
        return happened and not self._fan_out.draining

    def close(self) -> None:
        """See the contract."""
        self._fan_out.forget(self)
