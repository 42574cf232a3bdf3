"""A certificate for the loopback interface. Python makes it, because a machine may lack the ``openssl`` command."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from local_aws.private_files import write_private

_VALID_FOR = timedelta(days=365)
_NAMES = ("localhost", "*.localhost", "*.s3.localhost", "*.s3.us-east-1.localhost")


def ensure_certificate(folder: Path) -> tuple[Path, Path]:
    """Return the certificate and key in a folder; make new ones when they are missing or expire within a day."""
    certificate_path, key_path = folder / "localhost.crt", folder / "localhost.key"
    if key_path.exists() and certificate_path.exists():
        known = x509.load_pem_x509_certificate(certificate_path.read_bytes())
        if known.not_valid_after_utc > datetime.now(UTC) + timedelta(days=1):
            return certificate_path, key_path
    key = ec.generate_private_key(ec.SECP256R1())
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_private(key_path, private)
    write_private(certificate_path, _self_signed(key).public_bytes(pem))
    return certificate_path, key_path


def _self_signed(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Coursewright local AWS")])
    now = datetime.now(UTC)
    names: list[x509.GeneralName] = [x509.DNSName(host) for host in _NAMES]
    names.append(x509.IPAddress(ip_address("127.0.0.1")))
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + _VALID_FOR)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
