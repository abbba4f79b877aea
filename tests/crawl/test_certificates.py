"""Whose certificate is taken: verified ones, and any where a site is named."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.command import lawcrawl, rows
from tests.server import Site, notice_site, serving


def self_signed(folder: Path, days: int) -> ssl.SSLContext:
    """A server's context with a certificate of its own for 127.0.0.1, which ends so many days from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    end = datetime.now(UTC) + timedelta(days=days)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(end - timedelta(days=30))
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.fixture(params=[20, -1], ids=["self-signed", "expired"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with serving(notice_site(2), self_signed(tmp_path, request.param)) as served:
        yield served


def test_a_certificate_that_cannot_be_verified_is_refused(site: Site, tmp_path: Path) -> None:
    run = lawcrawl("crawl", f"{site.url}/tzgg/", "--archive", tmp_path / "a", "--delay", "0")
    assert run.status == 1
    assert site.asked == []
    [reason] = rows(tmp_path / "a", "SELECT reason FROM failures WHERE stage = 'fetch'")
    assert "certificate cannot be verified" in reason
    assert 'certificates = "any"' in reason


def test_a_site_that_is_named_may_have_any_certificate(site: Site, tmp_path: Path) -> None:
    config = tmp_path / "lawcrawl.toml"
    host = site.url.removeprefix("https://")
    config.write_text(f'[sites."{host}"]\ncertificates = "any"\n')
    run = lawcrawl(
        "crawl",
        f"{site.url}/tzgg/",
        "--archive",
        tmp_path / "a",
        "--delay",
        "0",
        "-s",
        f"LAWCRAWL_CONFIG={config}",
    )
    assert run.status == 0, run.err
    assert rows(tmp_path / "a", "SELECT count(*) FROM articles") == [2]
