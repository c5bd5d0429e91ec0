"""What things are: session kinds, statuses, lifecycles, errors. Pure; nothing here reads or writes anything."""
