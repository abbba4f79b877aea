"""A time-stamp authority of our own: a root, its signer, and openssl, which answers as any authority does."""

from __future__ import annotations

import subprocess
from pathlib import Path

CONFIGURATION = """
[tsa]
default_tsa = authority
[authority]
serial = {folder}/serial
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
"""
USAGE = "extendedKeyUsage = critical,timeStamping\nbasicConstraints = CA:FALSE\n"


class Authority:
    """Keys and certificates in ``folder``; ``root`` is the PEM file that vouches for its stamps."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder, self.root = folder, folder / "root.pem"
        (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder))
        (folder / "usage.cnf").write_text(USAGE)
        (folder / "serial").write_text("01")
        new = ("req", "-newkey", "rsa:2048", "-nodes", "-sha256")
        self.openssl(
            *new, "-x509", "-days", "30", "-subj", "/CN=root", "-keyout", "root.key", "-out", "root.pem"
        )
        self.openssl(*new, "-subj", "/CN=authority", "-keyout", "signer.key", "-out", "signer.csr")
        by = (
            "-CA",
            "root.pem",
            "-CAkey",
            "root.key",
            "-CAcreateserial",
            "-days",
            "30",
            "-extfile",
            "usage.cnf",
        )
        self.openssl("x509", "-req", "-in", "signer.csr", *by, "-out", "signer.pem")

    def answer(self, request: bytes) -> bytes:
        """The answer to a request, both DER."""
        (self.folder / "query").write_bytes(request)
        self.openssl("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "answer")
        return (self.folder / "answer").read_bytes()

    def openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, check=True)
