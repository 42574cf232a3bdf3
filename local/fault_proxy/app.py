"""The gateway's routes: its own control under ``/_gateway``, everything else passes to local AWS."""

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from fault_proxy.behaviour import Behaviour
from fault_proxy.gateway import Gateway


def create_app(gateway: Gateway, control_path: str = "/_gateway") -> Starlette:
    """Return the application. No bucket may be named ``_gateway``, so the paths never meet.

    A ``control_path`` that cannot be guessed keeps others on the machine from making calls fail.
    """

    async def control(request: Request) -> Response:
        """Show, set or reset the behaviour; a new one begins with full quotas and unused faults."""
        if request.method == "POST":
            try:
                gateway.behave(Behaviour.model_validate_json(await request.body()))
            except ValidationError as error:
                return JSONResponse({"message": str(error)}, 400)
        elif request.method == "DELETE":
            gateway.behave(Behaviour())
        return Response(gateway.behaviour.model_dump_json(), media_type="application/json")

    async def list_calls(request: Request) -> Response:
        """List the calls so far, or forget them."""
        if request.method == "DELETE":
            gateway.calls.clear()
        return JSONResponse([call.model_dump(mode="json") for call in gateway.calls])

    async def pass_on(scope: Scope, receive: Receive, send: Send) -> None:
        response = await gateway.handle(Request(scope, receive))
        await response(scope, receive, send)

    app = Starlette(
        routes=[
            Route("/_gateway/health", _health),
            Route(f"{control_path}/behaviour", control, methods=["GET", "POST", "DELETE"]),
            Route(f"{control_path}/calls", list_calls, methods=["GET", "DELETE"]),
        ]
    )
    app.mount("/", pass_on)
    return app


async def _health(_: Request) -> Response:
    return JSONResponse({"status": "ok"})
