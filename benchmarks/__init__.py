"""Repeatable measurements against named peers or the raw driver, interleaved in one run; ratios, not microseconds."""
