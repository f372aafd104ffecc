resource "google_compute_subnetwork" "this" {
  name = "inside"
}

resource "google_compute_instance" "this" {
  name = "machine"
  # The fix takes the place of what stands here.
  network_interface {
    subnetwork = google_compute_subnetwork.this.id

    access_config {
    }
  }
  # Until here.
}
