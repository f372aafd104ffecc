resource "google_compute_firewall" "this" {
  name          = "http"
  network       = "default"
  source_ranges = ["0.0.0.0/0"]
  # The fix takes the place of what stands here.
  allow {
    protocol = "tcp"
    ports    = ["80"]
  }
  # Until here.
}
