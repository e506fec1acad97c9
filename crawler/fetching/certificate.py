"""The subject of a server's TLS certificate, and its fingerprint."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography import x509

if TYPE_CHECKING:
    from twisted.internet import ssl


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The stored facts about a certificate. Its validity for the host was verified before any request."""

    #: RFC 4514 ("CN=www.example.ma,O=..."); the host names if the subject is empty, as in many short-lived
    #: certificates.
    subject: str
    issuer: str
    #: Its host names and addresses, in its order.
    names: tuple[str, ...]
    #: SHA-256 of the certificate's DER bytes, 64 hex digits.
    sha256: str


def certificate_of(answered: "ssl.Certificate | None") -> Certificate | None:
    """Return the certificate of a response, as Twisted provides it; None if the connection had none."""
    return None if answered is None else _read(answered.dump())


@lru_cache(maxsize=256)
def _read(der: bytes) -> Certificate | None:
    sha256 = hashlib.sha256(der).hexdigest()
    try:
        read = x509.load_der_x509_certificate(der)
        names = _names(read)
        subject, issuer = read.subject.rfc4514_string(), read.issuer.rfc4514_string()
    except ValueError:  # OpenSSL accepts encodings that are not strict DER
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
