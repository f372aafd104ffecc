resource "google_kms_crypto_key" "files" {
  name     = "files"
  key_ring = "ring"
}

resource "google_storage_bucket" "files" {
  name     = "acme-files"
  location = "EU"

  encryption {
    default_kms_key_name = google_kms_crypto_key.files.id
  }
}
