"""Accounts as people give them, long and out of order, for the tests of what is asked about them."""

NURSE = (
    "It was really the end of it when she threw the chart. That was about quarter past three, right before "
    "handover. But it had started much earlier. In the morning, around eight, I was doing the drug round with "
    "Beth Lomax, one of our students, and when we came to bed 12 I saw that Mr. Haddad's chart said 14 units and "
    "not 4. I thought that was odd, because he'd been on 4 units since Sunday. So I checked with the pharmacy, I "
    "rang Mr. Okafor, and he said it was never changed. Colleen had signed for the night dose at 10 pm. I didn't "
    "make a fuss, I just wrote an incident form, which is what we are supposed to do. Around noon Beth told me "
    "that Colleen was telling everybody in the staff room that I was out to get her. Then at three, I was at the "
    "nurses' station typing up my notes, she came out of the treatment room and shouted that I had stabbed her in "
    "the back. I told her to calm down, which was perhaps not the cleverest thing to say. She picked up the "
    "chart, it was a metal one, one of those old clipboards, and threw it at me. It hit my left shoulder. Sister "
    "Grace Amadi was standing by the linen trolley, she saw all of it."
)
FORKLIFT = (
    "Well, I was on the early shift, I start at six, and I was stacking pallets between aisle 4 and 5. It was "
    "maybe twenty to ten, just before our break. I heard the horn, you know, the forklift horn, two short ones, "
    "and then a bang and somebody screaming. I turned around and I saw the forklift next to the charging station, "
    "tilted against the rack, and Pavel was lying on the floor in front of it. The driver was Deniz, Deniz Kaya, "
    "he was still sitting in the seat with both hands on the wheel, white as a sheet. I ran over. There was oil "
    "or water on the floor by the loading dock, I noticed that when I nearly slipped myself. Then Marta from the "
    "office came down and called the ambulance. The shift leader, Mr. Brandt, shouted that nobody should touch "
    "anything. They took Pavel away at about ten past ten."
)
CASHBOX = (
    "I wasn't there, I have it all from my husband Gareth, he's the treasurer's deputy. He came home on Friday "
    "evening and said that there were four hundred and thirty pounds missing from the cash box in the boathouse. "
    "The box is kept in the cupboard behind the bar, and only three people have a key: Gareth, the treasurer, "
    "that's Nigel Tanner, and the lad who runs the bar on Saturdays, Jamie something. Gareth said that Nigel "
    "counted the money on Thursday night and it was all there. Then on Friday at lunchtime the box was still "
    "locked but the notes were gone. Somebody told Gareth that they'd seen Jamie at the boathouse late on "
    "Thursday, which is odd because it's closed then."
)
SUPERVISOR = (
    "It started on the 3rd of March, a Monday, in the copy room. My supervisor, Viktor Stahl, came in and stood "
    "right behind me and put his hand on my waist. I said 'please don't' and he laughed and went out. Nobody else "
    "was there that time. About a week later, it was Wednesday the 12th, he sent me a message at eleven at night, "
    "asking what I was wearing. I didn't answer. Then on the 20th of March there was the team lunch at the "
    "Italian place, Da Gino, and he made a joke about me in front of everybody, that I'd got the job because of "
    "my legs. There were two colleagues who laughed, and Katrin, who sits opposite me, told him to shut up. And "
    "the worst was on the 2nd of April, in the afternoon, in his office. He closed the door and said that if I "
    "wanted my contract renewed I should be a bit nicer to him. I started to cry. After that I went on sick "
    "leave. I never told anybody about the message until last week."
)
CAR_PARK = (
    "I'd been to the garden centre for some compost and I was backing out of my space when this silver Skoda just "
    "came out of the row behind me and we hit. I was already stationary by then, I'd seen his lights and I "
    "braked. He got out and started shouting at me that I'd reversed into him, which is rubbish, he reversed into "
    "me. It's my rear bumper and the left light that's broken."
)
PHISHING_SUMMARY = (
    "My aunt Gisela, who is 81, was called by a man pretending to be from her bank and lost 14,200 euros. My "
    "cousin Petra told me about it on Sunday."
)
PHISHING = (
    "Petra rang me on Sunday evening and said that Gisela had been crying all weekend. On Thursday around half "
    "past ten a man called her landline and said he was Mr Keller from the Sparkasse security department and that "
    "somebody was emptying her account. He kept her on the phone for over two hours. She had to read him the "
    "codes from the pushTAN app, and then he got her to install AnyDesk on the tablet I gave her for Christmas. "
    "Afterwards 9,800 went to an account in Lithuania and 4,400 to something called Bitpanda. I drove over on "
    "Monday morning and looked at the tablet myself, AnyDesk was still on it."
)
KNIFE = (
    "We were sitting at the hut on my allotment, me, Darren and Mick, having a few beers. I'd had two beers, no "
    "more. Darren started going on about the money I owe him and pushed me against the table. The knife was lying "
    "on the table because we'd been cutting sausages. Then somebody banged on the door, I opened the door and it "
    "was Darren's brother Lee, and he came straight at me. Next thing I know Mick is on the floor holding his "
    "side and there's blood everywhere. I swear I never stabbed anyone."
)
KINDERGARTEN_SUMMARY = (
    "My son Emil, 5, fell at the climbing frame on the forest outing of the Rabbits group on Wednesday and broke "
    "his arm. The teachers, Frau Brandt and Frau Yilmaz, say nobody saw it."
)
KINDERGARTEN = (
    "I dropped him off at half past eight and everything was fine. They walked to the forest playground with "
    "eleven children, Frau Brandt and Frau Yilmaz, and there was a trainee as well, Jonas. Emil says he was at "
    "the climbing frame with Mia and Theo and that Theo pushed him. About ten minutes later Frau Yilmaz found him "
    "crying behind the tool shed. She put a wet cloth on it and they walked back. Nobody called me until half "
    "past twelve."
)
