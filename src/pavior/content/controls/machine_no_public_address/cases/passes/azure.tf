resource "azurerm_network_interface" "inside" {
  name = "inside"
  ip_configuration {
    name                          = "inside"
    subnet_id                     = "subnet"
    private_ip_address_allocation = "Dynamic"
  }
}

resource "azurerm_linux_virtual_machine_scale_set" "inside" {
  name = "inside"
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
