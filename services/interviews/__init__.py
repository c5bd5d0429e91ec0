"""Interviews: what is asked and kept, what may be concluded from it, and the report that comes of it."""
