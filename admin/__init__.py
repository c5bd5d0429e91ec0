"""The admin area: its own blueprint, for those whose role it is. Routes, services and templates move in together."""
