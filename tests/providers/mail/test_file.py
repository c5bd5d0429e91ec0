"""What the folder of mails looks like, whatever happens while one is written."""

import os
import stat

import pytest

from domain.errors import ProviderDown
from providers.mail.base import MailRefused
from providers.mail.file import FileMailTransport
from tests.providers.mail.conftest import files_in, make_mail


@pytest.fixture
def transport(tmp_path):
    return FileMailTransport(tmp_path / "mail")


def test_a_second_delivery_leaves_the_one_file_as_it_was(transport):
    transport.send(make_mail(text="first\n"))
    (before,) = files_in(transport.folder)
    transport.send(make_mail(text="second\n"))
    assert files_in(transport.folder) == [before]


def test_mails_are_their_owners_alone(transport):
    transport.send(make_mail())
    assert stat.S_IMODE(transport.folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in transport.folder.iterdir()] == [0o600]


@pytest.mark.parametrize("message_id", ["<../../etc/x@a.org>", "</etc/passwd@a.org>", "<.hidden@a.org>", "plain"])
def test_an_id_that_is_no_file_name_is_refused(transport, message_id):
    with pytest.raises(MailRefused, match="message_id"):
        transport.send(make_mail(message_id=message_id))
    assert files_in(transport.folder) == []


def test_a_full_disk_means_later_and_leaves_nothing_behind(transport, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    transport.send(make_mail(1))
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProviderDown, match="No space left"):
        transport.send(make_mail(2))
    assert len(files_in(transport.folder)) == 1
