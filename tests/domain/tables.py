"""The lifecycles as the design tells them, typed out a second time so that no test compares a table with itself."""

INITIAL = {"interview": "active", "training": "scheduled", "live": "idle"}

WAYS: dict[str, dict[str, set[str]]] = {
    "interview": {
        "active": {"paused", "processing", "failed"},
        "paused": {"active", "failed"},
        "processing": {"complete", "active", "failed"},
        "complete": {"active"},
        "failed": {"active"},
    },
    "training": {
        "scheduled": {"live", "canceled", "missed"},
        "live": {"ended"},
        "ended": set(),
        "canceled": set(),
        "missed": set(),
    },
    "live": {
        "idle": {"ready", "cancelled"},
        "ready": {"publishing", "idle", "cancelled"},
        "publishing": {"live", "ready", "aborted", "cancelled"},
        "live": {"ending", "aborted"},
        "ending": {"stopped", "aborted"},
        "aborted": {"publishing", "stopped"},
        "stopped": set(),
        "cancelled": set(),
    },
}

TERMINAL = {
    "interview": set[str](),
    "training": {"ended", "canceled", "missed"},
    "live": {"stopped", "cancelled"},
}

PHASES = {
    "interview": {
        "active": "active",
        "paused": "active",
        "processing": "active",
        "complete": "finished",
        "failed": "failed",
    },
    "training": {
        "scheduled": "planned",
        "live": "active",
        "ended": "finished",
        "canceled": "cancelled",
        "missed": "failed",
    },
    "live": {
        "idle": "planned",
        "ready": "planned",
        "publishing": "active",
        "live": "active",
        "ending": "active",
        "stopped": "finished",
        "cancelled": "cancelled",
        "aborted": "failed",
    },
}
