"""``python -m fault_proxy --port N --upstream URL --certificate FILE --key FILE``, on loopback.

``COURSEWRIGHT_FAULT_PROXY_CONTROL`` is the path of the control routes. It is not an argument: other users can read a
command line.
"""

import argparse
import os
from pathlib import Path

import uvicorn

from fault_proxy.app import create_app
from fault_proxy.proxy import FaultProxy
from fault_proxy.upstream import Upstream

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="fault_proxy", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--upstream", required=True, help="https://127.0.0.1:PORT of local AWS")
    parser.add_argument(
        "--certificate", type=Path, required=True, help="certificate of local AWS, which the proxy uses too"
    )
    parser.add_argument("--key", type=Path, required=True)
    arguments = parser.parse_args()
    proxy = FaultProxy(Upstream(arguments.upstream, arguments.certificate))
    uvicorn.run(
        create_app(proxy, os.environ.get("COURSEWRIGHT_FAULT_PROXY_CONTROL", "/_fault_proxy")),
        host="127.0.0.1",
        port=arguments.port,
        ssl_certfile=arguments.certificate,
        ssl_keyfile=arguments.key,
        log_level="warning",
        # A call that waits for a slow model must not delay the stop of local AWS.
        timeout_graceful_shutdown=1,
    )
