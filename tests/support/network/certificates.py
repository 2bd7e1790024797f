"""Certificates that are good, and in each way bad, for a server on this machine."""

import ssl
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

import trustme

from counterfoil.adapters.upstream.exchange import _trust_the_system
from support.network.rough_server import SECURE_HOST

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FAR_AHEAD = datetime(2090, 1, 1, tzinfo=UTC)


@cache
def _authority() -> trustme.CA:
    return trustme.CA()


def trust() -> ssl.SSLContext:
    """Build what the till ships, with the tests' authority as one more that is trusted."""
    context = _trust_the_system()
    context.load_verify_locations(cadata=_authority().cert_pem.bytes().decode("ascii"))
    return context


def _serving(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def good() -> ssl.SSLContext:
    """Return a server's context whose certificate is trusted."""
    return _serving(_authority().issue_cert(SECURE_HOST))


def expired() -> ssl.SSLContext:
    """Return one whose certificate is over."""
    return _serving(_authority().issue_cert(SECURE_HOST, not_after=LONG_AGO))


def not_yet_valid() -> ssl.SSLContext:
    """Return one whose certificate begins later, as it seems to a till whose clock is behind."""
    return _serving(
        _authority().issue_cert(
            SECURE_HOST, not_before=FAR_AHEAD, not_after=FAR_AHEAD.replace(2091)
        )
    )


def wrong_name() -> ssl.SSLContext:
    """Return one whose certificate is for another host."""
    return _serving(_authority().issue_cert("other.example.org"))


def unknown_authority() -> ssl.SSLContext:
    """Return one whose certificate nobody vouches for."""
    return _serving(trustme.CA().issue_cert(SECURE_HOST))


def self_signed() -> ssl.SSLContext:
    """Return one that shows an authority's own certificate."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with authority.cert_pem.tempfile() as shown, authority.private_key_pem.tempfile() as key:
        context.load_cert_chain(shown, key)
    return context


def old_protocol() -> ssl.SSLContext:
    """Return one that speaks nothing newer than TLS 1.1."""
    context = good()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1_1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


BAD: dict[str, Callable[[], ssl.SSLContext]] = {
    "expired": expired,
    "not yet valid": not_yet_valid,
    "wrong name": wrong_name,
    "unknown authority": unknown_authority,
    "self-signed": self_signed,
    "TLS 1.1 only": old_protocol,
}
