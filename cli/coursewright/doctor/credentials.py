"""Checks of credentials and region, which all other checks need."""

from coursewright.doctor.account import Account
from coursewright.doctor.answers import Answer
from coursewright.doctor.finding import Outcome


class _Identity(Answer):
    account: str
    arn: str


def check_credentials(account: Account) -> Outcome:
    """Whether AWS accepts the credentials."""
    identity = account.ask("sts", "get_caller_identity", _Identity)
    return Outcome.ok(f"account {identity.account}, {identity.arn}")


def check_region(account: Account) -> Outcome:
    """Whether a region is set, and has Bedrock according to the installed SDK."""
    if not account.region:
        return Outcome.wrong("no region is set", "export AWS_REGION=us-east-1, or set one in the profile")
    partition = account.session.get_partition_for_region(account.region)
    known = account.session.get_available_regions("bedrock", partition_name=partition)
    if account.region not in known:
        return Outcome.wrong(f"{account.region}, which has no Bedrock", f"choose one of {', '.join(known)}")
    return Outcome.ok(account.region)
