resource "google_kms_crypto_key" "disks" {
  name     = "disks"
  key_ring = "ring"
}

resource "google_compute_disk" "data" {
  name = "data"
  disk_encryption_key {
    kms_key_self_link = google_kms_crypto_key.disks.id
  }
}

resource "google_compute_instance" "machine" {
  name         = "machine"
  machine_type = "e2-small"

  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
    }
    kms_key_self_link = google_kms_crypto_key.disks.id
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

    disk_encryption_key {
      kms_key_self_link = google_kms_crypto_key.disks.id
    }
  }

  network_interface {
    network = "main"
  }
}

resource "google_compute_instance" "starts_from_that_disk" {
  name = "starts-from-that-disk"
  boot_disk {
    source = google_compute_disk.data.id
  }
}
