resource "google_compute_firewall" "this" {
  name    = "ssh"
  network = "default"

  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
  # The fix takes the place of what stands here.
  source_ranges = ["0.0.0.0/0"]
  # Until here.
}
