"""Who is somebody, what belongs to whom, and where a place begins and ends."""

import pytest

from providers.interviewers.rules.people import names_in, one_of_them, role_mentions, role_of
from providers.interviewers.rules.places import place_spans


def places(text):
    return [piece.text for piece in place_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "I stood next to the charging station between aisle 4 and 5.",
            ["next to the charging station between aisle 4 and 5"],
        ),
        ("They argued by the loading dock.", ["by the loading dock"]),
        ("He hid behind the tool shed.", ["behind the tool shed"]),
        ("She fell at the climbing frame and cried.", ["at the climbing frame"]),
        ("It stood on the kitchen table.", ["on the kitchen table"]),
        ("I waited in front of the copying machine and smoked.", ["in front of the copying machine"]),
        ("It happened in front of the ward sister.", []),
        ("He stood behind the other driver.", []),
        ("It was on the forest outing.", []),
        ("He banged on the door.", []),
        ("It didn't happen in our kitchen, it happened in the boathouse.", ["in the boathouse"]),
        ("It was near the end of my shift.", []),
    ],
)
def test_a_place_ends_where_its_noun_ends(text, expected):
    assert places(text) == expected


@pytest.mark.parametrize(
    ("name", "text", "role"),
    [
        ("Deniz", "The driver was Deniz, Deniz Kaya.", "driver"),
        ("Mrs Peel", "The lady with the trolley is called Mrs Peel.", "lady"),
        ("Jonas", "There was a trainee, Jonas, with them.", "trainee"),
        ("Gareth", "Three have keys: Gareth, the treasurer, that's Nigel Tanner, and the lad.", None),
        ("Nigel Tanner", "Three have keys: Gareth, the treasurer, that's Nigel Tanner, and the lad.", "treasurer"),
    ],
)
def test_a_role_belongs_to_whom_it_is_said_of(name, text, role):
    found = role_of(name, text)
    assert (found and found.role) == role


@pytest.mark.parametrize(
    "text", ["in the red chairs", "at the nurses' station", "Da Gino is the restaurant, not a person!"]
)
def test_what_is_nobody_is_not_mentioned_as_somebody(text):
    assert role_mentions(text) == ()


def test_programs_restaurants_and_titles_are_no_persons():
    account = ("We met at the Italian place, Da Gino. He made her install AnyDesk. Viktor Stahl shouted. Frau came.",)
    assert names_in(account) == ("Viktor Stahl",)


def test_one_of_several_has_the_role_of_each():
    assert one_of_them("teachers") == "teacher"
    assert one_of_them("boss") == "boss"
