resource "google_kms_crypto_key" "this" {
  name     = "orders"
  key_ring = "ring"
}

resource "google_pubsub_topic" "this" {
  name = "orders"
  # The fix takes the place of what stands here.
  # Until here.
}
