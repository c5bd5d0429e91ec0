"""Scores one answer of a web server as Mozilla's HTTP Observatory does: what adds, what takes away, and why.

The rules are those published with mdn-http-observatory (github.com/mdn/mdn-http-observatory, 2026). Pure functions over
the headers and the text of an answer; `observatory.py` fetches them. Two things are stricter here: an answer has one
content security policy at most, and what a page says about itself in `<meta>` does not count.
"""

from scripts.testing.scoring.answer import Answer, Finding
from scripts.testing.scoring.score import Score, score

__all__ = ["Answer", "Finding", "Score", "score"]
