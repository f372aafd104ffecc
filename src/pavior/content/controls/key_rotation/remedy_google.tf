resource "google_kms_crypto_key" "this" {
  name     = "data"
  key_ring = "ring"
  # The fix takes the place of what stands here.
  # Until here.
}
