"""What is said in the interviews of the demo. Invented; the answers are given in order, whatever is asked."""

import msgspec


class ScriptedInterview(msgspec.Struct, frozen=True, kw_only=True):
    """An interview and the answers that its interviewee gives."""

    incident_name: str
    interviewee_name: str
    interviewee_role: str
    summary: str
    answers: list[str]


QUARREL = ScriptedInterview(
    incident_name="Quarrel in the stock room",
    interviewee_name="Mira Holt",
    interviewee_role="witness",
    summary=(
        "On Tuesday 10 November, at about 4 pm, I was in the stock room with Jonas Berg, our shift lead, and Priya "
        "Nair. Jonas shouted at Priya because a delivery had been signed for and was not there. He threw a clipboard "
        "on the floor. Priya was crying and left the room. I picked the clipboard up."
    ),
    answers=[
        "I had come in to fetch labels. Jonas was already there, going through the delivery notes. Then Priya came "
        "in and he asked her where the twelve boxes were.",
        "Nobody else was there. The door to the corridor was open.",
        "Priya said that she had signed for them at noon and put them on the left shelf. Jonas shouted 'Do you think "
        "I am blind?' and threw the clipboard on the floor. After that Priya left.",
        "I saw and heard it myself, I stood maybe three metres away.",
        "Later Tom from the front desk told me that the boxes had been in the van the whole time.",
        "Priya went home early and did not come in on Wednesday. I felt shaken as well.",
        "There is the delivery note with her signature, and the camera in the corridor shows the door.",
        "I don't know what was said before I came in.",
        "Afterwards I went to Petra Lang, our manager, and told her about it on the same evening.",
    ],
)

BICYCLE = ScriptedInterview(
    incident_name="Bicycle taken from the yard",
    interviewee_name="Sam Okoro",
    interviewee_role="participant",
    summary=(
        "My bicycle was stolen from the yard behind the office on Thursday. I locked it to the rack at half past "
        "eight in the morning, and when I came out at five it was gone."
    ),
    answers=[
        "It is a dark green Kalkhoff with a wire basket. The lock lay cut on the ground next to the rack.",
        "My colleague Lena says she saw a man with a grey van in the yard around noon. I did not see him myself.",
        "I am not sure whether the gate was closed that day.",
    ],
)
