variable "from" {
  type = list(string)
}

resource "google_compute_firewall" "ssh" {
  name          = "ssh"
  network       = "default"
  source_ranges = var.from

  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
}
