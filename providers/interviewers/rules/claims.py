"""Words a statement as a plain sentence in the third person, adding nothing.

Where the rules cannot do that well (a “we”, a verb they do not know, a speaker who comes up twice, so that a “they” could
be taken for somebody else), the sentence stays as it was said.
"""

import re
from functools import lru_cache

from providers.interviewers.rules.people import role_mentions
from providers.interviewers.rules.sentences import quoted_spans
from providers.interviewers.rules.words import words

LIMIT = 1_500
NAMED_AT_MOST = 2
NAMELESS = "the interviewee"
"""How somebody is called whose entered name is none, such as an e-mail address."""
_LEAD = re.compile(
    r"^(?:(?:well|so|okay|ok|yeah|yes|yep|no|nope|oh|ah|uh|um|hmm|honestly|basically|actually|anyway|look|listen|see|like|right|sure|of\s+course|i\s+mean"
    r"|you\s+know|to\s+be\s+honest|as\s+i\s+said|as\s+i\s+already\s+said|like\s+i\s+said|sorry|please|wait|no\s+wait)\s*[,.!:…–-]+\s*|(?:ok|okay|yeah|well)\s+so\s+|(?:and|but|so)\s*,?\s+)+",
    re.IGNORECASE,
)
_LEAVE = re.compile(r"\b(?:we|us|ours|ourselves|mine|you|your|let's|we're|we've|we'd|shan't)\b", re.IGNORECASE)
_CONTRACTED = {"i'm": "is", "i've": "has", "i'll": "will"}
_AUXILIARY = {
    "am": "is", "have": "has", "do": "does", "don't": "doesn't", "haven't": "hasn't", "was": "was", "were": "was",
}  # fmt: skip
_TOKEN = re.compile(
    r"\bour\b|\bI(?:['’](?:m|ve|ll|d))?\b|\b(?:me|my|myself)\b|\bi(?:['’](?:m|ve|ll|d))?\b(?!\.)", re.IGNORECASE
)
_FOLLOWING = r"(\s+)([\w'’-]+)(?:(\s+)([\w'’-]+))?(?:(\s+)([\w'’-]+))?"
_INVERTED = re.compile(r"\b(?:did|do|could|would|should|can|will|was|were|had|have|am|and)\s+$", re.IGNORECASE)
_SOMEBODY_ELSE = re.compile(
    r"\b(?:he|she|him|her|his|they|them|theirs?|people|others|everybody|everyone|both|men|women|kids|children|guys|boys|girls"
    r"|some(?:body|one)|nobody|who)\b",
    re.IGNORECASE,
)
_SAME_SUBJECT = re.compile(
    r"(?:(?!\b(?:he|she|they|it\s+(?!and\b|but\b|in|on|to|at\b|back|up|down|off|away|out|for|from|with)\w+|there|who|which|that|when|because|if|while|after|before|as|since|until|where|how|what|why|says|said|nobody|somebody|is|are|was|were)\b)[^.;:?!“”\"])*?"
    r"(?:,\s+|,?\s+(?:and|but)\s+)(?:(?:then|also|only|just)\s+)?",
    re.IGNORECASE,
)
"""What may stand between two “I” of one subject: no other subject and no subordinate clause."""
_IN_FRONT = re.compile(
    r"^(?:What\s+|That\s+|(?P<object>(?:The|Those|These)\s+(?:(?!when\b|while\b|is\b|says?\b|moment\b|time\b|day\b|first\b|next\b|last\b|only\b|way\b)\w+\s+){1,4}?))"
    r"(?(object)|[^,]{3,60}?\s)(?:I|i)(?:['’]ve|\s+\w+)",
)
"""“The names I heard myself”: turned into the third person this would read broken."""
_FRONTED = re.compile(
    r"^(?P<object>(?:The|This|That|His|Her)\s+\w+(?:\s+\w+)?)\s+I\s+(?P<rest>(?:did\s+not|didn['’]t|do\s+not|don['’]t|had\s+never|have\s+never|never|could\s+not|couldn['’]t)"
    r"\s+(?:\w+\s+)?(?:know|knew|see|saw|seen|recogni[sz]ed?|hear|meet|met|find|touch|take|understand))\W*$"
)


def as_claim(sentence: str, name: str) -> str:
    """The sentence as a claim about `name`: fillers at its beginning gone, first person turned, a full stop at its end."""
    text = re.sub(r"\s+", " ", sentence).strip()
    stripped = _LEAD.sub("", text)
    text = stripped if re.search(r"\w", stripped) else text
    turned = _third_person(text, name)
    return _finished(turned or text)


@lru_cache(maxsize=256)
def short_name(name: str) -> str:
    """How the interviewee is called in claims: the given name, unless what was entered is no name."""
    parts = name.split()
    if not parts or any(letter.isdigit() or letter == "@" for letter in name):
        return NAMELESS
    if parts[0].rstrip(".").lower() in words("titles") and len(parts) > 1:
        return f"{parts[0]} {parts[-1]}"
    return parts[0][:1].upper() + parts[0][1:]


def phrase_as_claim(phrase: str, name: str) -> str:
    """A phrase such as “my manager Petra” seen from outside: “Mira's manager Petra”."""
    owner = possessive(name)
    return re.sub(r"\bmy\b", owner, re.sub(r"\bmyself\b|\bme\b", name, " ".join(phrase.split())), flags=re.IGNORECASE)


def possessive(name: str) -> str:
    """The name with its 's."""
    return f"{name}'s"


def _third_person(text: str, name: str) -> str | None:
    """None when it would not read right."""
    text = _FRONTED.sub(lambda found: f"I {found['rest']} {found['object'][:1].lower()}{found['object'][1:]}.", text)
    fronted = _IN_FRONT.match(text)
    if fronted and not any(map(_is_past, (fronted["object"] or "").lower().split())):
        return None
    spoken = quoted_spans(text)
    outside = "".join(letter if not _within(place, spoken) else " " for place, letter in enumerate(text))
    if _LEAVE.search(outside):
        return None
    teller = _Teller(name, text)
    parts: list[str] = []
    last = 0
    for token in _TOKEN.finditer(text):
        if _within(token.start(), spoken) or token.start() < last:
            continue
        turned, end = teller.turned(token)
        if turned is None:
            return None
        parts += [text[last : token.start()], turned]
        last = end
    return "".join([*parts, text[last:]])


class _Teller:
    """Names the speaker, twice in a sentence at most: a “they” might be taken for somebody else."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.subject_end: int | None = None
        self.named = 0

    def turned(self, token: re.Match[str]) -> tuple[str | None, int]:
        """What stands for the word, and the place up to which it does; None when it cannot be said."""
        word = token.group().lower().replace("’", "'")
        if word == "my" and self.subject_end is not None and not _names_another(self.text, self.name):
            return "their", token.end()
        if word in ("my", "me"):
            return self._again(possessive(self.name) if word == "my" else self.name), token.end()
        if word in ("our", "myself"):
            return None, token.end()
        turned, end = self._subject(token, word)
        self.subject_end = end
        return turned, end

    def _again(self, called: str) -> str | None:
        self.named += 1
        return called if self.named <= NAMED_AT_MOST else None

    def _subject(self, token: re.Match[str], word: str) -> tuple[str | None, int]:
        if self._goes_on(token):
            return self._left_out(token, word)
        if self._again(self.name) is None:
            return None, 0
        if word in _CONTRACTED:
            return f"{self.name} {_CONTRACTED[word]}", token.end()
        following = re.match(_FOLLOWING, self.text[token.end() :])
        if word == "i'd":
            after = following.group(2).lower() if following else ""
            had = _is_past(after) or after in ("been", "just", "already", "never", "come", "run", "become")
            return f"{self.name} {'had' if had else 'would'}", token.end()
        if following is None:
            ends = re.match(r"\s*[,.!?;]|\s*$", self.text[token.end() :])
            return (self.name, token.end()) if ends else (None, 0)
        return _with_verb(self.text, token, self.name, following)

    def _goes_on(self, token: re.Match[str]) -> bool:
        """Whether this verb is one more of the same subject; a mere comma joins only what goes on with an “and”."""
        between = self.text[self.subject_end or 0 : token.start()]
        if self.subject_end is None or not _SAME_SUBJECT.fullmatch(between):
            return False
        if any(_is_past(word) for word in re.findall(r"[a-z]+", between.lower())):
            return False
        rest = self.text[token.end() :]
        return not between.endswith(", ") or bool(re.search(r"\band\s+(?:then\s+)?I\b|^\s+only\b", rest))

    def _left_out(self, token: re.Match[str], word: str) -> tuple[str | None, int]:
        """A second verb of the same subject needs no subject: “closed the shop, counted the money and left”."""
        following = re.match(_FOLLOWING, self.text[token.end() :])
        if word != "i" or following is None:
            return (f"{self.name} {_CONTRACTED[word]}", token.end()) if word in _CONTRACTED else (None, 0)
        turned, end = _with_verb(self.text, token, self.name, following)
        return (turned.removeprefix(self.name).lstrip() if turned else None), end


def _names_another(text: str, name: str) -> bool:
    """Whether somebody else is spoken of whom “their” might mean."""
    named = [word for word in re.findall(r"(?<=\s)[A-Z][a-zà-ÿ]+", text) if word.lower() not in words("not_names")]
    return bool(_SOMEBODY_ELSE.search(text) or role_mentions(text)) or any(word not in name.split() for word in named)


def _with_verb(text: str, token: re.Match[str], name: str, following: re.Match[str]) -> tuple[str | None, int]:
    """The subject with the verb that agrees with it; adverbs between them stay."""
    if (
        _INVERTED.search(text[: token.start()])
        and re.search(r"\b(?:as|so|than|nor|neither|why|how|what|where)\b[^,]*$", text[: token.start()], re.IGNORECASE)
        and not text[: token.start()].rstrip().lower().endswith("and")
    ):
        return name, token.end()
    for group in (2, 4, 6):
        verb = following.group(group)
        if verb is None:
            return None, 0
        plain = verb.lower().replace("’", "'")
        if plain in words("adverbs"):
            continue
        agreed = _agreeing(plain)
        if agreed is None:
            return None, 0
        start = token.end() + following.start(group)
        return f"{name}{text[token.end() : start]}{agreed if agreed != plain else verb}", start + len(verb)
    return None, 0


def _agreeing(verb: str) -> str | None:
    if verb in _AUXILIARY:
        return _AUXILIARY[verb]
    if verb in words("unchanging") or _is_past(verb):
        return verb
    if verb in words("present"):
        return _with_s(verb)
    return None


def _is_past(verb: str) -> bool:
    return verb in words("past") or verb.endswith("ed") or verb in (
        "thought", "felt", "knew", "meant", "understood", "became", "had", "slept", "dreamt", "won", "learnt", "bore",
        "done", "gone", "seen", "been", "taken", "given", "known", "forgotten", "spoken", "written", "driven", "fallen",
    )  # fmt: skip


def _with_s(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def _finished(text: str) -> str:
    text = text[:LIMIT].rstrip(" ,;:–-")
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…", "”", '"', "'", "’", "»")) else f"{text}."


def _within(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)
