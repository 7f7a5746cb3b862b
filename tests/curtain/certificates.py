"""An ordinary chain of certificates: a root, one intermediate, a host's, each RSA 2048 and as long as usual."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.tools import need

# What ordinary certificates carry beside the key: where to ask for the issuer and for revocations, the
# policy, and two records of transparency logs (240 bytes, whose content no test looks at).
RECORDS = ":".join(["04", "81", "f0", "00", "ee", *["5a"] * 238])
SETTINGS = f"""
[intermediate]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, digitalSignature, keyCertSign, cRLSign
extendedKeyUsage = clientAuth, serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
authorityInfoAccess = caIssuers;URI:http://root.ca.example/
certificatePolicies = 2.23.140.1.2.1
crlDistributionPoints = URI:http://root.crl.ca.example/

[host]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth, clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
authorityInfoAccess = OCSP;URI:http://ocsp.ca.example, caIssuers;URI:http://intermediate.ca.example/
subjectAltName = DNS:news.example.org, DNS:www.news.example.org, IP:127.0.0.1
certificatePolicies = 2.23.140.1.2.1
crlDistributionPoints = URI:http://intermediate.crl.ca.example/57.crl
1.3.6.1.4.1.11129.2.4.2 = DER:{RECORDS}
"""


def make_chain(folder: Path) -> tuple[Path, Path]:
    """Make a chain in a folder; give the file of what a server sends, and that of its key."""
    settings = folder / "openssl.cnf"
    settings.write_text(SETTINGS, encoding="utf-8")

    def openssl(*words: str) -> None:
        subprocess.run([need("openssl"), *words], cwd=folder, check=True, capture_output=True)

    new = ("-newkey", "rsa:2048", "-nodes", "-sha256")
    openssl("req", "-x509", *new, "-keyout", "root.key", "-out", "root.pem", "-subj", "/O=Example Trust/CN=Root X1")
    signer = "root"
    subjects = {"intermediate": "/C=US/O=Example Trust/CN=Intermediate R3", "host": "/CN=news.example.org"}
    for name, subject in subjects.items():
        openssl("req", *new, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", subject)
        by = ("-CA", f"{signer}.pem", "-CAkey", f"{signer}.key", "-CAcreateserial", "-sha256", "-days", "60")
        openssl(
            *("x509", "-req", "-in", f"{name}.csr", *by),
            *("-extfile", str(settings), "-extensions", name, "-out", f"{name}.pem"),
        )
        signer = name
    chain = folder / "chain.pem"
    chain.write_bytes((folder / "host.pem").read_bytes() + (folder / "intermediate.pem").read_bytes())
    return chain, folder / "host.key"
