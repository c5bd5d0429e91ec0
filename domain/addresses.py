"""Addresses of engines, as one setting or one option holds them."""


def without_password(address: str) -> str:
    """The address as it may be shown."""
    head, at, tail = address.rpartition("@")
    return f"{head.partition('://')[0]}://…@{tail}" if at else address
