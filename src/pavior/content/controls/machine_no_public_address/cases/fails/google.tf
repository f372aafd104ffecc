resource "google_compute_instance" "any_address" {
  name         = "any-address"
  machine_type = "e2-small"

  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
    }
  }

  network_interface {
    network = "main"

    access_config {
    }
  }
}

resource "google_compute_instance" "over_ipv6" {
  name         = "over-ipv6"
  machine_type = "e2-small"

  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
    }
  }

  network_interface {
    network = "main"

    ipv6_access_config {
      network_tier = "PREMIUM"
    }
  }
}

resource "google_compute_instance_template" "any_address" {
  name         = "any-address"
  machine_type = "e2-small"

  disk {
    source_image = "debian-cloud/debian-12"
  }

  network_interface {
    network = "main"

    access_config {
      network_tier = "PREMIUM"
    }
  }
}
