"""The fault proxy's own answers: AWS's errors in each service's wire format, and an image model's picture."""

import base64
import struct
import zlib

from starlette.responses import JSONResponse, Response

from fault_proxy.behaviour import FaultKind, Service

_BEDROCK_ERRORS = {
    FaultKind.THROTTLED: (429, "ThrottlingException", "Too many requests, please wait before trying again."),
    FaultKind.INTERNAL_ERROR: (500, "InternalServerException", "The system encountered an unexpected error."),
    FaultKind.UNAVAILABLE: (503, "ServiceUnavailableException", "Bedrock is unable to process your request."),
}
_S3_ERRORS = {
    FaultKind.THROTTLED: (503, "SlowDown", "Please reduce your request rate."),
    FaultKind.INTERNAL_ERROR: (500, "InternalError", "We encountered an internal error. Please try again."),
    FaultKind.UNAVAILABLE: (503, "ServiceUnavailable", "Service is unable to handle request."),
}
_PICTURE_WIDTH, _PICTURE_HEIGHT = 96, 64


def error(service: str, kind: FaultKind, *, has_body: bool = True) -> Response:
    """Return an error with the service's own words and encoding; without a body for HEAD."""
    if service == Service.BEDROCK:
        status, code, message = _BEDROCK_ERRORS[kind]
        return JSONResponse({"message": message}, status, headers={"x-amzn-ErrorType": code})
    status, code, message = _S3_ERRORS[kind]
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Response(body if has_body else None, status, media_type="application/xml")


def over_quota() -> Response:
    """Return Bedrock's throttling error for a call that the token quota does not allow."""
    message = "Too many tokens, please wait before trying again."
    return JSONResponse({"message": message}, 429, headers={"x-amzn-ErrorType": "ThrottlingException"})


def picture() -> Response:
    """Return an answer in the format of Amazon's and Stability's image models: one PNG, in Base64."""
    return JSONResponse({"images": [base64.b64encode(_png()).decode()]})


def _png() -> bytes:
    """Return a plain picture (PNG specification, sections 5 and 11): true colour, 8 bits, no filter."""
    row = b"\0" + bytes((0x5B, 0x8D, 0xEF)) * _PICTURE_WIDTH
    header = struct.pack(">IIBBBBB", _PICTURE_WIDTH, _PICTURE_HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(row * _PICTURE_HEIGHT)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
