"""However a provider or its connection fails, the state machine knows the error, and our own faults stay ours."""

import httpx
import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from urllib3.exceptions import ProtocolError

from course_kit.errors import ModelUnavailable
from course_kit.model_errors import is_outage, typed_errors


@pytest.mark.parametrize(
    "error",
    [
        ProtocolError("Connection broken: IncompleteRead(838 bytes read, 838 more expected)"),
        httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
        ConnectionClosedError(endpoint_url="https://example.com"),
        ReadTimeoutError(endpoint_url="https://example.com"),
        ConnectionResetError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_answer_that_breaks_off_is_an_outage(error: Exception) -> None:
    assert is_outage(error)
    with pytest.raises(ModelUnavailable), typed_errors():
        raise error


def test_a_fault_of_ours_is_none() -> None:
    assert not is_outage(KeyError("x"))
    with pytest.raises(KeyError), typed_errors():
        raise KeyError("x")
