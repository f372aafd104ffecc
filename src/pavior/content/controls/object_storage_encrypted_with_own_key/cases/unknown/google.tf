variable "choice" {
  type = string
}

resource "google_storage_bucket" "files" {
  name     = "acme-files"
  location = "EU"

  encryption {
    default_kms_key_name = var.choice
  }
}
