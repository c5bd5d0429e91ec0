"""Who may come in: users, passwords, roles, the first account, and the tokens of programs."""

from services.accounts.service import AccountService
from services.accounts.tokens import AccessToken, TokenService

__all__ = ["AccessToken", "AccountService", "TokenService"]
