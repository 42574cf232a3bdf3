"""The remaining time of a run in plain words, without false precision."""

_MINUTE, _HOUR = 60.0, 3600.0
_UNDER_A_MINUTE = 45.0
_BY_THE_MINUTE = 9.5 * _MINUTE
_BY_FIVE_MINUTES = 57.5 * _MINUTE


def remaining_words(seconds: float | None) -> str:
    """Return ``about 6 min left``; empty when nobody knows."""
    if seconds is None:
        return ""
    if seconds < _UNDER_A_MINUTE:
        return "under a minute left"
    if seconds < _BY_THE_MINUTE:
        return f"about {max(round(seconds / _MINUTE), 1)} min left"
    if seconds < _BY_FIVE_MINUTES:
        return f"about {round(seconds / _MINUTE / 5) * 5} min left"
    return f"about {round(seconds / _HOUR * 2) / 2:g} h left"
