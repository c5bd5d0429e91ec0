"""What is said in the interviews of the demo. Invented; each answer is given to a question on its topic."""

import msgspec

from domain.interview import Topic


class ScriptedInterview(msgspec.Struct, frozen=True, kw_only=True):
    """An interview, and by topic the answers that its interviewee gives; after `turns` of them it is left running."""

    incident_name: str
    interviewee_name: str
    interviewee_role: str
    summary: str
    answers: dict[Topic, list[str]]
    turns: int = 30


QUARREL = ScriptedInterview(
    incident_name="Quarrel in the stock room",
    interviewee_name="Mira Holt",
    interviewee_role="witness",
    summary=(
        "On Tuesday 10 November, at about 4 pm, I was in the stock room with Jonas Berg, our shift lead, and Priya "
        "Nair. Jonas shouted at Priya because a delivery had been signed for and was not there. He threw a clipboard "
        "on the floor. Priya was crying and left the room. I picked the clipboard up."
    ),
    answers={
        "what": [
            "I had come in to fetch labels. Jonas was already there, going through the delivery notes. Then Priya came "
            "in and he asked her where the twelve boxes were. She said that she had put them on the left shelf.",
            "He shouted 'Do you think I am blind?' and then 'You are useless'. Priya only said 'Please stop'.",
        ],
        "sequence": [
            "After that Priya went to the front desk and I followed her.",
            "Just before that Jonas had been on the phone with the carrier.",
        ],
        "who": [
            "Nobody else was there. The door to the corridor was open.",
            "Jonas has been her shift lead since spring.",
        ],
        "when": ["It was a few minutes after four, because the four o'clock van had just left."],
        "where": ["I stood next to the door, maybe three metres from them."],
        "how_known": [
            "Later Tom from the front desk told me that the boxes had been in the van the whole time.",
            "The quarrel I saw and heard myself.",
        ],
        "impact": ["Priya went home early and did not come in on Wednesday. I felt shaken as well."],
        "evidence": [
            "There is the delivery note with her signature, and the camera in the corridor shows the door.",
            "Tom from the front desk saw Priya come out.",
        ],
    },
)

BICYCLE = ScriptedInterview(
    incident_name="Bicycle taken from the yard",
    interviewee_name="Sam Okoro",
    interviewee_role="participant",
    summary=(
        "My bicycle was stolen from the yard behind the office on Thursday. I locked it to the rack at half past "
        "eight in the morning, and when I came out at five it was gone."
    ),
    answers={
        "what": [
            "It is a dark green Kalkhoff with a wire basket. The lock lay cut on the ground next to the rack.",
        ],
        "how_known": [
            "My colleague Lena says she saw a man with a grey van in the yard around noon. I did not see him."
        ],
        "sequence": ["I went back in and told our receptionist. She called the police at ten past five."],
        "who": ["Lena said he was tall and wore a grey cap."],
    },
    turns=4,
)
