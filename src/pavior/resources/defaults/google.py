"""Google Cloud."""

from pavior.resources.defaults.row import GOOGLE, GOOGLE_PROVIDER, Default

ROWS = (
    Default(
        "google_storage_bucket",
        "server_side_encryption",
        value="AES256",
        source=f"{GOOGLE}/storage/docs/encryption/default-keys",
    ),
    Default(
        "google_storage_bucket",
        "public_access_prevention",
        value="inherited",
        source=f"{GOOGLE_PROVIDER}/storage_bucket#public_access_prevention",
    ),
    Default(
        "google_storage_bucket",
        "uniform_bucket_level_access",
        value=False,
        source=f"{GOOGLE_PROVIDER}/storage_bucket#uniform_bucket_level_access",
    ),
    Default(
        "google_storage_bucket",
        "versioning.enabled",
        value=False,
        source=f"{GOOGLE}/storage/docs/object-versioning",
    ),
    Default(
        "google_compute_firewall",
        "direction",
        value="INGRESS",
        source=f"{GOOGLE_PROVIDER}/compute_firewall#direction",
    ),
    Default(
        "google_compute_firewall",
        "disabled",
        value=False,
        source=f"{GOOGLE_PROVIDER}/compute_firewall#disabled",
    ),
    Default(
        "google_kms_crypto_key",
        "purpose",
        value="ENCRYPT_DECRYPT",
        source=f"{GOOGLE_PROVIDER}/kms_crypto_key#purpose",
    ),
)
