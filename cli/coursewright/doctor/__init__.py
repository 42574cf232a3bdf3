"""Checks of an account, or of local AWS, before a course. Each one names its subject, its result and the fix.

`account_checks` and `local_checks` list the checks. A failed check never stops the others; a check that is impossible
says so. Nothing is written, and the only call that costs money needs the user's consent.
"""
