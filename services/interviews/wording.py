"""Whether a claim says more than the words it rests on: where it does not, the report shows them once."""

import re

_JOINED = re.compile(r"^(?:(?:and|but|so|well|no|yes|then)\b[ ,]*)+")


def is_verbatim(claim: str, quote: str) -> bool:
    """Whether claim and quote are the same words, but for how the sentence is joined to the one before."""
    return _plain(claim) == _plain(quote)


def _plain(text: str) -> str:
    return _JOINED.sub("", " ".join(text.split()).rstrip(".!").casefold())
