"""The quota reserves, settles and refills as Amazon Bedrock's does; the clock is the test's."""

from fault_proxy.quota import Quota, QuotaSettings


def test_a_call_reserves_its_input_and_max_tokens_when_it_starts() -> None:
    # Given
    quota = Quota(QuotaSettings(tokens_per_minute=10_000), now=0)
    # When / Then: 1,000 of input and 4,000 at most of output fit twice, whatever is written in the end.
    assert quota.reserve(1_000, 4_000, now=0)
    assert quota.reserve(1_000, 4_000, now=0)
    assert quota.reserve(1, 0, now=0) is None


def test_what_was_not_used_is_given_back_when_the_call_ends() -> None:
    # Given
    quota = Quota(QuotaSettings(tokens_per_minute=10_000), now=0)
    reservation = quota.reserve(1_000, 9_000, now=0)
    assert reservation
    # When
    quota.settle(reservation, 1_000, 1_000, now=0)
    # Then
    assert quota.reserve(1_000, 7_000, now=0)
    assert quota.reserve(1, 0, now=0) is None


def test_an_output_token_may_count_several_times_in_the_end() -> None:
    # Given: a call that reserved 2,000 and is settled with 1,000 + 5 × 1,000, which overdraws the quota by 2,000.
    quota = Quota(QuotaSettings(tokens_per_minute=4_000, output_burndown=5), now=0)
    reservation = quota.reserve(1_000, 1_000, now=0)
    assert reservation
    quota.settle(reservation, 1_000, 1_000, now=0)
    # When / Then: half a minute later it is even again.
    assert quota.reserve(1, 0, now=29) is None
    assert quota.reserve(1, 0, now=31)


def test_the_quota_refills_continuously_and_never_holds_more_than_a_minutes_worth() -> None:
    # Given
    quota = Quota(QuotaSettings(tokens_per_minute=6_000, minute_seconds=6), now=0)
    assert quota.reserve(6_000, 0, now=0)
    # When / Then: a "minute" of six seconds gives a thousand tokens a second.
    assert quota.reserve(1_001, 0, now=1) is None
    assert quota.reserve(1_000, 0, now=1)
    assert quota.reserve(6_001, 0, now=1_000) is None
    assert quota.reserve(6_000, 0, now=1_000)


def test_requests_are_counted_too_and_a_refused_call_takes_nothing() -> None:
    # Given
    quota = Quota(QuotaSettings(requests_per_minute=2, tokens_per_minute=100), now=0)
    # When
    assert quota.reserve(101, 0, now=0) is None
    # Then
    assert quota.reserve(10, 0, now=0)
    assert quota.reserve(10, 0, now=0)
    assert quota.reserve(10, 0, now=0) is None
