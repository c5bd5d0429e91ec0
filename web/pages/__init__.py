"""The pages: one blueprint for each area. What all of them render with is in `rendering.py`."""

from flask import Blueprint

from web.pages.account import account
from web.pages.guests import guests
from web.pages.home import home
from web.pages.interviews import interviews
from web.pages.public import public
from web.pages.rendering import equip
from web.pages.search import search
from web.pages.sessions import sessions

equip(public)

PAGES: tuple[Blueprint, ...] = (public, account, guests, home, search, sessions, interviews)
