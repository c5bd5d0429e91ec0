"""What is said in seeded interviews. Invented; each answer is given to a question on its topic.

No dates: what is seeded lies a few days back, whenever that is.
"""

import msgspec

from domain.interview import Topic


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """Who was interviewed about what, and by topic the answers that they give."""

    incident_name: str
    interviewee_name: str
    interviewee_role: str
    summary: str
    answers: dict[Topic, list[str]]


QUARREL = Story(
    incident_name="Quarrel in the stock room",
    interviewee_name="Mira Holt",
    interviewee_role="witness",
    summary=(
        "On Tuesday, at about 4 pm, I was in the stock room with Jonas Berg, our shift lead, and Priya "
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

BICYCLE = Story(
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
)

COLLISION = Story(
    incident_name="Collision at the loading ramp",
    interviewee_name="Tom Adeyemi",
    interviewee_role="participant",
    summary="",
    answers={
        "what": [
            "I drove the forklift out of hall B at a quarter past six in the morning. A white delivery van reversed "
            "towards the ramp without lights. I braked but the fork hit its side door. The driver got out and yelled "
            "at me.",
            "He yelled 'Are you asleep?'. I said 'You had no lights on'.",
        ],
        "sequence": ["We both called our supervisors.", "I had just loaded two pallets."],
        "who": [
            "The driver works for Nordfracht. I do not know his name.",
            "My supervisor Agnieszka came after five minutes. A colleague, Bilal, stood on the ramp.",
        ],
        "when": ["My shift starts at six and I had driven once already."],
        "where": ["At ramp 4 of the warehouse. It was still dark.", "I sat in the forklift."],
        "how_known": ["I saw all of that myself."],
        "impact": ["The van door is dented and my neck hurt for two days.", "Agnieszka wrote an accident report."],
        "evidence": ["There is a camera above ramp 4.", "Bilal saw it too."],
    },
)

SPILL = Story(
    incident_name="Spill in the laboratory",
    interviewee_name="Chiara Bianchi",
    interviewee_role="witness",
    summary=(
        "Yesterday morning a bottle of solvent tipped over in lab 3. I was at the next bench. The new intern had left "
        "it open, I believe. Our safety officer, Mr. Okafor, cleared the room."
    ),
    answers={
        "what": [
            "I was labelling samples around half past ten. I heard a clink and then I smelt the solvent. The intern "
            "shouted 'Get out, everybody!' and we all left. Mr. Okafor came with a mask and put sand on it.",
        ],
        "sequence": ["The fire brigade was called but they only aired the room."],
        "who": ["Besides me there were two students and the intern.", "The intern is called Ravi."],
        "when": ["10:40, the alarm log says so."],
        "where": ["At the bench by the window.", "From my bench I could see the bottle."],
        "how_known": [
            "I did not see the bottle fall, I only heard it.",
            "I assume it was open because there was no cap on the floor.",
        ],
        "impact": ["One student had a headache. The lab is closed until Monday.", "I coughed for a while."],
        "evidence": ["The alarm log and the bottle itself, Mr. Okafor kept it.", "The two students."],
    },
)

FALL = Story(
    incident_name="Fall from the scaffold",
    interviewee_name="Emre Aydin",
    interviewee_role="participant",
    summary=(
        "I fell from the scaffold at the building site in Harbour Road, shortly before lunch. The plank was loose. I "
        "broke my wrist."
    ),
    answers={
        "what": [
            "I went up to fix the gutter. When I stepped on the third plank it tipped and I fell about two metres onto "
            "the sand. My mate Pavel ran over and the foreman called an ambulance. I did not wear a harness.",
            "The foreman said 'That plank was to be nailed down yesterday'.",
        ],
        "sequence": ["The paramedics took me to the hospital.", "Before that I had carried tools up the ladder."],
        "who": [
            "Pavel Novak stood below me. The foreman was in the container.",
            "The foreman is called Dieter Lang.",
        ],
        "when": ["It was around 11:45. The lunch bell rings at twelve."],
        "where": ["On the second level of the scaffold, on the street side."],
        "how_known": ["I felt it tip myself. That it was to be nailed down I only know from the foreman."],
        "impact": ["I was off sick for six weeks and I needed surgery on my wrist."],
        "evidence": ["There is an entry in the accident book, and Pavel took photos of the plank."],
    },
)
