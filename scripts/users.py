"""Makes and changes users from the command line; the way in when no first-run link is at hand.

    python scripts/users.py create --email ada@example.org --role admin --name "Ada L."
    echo "$PASSWORD" | python scripts/users.py create --email ben@example.org
    python scripts/users.py list
    python scripts/users.py set-password --email ada@example.org
    python scripts/users.py roles --email ben@example.org --role member --role reviewer

A password is typed twice, unseen, on a terminal, and read as one line from standard input elsewhere. Changing a
password or roles ends every login of that user.

Exit codes: 0 done, 1 refused (the reason is on standard error), 2 wrong usage, a bad setting or stores that are not of
this release, 130 interrupted.
"""

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from getpass import getpass
from pathlib import Path

if __package__ in (None, ""):  # started as a file: then Python looks for imports beside it only
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bootstrap import App
from domain.actor import Role
from domain.errors import Invalid, NotFound
from domain.user import User
from scripts.command_line import Command, run
from services.accounts import AccountService


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code."""
    chosen = parser().parse_args(arguments)
    return run("users", COMMANDS[chosen.command], chosen)


def parser() -> ArgumentParser:
    """What the command line understands."""
    root = ArgumentParser("users.py", description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    making = commands.add_parser("create", help="make a user; reads the password from standard input")
    making.add_argument("--email", required=True)
    making.add_argument("--name", default="", help="how the user is called")
    _add_roles(making, required=False)
    commands.add_parser("list", help="show all users, the oldest first")
    commands.add_parser("set-password", help="give a user another password").add_argument("--email", required=True)
    changing = commands.add_parser("roles", help="give a user exactly these roles")
    changing.add_argument("--email", required=True)
    _add_roles(changing, required=True)
    return root


def read_password() -> str:
    """A password: asked twice without echo on a terminal, else the first line of standard input. Raises Invalid."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("Password: ")
    if getpass("The same again: ") != password:
        raise Invalid("password", "…", "the same password twice")
    return password


def _create(chosen: Namespace, app: App) -> None:
    roles = chosen.roles or [Role.MEMBER]
    user = app.accounts.create_user(email=chosen.email, password=read_password(), roles=roles, display_name=chosen.name)
    print(f"Made {_line(user)}")


def _list(_chosen: Namespace, app: App) -> None:
    for user in app.accounts.list_users():
        print(_line(user))


def _set_password(chosen: Namespace, app: App) -> None:
    user = app.accounts.set_password(_find(app.accounts, chosen.email).user_id, read_password())
    print(f"Changed the password of {user.email}; every login made before has ended.")


def _roles(chosen: Namespace, app: App) -> None:
    user = app.accounts.set_roles(_find(app.accounts, chosen.email).user_id, chosen.roles)
    print(f"Changed {_line(user)}")


def _find(accounts: AccountService, email: str) -> User:
    user = accounts.find_user_by_email(email)
    if user is None:
        raise NotFound(f"There is no user with the e-mail address {email}.")
    return user


def _line(user: User) -> str:
    suspended = "suspended" if user.suspended_at else ""
    name = f'"{user.display_name}"' if user.display_name else ""
    return " ".join(filter(None, [user.email, name, ",".join(sorted(user.roles)), suspended]))


def _add_roles(command: ArgumentParser, *, required: bool) -> None:
    known = [str(role) for role in Role]
    command.add_argument(
        "--role", dest="roles", action="append", choices=known, required=required, help="may be given several times"
    )


COMMANDS: dict[str, Command] = {
    "create": _create,
    "list": _list,
    "set-password": _set_password,
    "roles": _roles,
}

if __name__ == "__main__":
    sys.exit(main())
