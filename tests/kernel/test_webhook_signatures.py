"""Signatures of our requests, checked as receivers check them."""

import base64
import hashlib
import hmac

from clickclack.kernel import webhook_signatures


def test_the_signature_of_the_contract_has_its_vector():
    signature = webhook_signatures.of_timestamp("ccs_test", 1790000000, b'{"a":1}')
    assert signature == "sha256=96a91bbcb34e48a2e9e78471d084e7abcd5e6bdd463cf91aa2744ac7e7cdd6ca"


def test_a_verifier_of_standard_webhooks_accepts_ours_with_the_secret_in_its_form():
    secret, body = "ccs_test", b'{"a":1}'
    headers = webhook_signatures.standard(secret, "dlv_1", 1790000000, body)
    theirs = "whsec_" + base64.b64encode(secret.encode()).decode()
    key = base64.b64decode(theirs.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body.decode()}".encode()
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
