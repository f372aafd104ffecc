resource "google_kms_crypto_key" "data" {
  name            = "data"
  key_ring        = "ring"
  rotation_period = "7776000s"
}

resource "google_kms_crypto_key" "signing" {
  name     = "signing"
  key_ring = "ring"
  purpose  = "ASYMMETRIC_SIGN"
}
