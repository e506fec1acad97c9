"""Certificate: who a server's TLS certificate says it is, and the fingerprint by which it can be found again."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography import x509


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What is kept of a certificate. That it was valid for the host was proved before anything was asked."""

    #: RFC 4514 ("CN=www.example.ma,O=..."); the names where the subject is empty, as many are that live for days only.
    subject: str
    issuer: str
    #: Host names and addresses that it is for, in its order.
    names: tuple[str, ...]
    #: SHA-256 of the certificate's DER bytes, 64 hex digits.
    sha256: str


def certificate_of(answered: Any) -> Certificate | None:
    """The certificate of a response, as Twisted hands it on; None where the connection had none."""
    return None if answered is None else _read(answered.dump())


@lru_cache(maxsize=256)
def _read(der: bytes) -> Certificate | None:
    sha256 = hashlib.sha256(der).hexdigest()
    try:
        read = x509.load_der_x509_certificate(der)
        names = _names(read)
        subject, issuer = read.subject.rfc4514_string(), read.issuer.rfc4514_string()
    except ValueError:  # OpenSSL reads what is not quite DER
        return Certificate(subject="", issuer="", names=(), sha256=sha256)
    return Certificate(
        subject=subject or ", ".join(f"DNS:{name}" for name in names[:5]), issuer=issuer, names=names, sha256=sha256
    )


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    hosts = found.get_values_for_type(x509.DNSName)
    return (*hosts, *map(str, found.get_values_for_type(x509.IPAddress)))
