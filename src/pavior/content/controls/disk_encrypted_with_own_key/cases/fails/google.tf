resource "google_compute_disk" "data" {
  name = "data"
}

resource "google_compute_instance" "machine" {
  name         = "machine"
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

resource "google_compute_instance_template" "machines" {
  name         = "machines"
  machine_type = "e2-small"

  disk {
    source_image = "debian-cloud/debian-12"
  }

  network_interface {
    network = "main"
  }
}
