resource "google_kms_crypto_key" "this" {
  name     = "secrets"
  key_ring = "ring"
}

resource "google_container_cluster" "this" {
  name = "orders"
  # The fix takes the place of what stands here.
  # Until here.
}
