resource "google_compute_instance" "inside" {
  name         = "inside"
  machine_type = "e2-small"

  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
    }
  }

  network_interface {
    network = "main"
  }
}

resource "google_compute_instance_template" "inside" {
  name         = "inside"
  machine_type = "e2-small"

  disk {
    source_image = "debian-cloud/debian-12"
  }

  network_interface {
    network = "main"
  }
}
