"""How sessions are kept: one contract (`base.py`), the backends `file`, `sql` and `mongo`, and the registry."""
