"""Whether a claim says anything beside the words it rests on: where it does not, the words stand alone, as a quote."""


def is_verbatim(claim: str, quote: str) -> bool:
    """Whether the claim is a piece of the quote, word for word."""
    return _plain(claim) in _plain(quote)


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(".!").casefold()
