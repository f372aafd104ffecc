resource "google_storage_bucket" "files" {
  name     = "acme-files"
  location = "EU"

  labels = {
    owner      = "payments"
    data-class = "confidential"
  }
}

resource "google_compute_instance" "named_for_firewalls" {
  name         = "machine"
  machine_type = "e2-small"
  tags         = ["web"]

  labels = {
    owner      = "payments"
    data-class = "internal"
  }
}
