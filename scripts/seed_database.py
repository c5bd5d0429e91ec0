"""Fills an installation with invented interviews: to show it, to try it out, to work on it.

    python scripts/seed_database.py                              # for developers: the scenario dev
    python scripts/seed_database.py --scenario demo
    python scripts/seed_database.py --scenario test --clean      # remove what it has first
    echo "$PASSWORD" | python scripts/seed_database.py --password-stdin

The ids are fixed, so a second run leaves what is as it was and brings back what somebody changed. The sessions belong
to demo@example.org, test@example.org or dev@example.org. An account that is missing is made; its password is random,
unless given as one line on standard input, and is printed this once. The first account of an installation becomes its
administrator. Where somebody has that address already, the sessions are theirs, and --clean leaves their own alone.

Nothing is asked. In a production environment it refuses without --yes-really. See docs/seeding.md.

Exit codes: 0 done, 1 refused (the reason is on standard error), 2 wrong usage or a bad setting, 130 interrupted.
"""

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections import Counter
from pathlib import Path

if __package__ in (None, ""):  # started as a file: then Python looks for imports beside it only
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import telemetry
from bootstrap import App
from scripts.command_line import check_not_production, run
from services.seeding import SCENARIOS, Outcome, Owner, Scenario, Seeded


def main(arguments: list[str] | None = None) -> int:
    """Seed, and return the exit code."""
    return run("seed_database", _seed, parser().parse_args(arguments))


def parser() -> ArgumentParser:
    """What the command line understands."""
    root = ArgumentParser("seed_database.py", description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    root.add_argument("--scenario", choices=sorted(SCENARIOS), default="dev", help="which sessions (dev)")
    root.add_argument("--clean", action="store_true", help="remove what the scenario has first; the account stays")
    root.add_argument("--password-stdin", action="store_true", help="read the password of a new account")
    root.add_argument("--yes-really", action="store_true", help="also in a production environment")
    return root


def _seed(chosen: Namespace, app: App) -> None:
    check_not_production(app.settings, chosen.yes_really)
    telemetry.configure("error")  # with no Redis running nobody listens, which is not worth a warning a message
    scenario = SCENARIOS[chosen.scenario]
    password = sys.stdin.readline().rstrip("\r\n") if chosen.password_stdin else None
    owner = app.seeding.ensure_owner(scenario, password)
    _tell_owner(scenario, owner, given=password is not None)
    removed = app.seeding.clean(scenario) if chosen.clean else 0
    outcomes: Counter[Outcome] = Counter()
    for seeded in app.seeding.seed(scenario, owner.user):
        outcomes[seeded.outcome] += 1
        print(_line(seeded), flush=True)
    print(
        f"Made {outcomes[Outcome.MADE]}, changed {outcomes[Outcome.CHANGED]}, left as it was "
        f"{outcomes[Outcome.LEFT]}, removed {removed}."
    )


def _tell_owner(scenario: Scenario, owner: Owner, *, given: bool) -> None:
    email = owner.user.email
    if owner.password is not None:
        secret = "the password that was given" if given else f"password {owner.password}"
        roles = ", ".join(sorted(owner.user.roles))
        print(f"Made the account {email} ({roles}), {secret}", flush=True)
    elif owner.user.user_id != scenario.owner.user_id:
        print(f"{email} has an account already, {owner.user.user_id}: the sessions are made for it.")


def _line(seeded: Seeded) -> str:
    session = seeded.session
    return f"{seeded.outcome:15} {session.session_id:20} {session.status:10} {session.title}"


if __name__ == "__main__":
    sys.exit(main())
