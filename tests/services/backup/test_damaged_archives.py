"""An archive that is not in order is refused as a whole, and nothing is touched."""

import hashlib
import json
import random
import zipfile

import pytest

from database.loading import rows_in
from domain.errors import GreenroomError, Invalid
from tests.services.backup import kit

LISTED = b"PK\x01\x02"
"""How an entry begins in the list of members at the end of a ZIP archive."""


def remade(contents, **changed):
    """The members with a manifest that agrees with what they hold now, and with these fields of it changed."""
    manifest = json.loads(contents["manifest.json"])
    manifest["members"] = [
        {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in contents.items()
        if name != "manifest.json"
    ]
    return {**contents, "manifest.json": json.dumps({**manifest, **changed}).encode()}


def without(contents, name):
    return {other: data for other, data in contents.items() if other != name}


def line(contents, name, old, new):
    assert old in contents[name]
    return remade({**contents, name: contents[name].replace(old, new)})


DAMAGED = {
    "no manifest": lambda c: without(c, "manifest.json"),
    "a manifest that is no JSON": lambda c: {**c, "manifest.json": c["manifest.json"][:-9]},
    "a manifest of something else": lambda c: {**c, "manifest.json": b'{"format": 1}'},
    "a later format": lambda c: remade(c, format=2),
    "an unknown revision": lambda c: remade(c, database_revision="9999"),
    "another revision than its tables": lambda c: remade(c, database_revision="0001"),
    "no sessions": lambda c: remade(without(c, "sessions.jsonl")),
    "a table less": lambda c: remade(without(c, "database/users.jsonl")),
    "a member that nobody named": lambda c: {**c, "files/mail/more.eml": b"x"},
    "a member less": lambda c: without(c, "files/mail/a.eml"),
    "another content of the same length": lambda c: {**c, "files/mail/a.eml": c["files/mail/a.eml"][::-1]},
    "more than its manifest says": lambda c: {**c, "files/mail/a.eml": bytes(10_000_000)},
    "less than its manifest says": lambda c: {**c, "sessions.jsonl": c["sessions.jsonl"][:-20]},
    "a name above the folder": lambda c: remade({**c, "files/mail/../../evil": b"x"}),
    "an absolute name": lambda c: remade({**c, "files//etc/evil": b"x"}),
    "a name for another system": lambda c: remade({**c, "files/mail/..\\evil": b"x"}),
    "a folder that is not ours": lambda c: remade({**c, "files/sessions/evil": b"x"}),
    "a name outside of files": lambda c: remade({**c, "evil": b"x"}),
    "a session whose id leaves the folder": lambda c: line(
        c, "sessions.jsonl", b'"session_id":"full-interview"', b'"session_id":"../interview"'
    ),
    "a session of an unknown kind": lambda c: line(c, "sessions.jsonl", b'"kind":"interview"', b'"kind":"opera"'),
    "a session with a message less": lambda c: line(c, "sessions-with-keys.jsonl", b'"n":2', b'"n":3'),
    "a session twice": lambda c: remade({**c, "sessions.jsonl": c["sessions-with-keys.jsonl"]}),
    "fewer sessions than it says": lambda c: remade(c, sessions=99),
    "fewer messages than it says": lambda c: remade(c, messages=99),
    "a row that is cut": lambda c: line(c, "database/user_roles.jsonl", b',"member"]', b"]"),
    "a row that is no JSON": lambda c: line(c, "database/user_roles.jsonl", b"[", b"("),
    "a time without its zone": lambda c: line(c, "database/users.jsonl", b"+00:00", b""),
    "bytes that are none": lambda c: line(c, "database/idempotency_keys.jsonl", b"AAEC", b"!!!!"),
    "a number that is a text": lambda c: line(c, "database/users.jsonl", b"2147483647", b'"2"'),
    "a row less than it says": lambda c: remade(
        {**c, "database/outbox.jsonl": c["database/outbox.jsonl"].split(b"\n")[0] + b"\n"}
    ),
}


def untouched(storage, url, folder):
    rows = rows_in(url)
    return (next(storage.scan(), None), rows, folder.exists()) == (None, {}, False)


@pytest.fixture
def sessions_apart(archive):
    """The archive with its session of an interview among those without a key, so that both members hold something."""
    contents = kit.members(archive)
    lines = contents["sessions-with-keys.jsonl"].splitlines(keepends=True)
    free = [
        each.replace(b'"exclusive_key":"key:full-interview:\xf0\x9f\x94\x91"', b'"exclusive_key":null')
        for each in lines
    ]
    contents["sessions.jsonl"] = b"".join(each for each, was in zip(free, lines, strict=True) if each != was)
    contents["sessions-with-keys.jsonl"] = b"".join(each for each, was in zip(free, lines, strict=True) if each == was)
    return remade(contents)


@pytest.mark.parametrize("how", DAMAGED)
def test_an_archive_with_this_is_refused_and_nothing_is_touched(sessions_apart, empty_place, tmp_path, how):
    place = kit.write(tmp_path / "damaged.zip", DAMAGED[how](sessions_apart))
    with pytest.raises(Invalid, match=r"archive: .*damaged\.zip"):
        kit.verify(place)
    with pytest.raises(Invalid):
        kit.restore(place, *empty_place)
    assert untouched(*empty_place)


def test_the_same_archive_without_damage_is_taken(sessions_apart, empty_place, tmp_path):
    kit.restore(kit.write(tmp_path / "sound.zip", sessions_apart), *empty_place)
    assert not untouched(*empty_place)


def test_links_are_refused(archive, tmp_path):
    contents = kit.members(archive)
    place = tmp_path / "link.zip"
    with zipfile.ZipFile(place, "w") as made:
        for name, data in contents.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (0o120777 if name.endswith(".eml") else 0o100600) << 16
            made.writestr(info, data)
    with pytest.raises(Invalid, match="no plain file"):
        kit.verify(place)


@pytest.mark.parametrize("name", ["manifest.json", "database/users.jsonl"])
def test_an_encrypted_member_is_refused(archive, tmp_path, name):
    with pytest.raises(Invalid, match="no plain file"):
        kit.verify(flagged(archive, tmp_path, name, 0x01))


def test_a_patch_in_place_of_a_member_is_refused(archive, tmp_path):
    with pytest.raises(Invalid, match="compressed patched data"):
        kit.verify(flagged(archive, tmp_path, "manifest.json", 0x20))


def test_an_archive_of_a_later_zip_format_is_refused(archive, tmp_path):
    data = bytearray(archive.read_bytes())
    data[data.index(LISTED) + 6] = 99  # the version that is needed to unpack it: 9.9
    place = tmp_path / "later.zip"
    place.write_bytes(data)
    with pytest.raises(Invalid, match="zip file version"):
        kit.verify(place)


def flagged(archive, folder, name, flag):
    """The archive with a flag of this member set, where the member begins and in the list at the end."""
    data = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as opened:
        local = opened.getinfo(name).header_offset
    data[local + 6] |= flag
    data[data.rindex(LISTED, 0, data.rindex(name.encode())) + 8] |= flag
    place = folder / "flagged.zip"
    place.write_bytes(data)
    return place


@pytest.mark.parametrize("what", ["empty", "text", "half", "missing", "a folder"])
def test_what_is_no_archive_is_refused(archive, tmp_path, what):
    place = tmp_path / "x.zip"
    data = archive.read_bytes()
    if what == "a folder":
        place.mkdir()
    elif what != "missing":
        place.write_bytes({"empty": b"", "text": b"hello", "half": data[: len(data) // 2]}[what])
    with pytest.raises(GreenroomError, match=r"x\.zip"):
        kit.verify(place)


def test_no_bit_of_an_archive_can_be_turned_unnoticed(archive, tmp_path):
    data, place = archive.read_bytes(), tmp_path / "turned.zip"
    sound = kit.members(archive)
    chance = random.Random(7)  # noqa: S311  # the same bits each time
    for _ in range(60):
        turned = bytearray(data)
        turned[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        place.write_bytes(bytes(turned))
        try:
            kit.verify(place)
        except GreenroomError:
            continue
        assert kit.members(place) == sound, "what was passed over changes nothing: a time or an attribute of a member"
