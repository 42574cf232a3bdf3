"""Scalars of YAML, as an outline may spell them."""

from hypothesis import strategies as st

OF_OTHER_TYPES = [
    *("3.10", "1.0", "010", "0", "00", "0x1F", "0o17", "0b11", "1_000", "1e3", "1.5E-7", "+5", "-5", ".5", "5.", "-0"),
    *("12:30", "1:30:00", "190:20:30", "2026-11-26", "2026-99-99", "2001-12-14t21:59:43.10-05:00", ".inf", "-.Inf"),
    *(".NaN", "yes", "No", "ON", "off", "y", "n", "true", "False", "Null", "NULL", "=", "<<", "1,000", "50%"),
]
_numbers = st.from_regex(
    r"[+-]?(?:0[xob])?[0-9][0-9_]{0,5}(?:\.[0-9_]{0,4})?(?:[eE][+-]?[0-9]{1,3})?(?::[0-5][0-9]){0,2}", fullmatch=True
)
_dates = st.dates().map(str) | st.datetimes().map(str) | st.times().map(str)
_words = st.sampled_from(OF_OTHER_TYPES)
_marked = st.from_regex(
    r"[A-Za-z0-9(/+.<$=][A-Za-z0-9 *_~$#<>/=+.,;()^|\\{}\[\]'\"&@%!?`-]{0,30}[A-Za-z0-9*+)]", fullmatch=True
).filter(lambda text: " #" not in text and "  " not in text)
scalars = _numbers | _dates | _words | _marked
