variable "tags" {
  type = list(string)
}

resource "google_compute_firewall" "f" {
  name        = "f"
  network     = "n"
  source_tags = var.tags
  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
}
