import ssl
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

import pytest
from cryptography import x509

from local_aws import certificate
from local_aws.certificate import ensure_certificate


def test_it_is_good_for_this_machine_only(tmp_path: Path) -> None:
    # When
    path, key = ensure_certificate(tmp_path)
    # Then: it cannot sign others, is for this machine's names, and its key is the user's alone.
    made = x509.load_pem_x509_certificate(path.read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert not made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
    assert all(name.endswith("localhost") for name in names.get_values_for_type(x509.DNSName))
    assert key.stat().st_mode & 0o077 == 0
    ssl.create_default_context(cafile=str(path))


def test_it_is_kept_until_it_is_about_to_expire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    first = ensure_certificate(tmp_path)[0].read_bytes()
    assert ensure_certificate(tmp_path)[0].read_bytes() == first

    # When: its last day has come.
    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(UTC) + timedelta(days=364, hours=12)

    monkeypatch.setattr(certificate, "datetime", Later)
    # Then
    assert ensure_certificate(tmp_path)[0].read_bytes() != first


@pytest.mark.parametrize("missing", ["localhost.crt", "localhost.key"])
def test_half_of_a_pair_is_made_anew(tmp_path: Path, missing: str) -> None:
    # Given
    path, key = ensure_certificate(tmp_path)
    (tmp_path / missing).unlink()
    # When
    ensure_certificate(tmp_path)
    # Then: they belong together.
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(path, key)
