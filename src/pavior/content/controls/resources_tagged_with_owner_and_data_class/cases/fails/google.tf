resource "google_storage_bucket" "files" {
  name     = "acme-files"
  location = "EU"
}

resource "google_compute_instance" "named_for_firewalls" {
  name         = "machine"
  machine_type = "e2-small"
  tags         = ["owner", "data-class"]
}
