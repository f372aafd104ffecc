resource "google_kms_crypto_key" "records" {
  name     = "records"
  key_ring = "ring"
}

resource "google_pubsub_topic" "orders" {
  name         = "orders"
  kms_key_name = google_kms_crypto_key.records.id
}
