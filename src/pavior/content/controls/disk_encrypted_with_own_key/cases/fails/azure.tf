resource "azurerm_managed_disk" "data" {
  name = "data"
}

resource "azurerm_linux_virtual_machine" "machine" {
  name = "machine"
  os_disk {
    caching = "ReadWrite"
  }
}

resource "azurerm_windows_virtual_machine" "machine" {
  name = "machine"
  os_disk {
    caching = "ReadWrite"
  }
}

resource "azurerm_windows_virtual_machine_scale_set" "machines" {
  name = "machines"
  os_disk {
    caching = "ReadWrite"
  }

  network_interface {
    name = "inside"

    ip_configuration {
      name      = "inside"
      subnet_id = "subnet"
    }
  }
}
