resource "google_kms_crypto_key" "data" {
  name     = "data"
  key_ring = "ring"
}
