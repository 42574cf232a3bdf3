"""What a local AWS has written of itself."""

from pathlib import Path

from local_aws.state import LocalState


def state(**fields: object) -> LocalState:
    known = {
        "emulator_port": 4566,
        "certificate": Path("localhost.crt"),
        "server_version": "1",
        "model_url": "http://127.0.0.1:1234",
        "text_model_id": "coursewright.offline-author-v1",
    }
    return LocalState.model_validate(known | fields)
