"""The command line as in an account, led to local AWS by boto3's own environment."""

import os
import subprocess
import sys
from pathlib import Path

import local_aws


def run(connection: local_aws.LocalConnection, *arguments: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line as in an account: nothing of it knows of local AWS but boto3's environment."""
    environment = {**connection.environment(), "COURSEWRIGHT_STATE_DIR": os.devnull, **changes}
    command = str(Path(sys.executable).with_name("coursewright"))
    return subprocess.run(
        [command, *arguments], env=environment, capture_output=True, text=True, check=False, encoding="utf-8"
    )
