"""The fault proxy's routes: its control under ``/_fault_proxy``; everything else goes to local AWS."""

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from fault_proxy.behaviour import Behaviour
from fault_proxy.proxy import FaultProxy


def create_app(proxy: FaultProxy, control_path: str = "/_fault_proxy") -> Starlette:
    """Return the application. S3 allows no bucket named ``_fault_proxy``, so the paths never collide.

    With a random ``control_path``, other users of the machine cannot make calls fail.
    """

    async def control(request: Request) -> Response:
        """Show, set or reset the behaviour. A new behaviour starts with full quotas and unused faults."""
        if request.method == "POST":
            try:
                proxy.behave(Behaviour.model_validate_json(await request.body()))
            except ValidationError as error:
                return JSONResponse({"message": str(error)}, 400)
        elif request.method == "DELETE":
            proxy.behave(Behaviour())
        return Response(proxy.behaviour.model_dump_json(), media_type="application/json")

    async def list_calls(request: Request) -> Response:
        """List the calls so far, or clear the list."""
        if request.method == "DELETE":
            proxy.calls.clear()
        return JSONResponse([call.model_dump(mode="json") for call in proxy.calls])

    async def pass_on(scope: Scope, receive: Receive, send: Send) -> None:
        response = await proxy.handle(Request(scope, receive))
        await response(scope, receive, send)

    app = Starlette(
        routes=[
            Route("/_fault_proxy/health", _health),
            Route(f"{control_path}/behaviour", control, methods=["GET", "POST", "DELETE"]),
            Route(f"{control_path}/calls", list_calls, methods=["GET", "DELETE"]),
        ]
    )
    app.mount("/", pass_on)
    return app


async def _health(_: Request) -> Response:
    return JSONResponse({"status": "ok"})
