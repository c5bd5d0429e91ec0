"""The letter that says that an export is ready."""

from services.accounts.service import AccountService
from services.my_data.exports import KEPT
from services.notifications import Draft, Wording
from services.outbox import Claimed


class ExportReadyLetter:
    """Worded for whoever the account belongs to when it leaves; for nobody when the account is gone."""

    def __init__(self, wording: Wording, accounts: AccountService) -> None:
        self._wording = wording
        self._accounts = accounts

    def __call__(self, claimed: Claimed) -> Draft | None:
        """Word it."""
        user = self._accounts.find_user(claimed.user_id or "")
        if user is None or user.suspended_at is not None:
            return None
        text = self._wording.text("export_ready", name=user.display_name, days=KEPT.days)
        return Draft(to=user.email, subject="Your export is ready", text=text)
