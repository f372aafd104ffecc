resource "azurerm_managed_disk" "data" {
  name = "data"
}

resource "azurerm_linux_virtual_machine" "machine" {
  name = "machine"
  os_disk {
    caching = "ReadWrite"
  }
}

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
