"""Is an account, or local AWS, ready for a course? Every check says what it looked at, what it found, and the fix.

`account_checks` and `local_checks` are the tables of contents. A check never ends another: what cannot be looked at
says so. Nothing is written anywhere, and the one call that costs money is asked for first.
"""
