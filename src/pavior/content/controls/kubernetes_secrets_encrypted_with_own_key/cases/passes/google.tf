resource "google_kms_crypto_key" "records" {
  name     = "records"
  key_ring = "ring"
}

resource "google_container_cluster" "kept" {
  name = "kept"
  database_encryption {
    state    = "ENCRYPTED"
    key_name = google_kms_crypto_key.records.id
  }
}
