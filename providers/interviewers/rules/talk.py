"""Recognises what is said to the interviewer and not about the incident: “I don't know”, “skip”, “why do you ask?”."""

import re

from providers.interviewers.rules.sentences import sentences, without_quotes

_YES = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|ja|sure|correct|right|exactly|that(?:'s|\s+is)\s+(?:right|correct|true)|true|indeed|of\s+course|absolutely|definitely|ok(?:ay)?|i\s+(?:did|was|do|am|have)|fine|all\s+good|agreed)\b",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^\W*(?:no|nope|nah|nein|not\s+really|none|nothing|nobody|never|no\s+one|not\s+that\s+i\s+(?:know|remember|recall|saw|noticed|can\s+think)(?:\s+of)?|nothing\s+(?:else|more))\b",
    re.IGNORECASE,
)
_KNOW = r"(?:know|remember|recall|tell|say|have\s+(?:any|an)\s+(?:idea|clue))"
_UNKNOWN = re.compile(
    rf"(?:\b(?:sorry|honestly|really|well|um+|uh+|hmm+|no|to\s+be\s+honest)\W+)*(?:\b(?:i|we)\s+)?(?:\b(?:really|honestly|just|simply|also|still)\s+)*"
    rf"(?:\b(?:don['’]?t|do\s+not|dont|didn['’]?t|can['’]?t|cannot|cant|can\s+not|couldn['’]?t|wouldn['’]?t)\s+(?:really\s+|even\s+|quite\s+|honestly\s+)?(?:{_KNOW}|explain)"
    r"|\bno\s+(?:idea|clue|memory)|\bdunno|\bidk\b|\b(?:i['’]?m\s+|i\s+am\s+)?not\s+(?:really\s+|quite\s+|at\s+all\s+|entirely\s+|too\s+|so\s+)?(?:sure|certain)|\bunsure|\bhaven['’]?t\s+(?:a|the\s+faintest)\s+(?:clue|idea)|\bhard\s+to\s+say"
    r"|\bi\s+(?:have\s+)?forg[eo]t(?:ten)?|\bbeats\s+me|\bwho\s+knows|\bcouldn['’]?t\s+say|\bhow\s+should\s+i\s+know|\bno\s+recollection|\bit['’]?s\s+a\s+blur|\bkeine\s+ahnung)\b",
    re.IGNORECASE,
)
_UNKNOWN_TAIL = re.compile(
    r"^(?:[\s,.–-]*(?:anymore|any\s+more|that|this|it|either|exactly|for\s+sure|at\s+all|about\s+(?:that|this|it)|anything(?:\s+(?:else|more|about\s+(?:it|that)))?|really|sorry|any\s+of\s+(?:it|that)|off\s+hand|right\s+now|now"
    r"|(?:(?:exactly|precisely)\s+)?(?:who|what|when|where|why|how|which|whether|if)\b[^.;,!?]*|the\s+(?:exact\s+)?(?:time|day|date|name|names|place|order|details?|reason)(?:\s+of\s+\w+)?))*\W*$",
    re.IGNORECASE,
)
_EXCUSE = re.compile(
    r"^\W*(?:(?:because|since|as|sorry)\W+)?(?:you\s+know|i\s+(?:was\s?n['’]?t|was\s+not)\s+(?:there|present|around)(?:\s+(?:myself|then|at\s+the\s+time))?|i(?:['’]m|\s+am)\s+(?:\d+|old|so\s+old|too\s+old|sorry)(?:\W+you\s+know)?|it(?:['’]s|\s+is|\s+was)\s+(?:too\s+|so\s+|very\s+)?long\s+ago)\W*$",
    re.IGNORECASE,
)
_SKIP = re.compile(
    r"^\W*(?:please\s+|let['’]?s\s+|can\s+we\s+)?(?:skip|pass|next(?:\s+question)?|move\s+on|next\s+one)(?:\s+(?:this|that|it|the)?\s*(?:question|one)?)?(?:\s+please)?\W*$|\bskip\s+(?:this|that|the)\s*(?:question|one)?\b",
    re.IGNORECASE,
)
_REFUSES = re.compile(
    r"\b(?:i\s+)?(?:don['’]?t|do\s+not|won['’]?t|will\s+not|would\s+rather\s+not|['’]?d\s+rather\s+not|refuse\s+to|prefer\s+not\s+to|not\s+going\s+to|can['’]?t)\s+(?:want\s+to\s+)?(?:answer|talk\s+about|say|discuss|go\s+into|comment|speak\s+about)(?!\s+(?:for\s+sure|exactly|when|where|who|how|what|if))\b"
    r"|\bno\s+comment\b|\bnone\s+of\s+your\s+business\b|\bi['’]?d\s+rather\s+not\b|\bleave\s+me\s+alone\W*$",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"^\W*(?:please\s+)?(?:stop|quit|enough|that['’]?s\s+enough|stop\s+(?:it|this|now|asking|here)(?:\s+please)?)\W*$|\b(?:i\s+)?(?:want|need|would\s+like|['’]?d\s+like|have)\s+to\s+(?:stop|end|quit|leave|finish|break\s+off)(?:\s+(?:here|now|this|it|the\s+interview|the\s+conversation))?\W*$"
    r"|\bcan\s+we\s+(?:stop|end|finish)\b|\bi['’]?m\s+done(?:\s+(?:here|with\s+this|talking|now))?\W*$|\blet['’]?s\s+stop\b|\bi\s+(?:can['’]?t|cannot|don['’]?t\s+want\s+to)\s+(?:do\s+this|go\s+on|continue)(?:\s+(?:any\s*more|now|anymore))?\W*$|\bstop\s+(?:this|the)\s+interview\b",
    re.IGNORECASE,
)
_PAUSE = re.compile(
    r"^\W*(?:yes\W+)?(?:please\s+)?(?:let['’]?s\s+|can\s+we\s+)?(?:pause|take\s+a\s+break|break)(?:\s+(?:here|now|it|please|the\s+interview))*\W*$|\b(?:i\s+)?need\s+a\s+(?:break|pause)\b|\bpause\s+(?:here|now)\b|\bcontinue\s+(?:later|tomorrow|another\s+time)\W*$",
    re.IGNORECASE,
)
_FINISH = re.compile(
    r"^\W*(?:yes\W+)?(?:please\s+)?(?:let['’]?s\s+)?(?:finish|end)(?:\s+(?:here|now|it|please|the\s+interview|with\s+what\s+(?:you|we)\s+have))*\W*$|\bfinish\s+(?:now|here)\b",
    re.IGNORECASE,
)
_GO_ON = re.compile(
    r"^\W*(?:no\W+)?(?:please\s+)?(?:go\s+on|continue|carry\s+on|keep\s+going|let['’]?s\s+go\s+on|i\s+can\s+go\s+on|we\s+can\s+go\s+on)\b",
    re.IGNORECASE,
)
_SAYING = r"(?:told|said|answered|mentioned|explained|described|written|wrote)"
_TOLD = re.compile(
    rf"\b(?:i\s+(?:have\s+|['’]ve\s+)?(?:just\s+|already\s+)*{_SAYING}\s+(?:(?:you|that|this|so|it|everything|all\s+(?:that|this|of\s+(?:it|that)))\b\s*)+(?=(?:already|before|just\s+now|once|twice)?\s*(?:[.,;!?–-]|$))"
    rf"|i\s+(?:have\s+|['’]ve\s+)?already\s+{_SAYING}\s*(?=[.,;!?–-]|$)|i\s+(?:have\s+|['’]ve\s+)?(?:just\s+|already\s+)+told\s+you"
    r"|\byou(?:\s+have|['’]ve)?\s+(?:just\s+|already\s+)+asked(?:\s+(?:me|that|this))*|asked\s+and\s+answered|refer\s+to\s+my\s+(?:previous|earlier|last)\s+answer|did(?:n['’]t)?\s+i\s+(?:not\s+)?(?:just\s+|already\s+)?(?:say|tell\s+you|answer|write)"
    r"|(?:as|like)\s+i\s+(?:have\s+|['’]ve\s+)?(?:already\s+)?(?:told\s+you|said\s+(?:before|already))|i\s+told\s+you(?:\s+(?:already|that|before))+|(?:read|see)\s+(?:what\s+i\s+wrote|above|my\s+(?:summary|account|answer))|are\s+you\s+(?:even\s+)?listening|same\s+(?:question|answer)(?:\s+again)?)(?:\b|(?<=\s))\W*",
    re.IGNORECASE,
)
_AS_SAID = re.compile(
    r"\b(?:as|like)\s+i\s+(?:have\s+|['’]ve\s+)?(?:already\s+)?(?:said|told\s+you|mentioned|wrote|explained)\b",
    re.IGNORECASE,
)
SHORT_REFERENCE = 25
"""“As I said” in an answer of more words is a turn of speech and points at no question."""
_SAID_ALL = re.compile(
    r"^\W*(?:(?:no|well|sorry|like\s+i\s+said)\W+)*(?:i(?:\s+have|['’]ve)?\s+(?:already\s+)?(?:said|told(?:\s+you)?)\s+(?:everything|all|it\s+all)|i\s+(?:have|['’]ve\s+got)\s+nothing\s+(?:more\s+|else\s+|further\s+)?to\s+(?:add|say)"
    r"|(?:that(?:['’]?s|\s+is|\s+was)|thats)\s+(?:all|it|everything)|(?:that|this|it)\s+was\s+the\s+end(?:\s+of\s+(?:it|that|the\s+matter))?|nothing\s+(?:else|more)(?:\s+happened)?|no\s+(?:more|further)\s+(?:details?|comments?))\b(?:\s+(?:(?:that\s+)?i\s+(?:know|saw|remember|have|can\s+say|can\s+think\s+of|noticed)(?:\s+of)?|there\s+is|to\s+(?:add|say|that)|really|for\s+now|about\s+(?:it|that|this|him|her|them)))*\W*$",
    re.IGNORECASE,
)
_TO_YOU = re.compile(
    r"^\W*(?:and\s+|so\s+)?(?:will|would|could|can|might)\s+(?:they|he|she|we|i|anybody|anyone|somebody|someone|my\s+\w+)\b.*\b(?:me|my|us|i)\b|\bwill\s+i\b|\b(?:am|is)\s+(?:i|it)\b.*\b(?:fault|trouble)\b|^\W*(?:and\s+)?(?:is|how\s+is|why\s+is|does)\s+(?:that|this|it)\b.*\b(?:relevant|important|necessary|matter)\b|"
    r"\b(?:why|what|how|who|when|is|are|do|does|can|will|could|would|must|should)\b.*\b(?:you|your|(?:this|that|the)\s+(?:question|interview|report|recording|for|important|necessary|mean)|(?:do|must|can|should|am|may)\s+i|are\s+we|confidential|anonymous|read\s+this|see\s+this|ask(?:ing)?|stored?|kept|questions)\b|\b(?:do|must|should|may|am)\s+i\b",
    re.IGNORECASE | re.DOTALL,
)
_OF_THE_RECORD = re.compile(
    r"\b(?:will|would|can|could|does|is|are)\s+(?:this|that|it|the\s+\w+|my\s+\w+|your\s+\w+|[A-Z]\w+|they|he|she|anyone|anybody|someone|somebody)\b.*\b(?:read|seen?|shown|hear|be\s+told|find\s+out|published|passed\s+on)\b"
    r"|\bwho\s+(?:\w+\s+){0,3}?(?:read|reads|see|sees|hear|hears)\b|\b(?:have|has|did|had|were|was)\s+you\b",
    re.IGNORECASE | re.DOTALL,
)
"""What is asked about the record or about the interviewer, though it does not say “you” or “I”."""
_SELF_HARM = re.compile(
    r"\b(?:kill(?:ing)?\s+myself|suicid\w+|end(?:ing)?\s+my\s+(?:own\s+)?life|hurt(?:ing)?\s+myself|harm(?:ing)?\s+myself|self-?harm\w*|(?:don['’]?t|do\s+not)\s+want\s+to\s+(?:live|be\s+alive)|want\s+to\s+die|take\s+my\s+own\s+life|cut(?:ting)?\s+myself)\b",
    re.IGNORECASE,
)
_DANGER = re.compile(
    r"\b(?:i\s+am|i['’]m|we\s+are|we['’]re|he\s+is|she\s+is|he['’]s|she['’]s|they\s+are|somebody\s+is|someone\s+is)\s+(?:\w+\s+){0,3}?(?:in\s+danger|bleeding|unconscious|not\s+breathing|outside\s+my\s+(?:door|house|flat)|trapped|attacking|dying|having\s+a\s+heart\s+attack|overdos\w+)\b(?!.*\byesterday\b)"
    r"|\b(?:call|need)\s+(?:an\s+ambulance|the\s+police|help)\s+(?:right\s+now|now|immediately|please)|\b(?:threatening|attacking)\s+me\s+(?:right\s+)?now\b|\bit['’]?s\s+an\s+emergency\b",
    re.IGNORECASE,
)
_ANGER = re.compile(
    r"\b(?:ridiculous|stupid\s+(?:question|questions|machine|bot|thing)|waste\s+of\s+(?:my\s+)?time|bullshit|fuck\w*|damn|wtf|what\s+the\s+hell|sick\s+of\s+this|fed\s+up|nonsense|pointless|idiotic|how\s+dare)\b|!{2,}|(?-i:\b[A-Z]{4,}\b(?:\s+[A-Z]{2,}\b)+)",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:(?:said|says|saying|shouted|shouts|shouting|yelled|screamed|called|calling|wrote|texted|goes|was\s+like|were\s+like|muttered|swore|answered|replied)\b(?!\s+you\b)|told\s+(?!you\b)\w+).*",
    re.IGNORECASE | re.DOTALL,
)
"""Words that somebody is said to have used, with or without marks of quotation."""
_COURTESY = re.compile(
    r"^\W*(?:(?:no|nope|nah|nothing|none|not\s+really|ok(?:ay)?|yes|yeah|ye|well|right|fine|good|great|perfect|cool|cheers|please|bye|goodbye|correct|thanks?(?:\s+(?:you|a\s+lot|so\s+much|very\s+much))*|thank\s+you(?:\s+(?:so|very)\s+much)?"
    r"|(?:that(?:['’]?s|\s+is|\s+was|\s+will\s+be)|it['’]?s|thatll\s+be|that['’]ll\s+be)\s+(?:all|it|everything|fine|right|correct|good|ok(?:ay)?)|all(?:\s+is)?\s+(?:good|fine|right|correct|done)|looks?\s+(?:good|right|fine|correct|ok(?:ay)?)"
    r"|nothing\s+(?:else|more|wrong|missing)|no\s+more|(?:else|more)\s+to\s+(?:add|say|correct)|to\s+(?:add|say|correct)|i(?:['’]m|\s+am)\s+(?:done|happy\s+with\s+(?:it|that)|fine)|we(?:['’]re|\s+are)\s+done|never\s+mind|from\s+(?:me|my\s+side)|for\s+(?:now|me)|i\s+think|so\s+far|really|now|then)\b\W*)+$",
    re.IGNORECASE,
)
_CLOSES = re.compile(
    r"\b(?:all|it|everything|thats\s+it|else|more|done|fine|good|right|correct|perfect|thanks|thank)\b", re.IGNORECASE
)
_PLEASANTRY = re.compile(
    r"^\W*(?:hi|hello|hey|good\s+(?:morning|afternoon|evening|day)|thanks?(?:\s+you)?(?:\s+(?:so\s+much|very\s+much|a\s+lot|for\s+\w+(?:\s+\w+)?))?|please|sorry|ok(?:ay)?|well|sure|fine|right|alright|all\s+right|no\s+problem|you(?:['’]?re)?\s+welcome|bye|goodbye|nice\s+to\s+meet\s+you"
    r"|that(?:['’]?s|\s+is|\s+was)\s+(?:all|it|everything|about\s+it)(?:\s+(?:i\s+(?:know|remember|can\s+(?:say|tell)(?:\s+you)?)|there\s+is|for\s+now|really))?|nothing\s+(?:else|more)(?:\s+to\s+(?:add|say))?|let\s+me\s+think(?:\s+for\s+a\s+(?:moment|second))?|good\s+question|where\s+(?:do|should)\s+i\s+(?:start|begin)|it['’]?s\s+complicated|i\s+(?:don['’]?t|do\s+not)\s+(?:care|understand)(?:\s+the\s+question)?|whatever|lol|haha|you\s+know(?:\s+what)?|i\s+hope\s+(?:that|this)\s+helps?|i\s+mean|anyway|look|listen)\W*$",
    re.IGNORECASE,
)
_ABOUT_TALK = re.compile(
    r"\b(?:stupid|silly|strange|good|next|your|these|this)\s+questions?\b|\byou\s+(?:people|lot)\b|\bstop\s+asking\b|\bhow\s+many\s+(?:more\s+)?questions\b|\bi\s+(?:want|need|would\s+like|['’]d\s+like)\s+to\s+(?:add|correct|change)\s+something\b|\bwaste\s+of\s+(?:my\s+)?time\b|\bi\s+hope\s+(?:you|this|that)\b|\btell\s+you\s+(?:everything|what|about)\b|\b(?:i['’]?ll|i\s+will)\s+(?:tell|try|explain)\b|^\W*(?:something\s+(?:else\s+)?is\s+(?:wrong|missing))\W*$",
    re.IGNORECASE,
)


def is_yes(text: str) -> bool:
    """Whether the answer begins with a yes."""
    return bool(_YES.search(text))


def is_no(text: str) -> bool:
    """Whether the answer begins with a no."""
    return bool(_NO.search(text))


def rest_after_yes_or_no(text: str) -> str:
    """What is said beyond the yes or no."""
    rest = (_YES if is_yes(text) else _NO).sub("", text, count=1)
    return re.sub(
        r"^[\W_]*(?:(?:that(?:['’]s|\s+is)\s+(?:all\s+)?(?:right|correct|true|fine|all|it|everything)|it\s+(?:is|was)|thanks?(?:\s+you)?|perfect|good|fine|please|i\s+did|i\s+was|sir|correct|right|exactly|all\s+(?:good|right|correct))[\W_]*)+",
        "",
        rest,
        flags=re.IGNORECASE,
    ).strip(" .,!;:–-")


def without_unknown(text: str) -> str | None:
    """What is left beside an “I don't know”; None when there is no such thing in the text.

    “I don't know him” and “I don't know the man” are statements and count as no such thing.
    """
    found_one = False
    kept: list[str] = []
    for piece in sentences(text):
        for part in re.split(
            r"(?:,\s*|\s+)(?=but\b)|,\s+(?=(?:i['’]?m|i\s+(?:am|was|wasn['’]?t|only|just)|you\s+know|it['’]?s|it\s+was|he|she|they|there)\b)|,\s+(?=(?:maybe|i\s+think|perhaps|probably|though)\b)|;\s*",
            piece.text,
            flags=re.IGNORECASE,
        ):
            found = _UNKNOWN.search(part)
            if (
                found
                and not part[: found.start()].strip(" ,.-–").count(" ")
                and _UNKNOWN_TAIL.search(part[found.end() :])
            ):
                found_one = True
            else:
                kept.append(part)
    return " ".join(part for part in kept if not _EXCUSE.search(part)).strip(" ,.") if found_one else None


def wants_to_skip(text: str) -> bool:
    """Whether the question is to be passed over, whether plainly or by refusing to speak about it."""
    return bool(_SKIP.search(text)) or (bool(_REFUSES.search(text)) and len(text.split()) < 15)  # noqa: PLR2004  # a refusal is short


def wants_to_stop(text: str) -> bool:
    """Whether the person wants to break off, without saying how."""
    return bool(_STOP.search(without_quotes(text))) and len(text.split()) < 25  # noqa: PLR2004  # else it is told of somebody


def wants_to_pause(text: str) -> bool:
    """Whether the person asks for a pause."""
    return bool(_PAUSE.search(without_quotes(text))) and len(text.split()) < 15  # noqa: PLR2004  # as above


def wants_to_finish(text: str) -> bool:
    """Whether the person wants to finish with what was said so far."""
    return bool(_FINISH.search(without_quotes(text))) and len(text.split()) < 12  # noqa: PLR2004  # as above


def wants_to_go_on(text: str) -> bool:
    """Whether the person wants to continue."""
    return bool(_GO_ON.search(text))


def says_was_told(text: str) -> bool:
    """Whether the person says that this was answered already."""
    return bool(_TOLD.search(without_quotes(text)))


def refers_back(text: str) -> bool:
    """Whether a short answer says in passing that this was told: “as I said, I think it was Pavel”."""
    return len(text.split()) <= SHORT_REFERENCE and bool(_AS_SAID.search(without_quotes(text)))


def has_said_all(text: str) -> bool:
    """Whether the person says that there is nothing more to say."""
    return bool(_SAID_ALL.search(text))


def asks_back(text: str) -> str | None:
    """The question that was put back to the interviewer, if there is one."""
    for piece in sentences(text):
        if (
            piece.text.rstrip("\"'”’ ").endswith("?")
            and _is_put_to_us(without_quotes(piece.text))
            and not re.match(r"\W*(?:and|so|then)?\s*(?:he|she|they)\b", piece.text, re.IGNORECASE)
        ):
            return piece.text
    return None


def _is_put_to_us(question: str) -> bool:
    return bool(_TO_YOU.search(question) or _OF_THE_RECORD.search(question))


def is_emergency(text: str) -> bool:
    """Whether somebody seems to be in danger now, or to think of harming themselves."""
    return bool(_SELF_HARM.search(without_quotes(text)) or _DANGER.search(without_quotes(text)))


def is_angry(text: str) -> bool:
    """Whether the person is angry at being asked, or altogether."""
    return any(_ANGER.search(_REPORTED.sub(" ", without_quotes(piece.text))) for piece in sentences(text))


def is_courtesy(text: str) -> bool:
    """Whether only politeness is said, and that there is nothing more: “nope thats it”, “that's all, thank you”."""
    return bool(_COURTESY.search(text) and _CLOSES.search(text))


def is_talk(sentence: str) -> bool:
    """Whether a sentence speaks to the interviewer only and holds nothing about the incident."""
    plain = without_quotes(sentence)
    if sentence.rstrip("\"'”’) ").endswith(("?", "?!", "?!?")) and not re.search(r"[\"'”’]\s*$", sentence.rstrip()):
        return True
    if _PLEASANTRY.search(plain) or _ABOUT_TALK.search(plain) or _SKIP.search(plain) or wants_to_stop(plain):
        return True
    if wants_to_pause(plain) or wants_to_finish(plain) or (_REFUSES.search(plain) and len(plain.split()) < 12):  # noqa: PLR2004
        return True
    told = _TOLD.sub(" ", plain)
    if told != plain and len(re.findall(r"\w{3,}", told)) < 3:  # noqa: PLR2004  # too little for a statement
        return True
    return (
        without_unknown(sentence) == ""
        or bool(_SELF_HARM.search(plain))
        or not re.search(r"\w{2}", plain.strip() or sentence)
    )
