"""Writers killed at random moments, and what must be left of their work: everything they were told is stored."""
