variable "choice" {
  type = bool
}

resource "google_storage_bucket" "files" {
  name     = "acme-files"
  location = "EU"

  versioning {
    enabled = var.choice
  }
}
