resource "google_storage_bucket" "files" {
  name     = "acme-files"
  location = "EU"
}


resource "google_storage_bucket" "switched_off" {
  name     = "acme-files"
  location = "EU"

  versioning {
    enabled = false
  }
}
