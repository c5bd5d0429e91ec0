"""The numbered migrations of each session storage, and how those that are plain modules are run.

A newcomer is one more file: its number first in its name, what it is about in the first line of its docstring, `up` to
do it, `down` to undo it (leave it out where there is no way back), and `losses` to count what `down` would delete. An
`up` that was interrupted is begun again, so it is idempotent.
"""
