"""What each sentence of an account is: an event, a circumstance, a consequence, evidence, or only talk."""

import re
from functools import lru_cache

import msgspec

from domain.interview import Topic
from providers.interviewers.rules.denials import is_absence
from providers.interviewers.rules.hedging import is_opinion, without_hedges
from providers.interviewers.rules.people import role_mentions
from providers.interviewers.rules.places import place_spans
from providers.interviewers.rules.record import is_about_the_record, is_reply, told_before_asking
from providers.interviewers.rules.sentences import Piece, clauses, quoted_spans, sentences, without_quotes
from providers.interviewers.rules.talk import is_talk
from providers.interviewers.rules.times import TimeSpan, time_spans
from providers.interviewers.rules.words import any_of, words

_HISTORIC = re.compile(
    r"\b(?:he|she|they|(?-i:[A-Z]\w+))\s+(?:suddenly\s+|just\s+|then\s+)?(?:comes|goes|shouts|yells|screams|says|tells|asks|takes|grabs|pushes|hits|throws|runs"
    r"|walks|leaves|starts|stands|looks|gets|puts|slams|kicks|laughs|opens|closes|falls|drops|steals|sends)\b",
    re.IGNORECASE,
)
_WAS_DOING = re.compile(
    r"\b(?:was|were|is|are|kept|keeps|started|began)\s+(?:\w+ly\s+)?(?!going\s+to|being\b|during|nothing|something|missing|morning|evening)\w{2,}ing\b",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    r"\b(?:was|were|been|got|being)\s+(?:\w+ly\s+)?(?:\w{2,}ed|stolen|taken|hit|hurt|broken|sent|told|given|thrown|bitten|beaten|shot|cut|lost|shut|written|seen|gone|left)\b",
    re.IGNORECASE,
)
_HAD = re.compile(
    r"\bhad\s+(?:just\s+|already\s+|only\s+)?(?:come|gone|taken|done|left|put|given|stolen|broken|fallen|written|sent|brought|bought|lost|found"
    r"|made|met|seen|heard|been\s+\w+ing|\w{3,}ed)\b",
    re.IGNORECASE,
)
_GONE = re.compile(r"\b(?:was|were|had\s+been|went)\s+(?:gone|missing|stolen|broken)\b", re.IGNORECASE)
_KNOWN = re.compile(
    r"\b(?:I|we)\s+(?:\w+\s+){0,2}?(?:saw|heard|watched|noticed|witnessed|overheard|observed|could\s+(?:see|hear)|couldn't\s+(?:see|hear)|(?:didn't|did\s+not)\s+(?:see|hear))\b"
    r"|\bown\s+eyes\b|\bmyself\b|\b(?:I|we)\s+(?:was|were)\s+(?:\w+\s+)?(?:standing|sitting|there|right\s+(?:there|next|beside|behind)|present|watching|about|only|maybe|just|next|beside)\b"
    r"|\b(?:told|showed|texted|informed)\s+me\b|\bmet(?:re|er)s?\s+away\b|\bfirst-?hand\b|\bsecond-?hand\b|\bI\s+only\s+(?:know|heard)\b|\bfrom\s+(?:my|the)\s+(?:window|desk|balcony|door)\b",
    re.IGNORECASE,
)
_IMPACT = re.compile(
    r"\b(?:injur\w+|pain\w*|bruis\w+|bleed\w*|bled|hospital|stitches|plaster|surgery|ambulance|sick\s+(?:leave|note)|off\s+sick|signed\s+off|insomnia"
    r"|(?:couldn't|can't|cannot|hardly|barely)\s+(?:sleep|work|eat|walk|move|concentrate|stop)|slept\s+badly|nightmares?|shaken|in\s+tears|crying|cried|wept"
    r"|anxious|traumati[sz]ed|damage[sd]?|repairs?|replac\w+|insurance|compensation|resign\w*|quit|fired|sacked|suspended|lost\s+(?:my|his|her|their|our|the|a|data|money|time|two|three)"
    r"|cost\w*|since\s+then|ever\s+since|nowadays|these\s+days|avoid\w*|ashamed|humiliat\w+|no\s+longer|not\s+any\s*more|missed\s+(?:work|school|my|the|a|two)"
    r"|had\s+to\s+(?:pay|go|buy|stay|take|walk|cancel|change|leave|see|call|be)|worth|euros?|pounds|dollars|stress\w*|consequences?|afraid\s+(?:of|to)|scared\s+(?:of|to)"
    r"|stayed\s+(?:at\s+)?home|did\s+not\s+come\s+(?:in|back)|didn't\s+come\s+(?:in|back)|went\s+home\s+early|broke[n]?\s+(?:my|his|her|their|wrist|arm|leg|ankle|nose|rib)|concussion)\b|[€£$]\s?\d",
    re.IGNORECASE,
)
_FELT = re.compile(
    rf"\b(?:felt|feel|feels|was|am|is|were|are|been|looked|seemed|got|became)\s+(?:\w+\s+){{0,2}}?(?:{any_of('emotions')})\b",
    re.IGNORECASE,
)
_EVIDENCE = re.compile(
    r"\b(?:cameras?|cctv|footage|videos?|photos?|photographs?|pictures?|screenshots?|recordings?|e-?mails?|text\s+messages?|messages?|chats?|voicemails?|letters?|receipts?"
    r"|invoices?|logs?|log\s*book|logbook|accident\s+book|records?|documents?|contract|delivery\s+notes?|notes?|(?<=the\s)minutes(?=\s+of|\s*[.,])|police\s+report|report|serial\s+number|frame\s+number|signature"
    r"|fingerprints?|proof|evidence|witness(?:es)?|certificate|medical\s+report|badge|ticket|diary|tracker|gps|tape)\b"
    r"|\b(?:filmed|videoed|photographed|recorded)\s+(?:it|this|that|everything|him|her|them|us|me|the\s+\w+)\b|\b(?:saw|heard|noticed|witnessed)\s+it\s+(?:too|as\s+well|also)\b|\balso\s+(?:saw|heard)\b|\bask\s+(?:him|her|them|(?-i:[A-Z])\w+)\b|\bcould\s+(?:confirm|tell|show)\b|\bcan\s+(?:confirm|show|prove)\b",
    re.IGNORECASE,
)
_RECEIVED = re.compile(
    r"\b(?:I|we|he|she|they)\s+(?:\w+ly\s+)?(?:got|received|sent|wrote|opened|read)\s+(?:an?|another|the|this)\s+(?:\w+\s+)?(?:e-?mail|message|letter|call|text)\b",
    re.IGNORECASE,
)
"""That a message came at a time is a step of what happened, and only then something that could show it."""
_RELATIVE_CLAUSE = re.compile(r"\b(?:who|which)\b[^,.;]*", re.IGNORECASE)
_EVIDENCE_STANDS = re.compile(
    r"\b(?:there\s+(?:is|are|was|were|might|may|must|should)|have|has|kept|keep|saved|took|got|shows?|could|can|must|should|will|need)\b",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"^\W*(?:and\s+|but\s+|so\s+)*(?:then|after\s+that|afterwards|before\s+that|beforehand|next|finally|first|at\s+first|later|suddenly|immediately|eventually|in\s+the\s+end"
    r"|meanwhile|when|as\s+soon\s+as|once|while|until)\b|\b(?:after\s+that|before\s+that|afterwards|and\s+then|minutes\s+later|hours\s+later|seconds\s+later|in\s+the\s+end|the\s+next\s+day)\b",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"\b(?:said|told|asked|shouted|yelled|screamed|insulted|swore|threatened|argued|quarrel\w*|replied|answered|accused|blamed)\b",
    re.IGNORECASE,
)
_RELATION = re.compile(
    r"\b(?:is|was|are|were|'s|works?|worked|known?|known|knows?|known\s+each\s+other)\b", re.IGNORECASE
)
_PRESENT_THERE = re.compile(
    r"\b(?:(?:nobody|no\s+one|noone)\s+(?:else|was|were|saw|heard|around)|alone|only\s+(?:me|us|the\s+two|two)|just\s+(?:me|us|the\s+two)|by\s+myself|by\s+(?:him|her)self|anyone\s+else|anybody\s+else|somebody\s+else|someone\s+else"
    r"|the\s+(?:two|three|four)\s+of\s+us|was\s+also\s+there|were\s+also\s+there|was\s+there|were\s+there|present)\b",
    re.IGNORECASE,
)


_WISHES = re.compile(
    r"^\W*(?:(?:and|but|so)\W+)*I\s+(?:really\s+|only\s+|just\s+)?(?:want|wish|demand|expect|hope)\b", re.IGNORECASE
)
_NOT_SURE = re.compile(
    r"^\W*(?:I\s+(?:don['’]?t|do\s+not)\s+know|dunno|idk|no\s+idea|not\s+sure)\s*[,;:–-]\s*(?=\w)", re.IGNORECASE
)
"""“I don't know, everything” says everything."""
SHORT_WORD = 4
ONLY_A_TIME = 2
"""So many words may stand beside a time, such as “a few minutes”."""
_IT_WAS = re.compile(
    r"^\W*(?:(?:no|yes|well|so|i\s+think|i\s+believe|maybe|actually|wait|sorry|but)\W+)*(?:it|that|this|all\s+this)\s+"
    r"(?:was|happened|must\s+have\s+been|took\s+place)\b",
    re.IGNORECASE,
)
_UNACQUAINTED = re.compile(
    r"^\W*I\s+(?:don['’]t|do\s+not)\s+know\s+(?:him|her|them|(?:his|her|their)\s+names?)\b", re.IGNORECASE
)
_DENIED = re.compile(
    r"\b(?:did\s+not|didn['’]t|never|could\s+not|couldn['’]t|would\s+not|wouldn['’]t)\s+\w+", re.IGNORECASE
)
_VERB = re.compile(
    r"\b(?:is|was|were|am|are|has|have|had|did|does|do|could|would|can|will|must|might|should|said)\b|n['’]t\b|['’](?:m|re|s|ve|d)\s"
    r"|^(?:I|we|he|she|they|it|there)\s",
    re.IGNORECASE,
)


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence that says something about the incident, with what was found in it."""

    start: int
    text: str
    is_event: bool
    is_absence: bool
    times: tuple[TimeSpan, ...]
    places: tuple[Piece, ...]
    topics: tuple[Topic, ...]

    @property
    def has_literal_speech(self) -> bool:
        """Whether words that were spoken are quoted."""
        return bool(quoted_spans(self.text))

    @property
    def tells_speech(self) -> bool:
        """Whether it says that somebody spoke."""
        return bool(_SPOKEN.search(without_quotes(self.text)))


@lru_cache(maxsize=512)
def statements(text: str) -> tuple[Statement, ...]:
    """The statements of a message in order. Greetings, questions, opinions and talk about the interview are left out."""
    return tuple(_statement(piece) for piece in map(_told, sentences(text)) if _says_something(piece.text))


def _told(piece: Piece) -> Piece:
    """The sentence without a question that is hung on it."""
    if unsure := _NOT_SURE.match(piece.text):
        piece = Piece(piece.start + unsure.end(), piece.text[unsure.end() :])
    if piece.text.rstrip("\"'”’ ").endswith("?") and (told := told_before_asking(piece.text)) is not None:
        return Piece(piece.start, told)
    return piece


def _says_something(text: str) -> bool:
    return not (is_talk(text) or is_about_the_record(text) or is_reply(text) or _only_opinion(text))


@lru_cache(maxsize=2048)
def is_event(sentence: str) -> bool:
    """Whether somebody does something, or something happens to somebody."""
    plain = re.sub(
        r"\b(?:is|am|are|'s)\s+called\b|\bleft\s+(?:of|side|hand)\b|\bthe\s+left\b",
        " ",
        without_hedges(without_quotes(sentence)),
    )
    if (
        _HISTORIC.search(plain)
        or _HAD.search(plain)
        or _WAS_DOING.search(plain)
        or _PASSIVE.search(plain)
        or _GONE.search(plain)
    ):
        return True
    return any(_is_deed(word) for word in re.findall(r"[a-z'’]+", plain.lower()))


def has_verb(text: str) -> bool:
    """Whether this is a sentence and no mere fragment such as “4 pm” or “my boss”."""
    if _VERB.search(text) or is_event(text):
        return True
    return any(word in words("states") or word.endswith("ed") for word in re.findall(r"[a-z]{4,}", text.lower()))


def _is_deed(word: str) -> bool:
    if word in words("states"):
        return False
    return word in words("past") or (
        word.endswith("ed") and len(word) > SHORT_WORD and word not in words("emotions") and not word.endswith("eed")
    )


def _only_opinion(text: str) -> bool:
    """An opinion with no event and no feeling of the speaker's beside it."""
    parts = clauses(text)
    return (
        is_opinion(text)
        and all(is_opinion(part.text) or not is_event(part.text) for part in parts)
        and not _IMPACT.search(text)
    )


def _statement(piece: Piece) -> Statement:
    event = is_event(piece.text)
    absence = is_absence(piece.text)
    times, places = time_spans(without_quotes(piece.text)), place_spans(piece.text)
    return Statement(
        start=piece.start,
        text=piece.text,
        is_event=event,
        is_absence=absence,
        times=times,
        places=places,
        topics=_topics(piece.text, event=event, times=bool(times), places=bool(places)),
    )


def _topics(text: str, *, event: bool, times: bool, places: bool) -> tuple[Topic, ...]:
    """The topics a sentence speaks to, the main one first."""
    plain = without_quotes(text)
    evidence = bool(_EVIDENCE.search(plain))
    ranked: list[tuple[Topic, bool]] = [
        ("who", event and _only_lists(text, plain)),
        ("who", bool(_UNACQUAINTED.search(plain))),
        (
            "evidence",
            evidence
            and (bool(_EVIDENCE_STANDS.search(plain)) or not has_verb(text))
            and not (event and _SPOKEN.search(plain))
            and not (times and _RECEIVED.search(plain)),
        ),
        ("who", bool(_PRESENT_THERE.search(plain)) and not _saw_something(plain)),
        ("impact", bool(_WISHES.search(plain))),
        ("impact", bool(_FELT.search(plain)) or (bool(_IMPACT.search(plain)) and not event)),
        ("when", times and bool(_IT_WAS.search(plain)) and _only_time(plain)),
        ("what", event),
        ("who", bool(role_mentions(text)) and bool(_RELATION.search(plain)) and not event),
        ("how_known", bool(_KNOWN.search(plain))),
        ("impact", bool(_IMPACT.search(plain))),
        ("what", bool(_DENIED.search(plain)) and not _KNOWN.search(plain)),
        ("where", places and not event),
        ("when", times and not event),
        ("what", evidence and not event),
        ("evidence", evidence),
        ("sequence", event and bool(_ORDER.search(plain))),
    ]
    found = tuple(dict.fromkeys(topic for topic, holds in ranked if holds))
    return found or ("what",)


def _only_lists(text: str, plain: str) -> bool:
    """Whether people are listed, and a deed only says which ones: “the caretaker, who came at three”."""
    return bool(role_mentions(text)) and not has_verb(_RELATIVE_CLAUSE.sub(" ", plain))


def _only_time(plain: str) -> bool:
    """Whether hardly more than a time is said: “it was Tuesday”, and not “it was on the trolley at noon”."""
    for span in time_spans(plain):
        plain = plain.replace(span.text, " ")
    left = re.sub(
        r"\b(?:because|since|as|when|after|before|while|not|but)\b.*", " ", without_hedges(plain), flags=re.IGNORECASE
    )
    return len(re.findall(r"[a-z]{3,}", _IT_WAS.sub(" ", left))) <= ONLY_A_TIME


def _saw_something(plain: str) -> bool:
    return bool(
        re.search(
            r"\b(?:nobody|no\s+one)\s+(?:told|said|helped|asked|answered|believed|listened|cared)\b",
            plain,
            re.IGNORECASE,
        )
    )
