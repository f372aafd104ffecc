resource "azurerm_public_ip" "out" {
  name              = "out"
  allocation_method = "Static"
}

resource "azurerm_network_interface" "out" {
  name = "out"
  ip_configuration {
    name                          = "inside"
    subnet_id                     = "subnet"
    private_ip_address_allocation = "Dynamic"
    public_ip_address_id          = azurerm_public_ip.out.id
  }
}

resource "azurerm_windows_virtual_machine_scale_set" "out" {
  name = "out"
  os_disk {
    caching = "ReadWrite"
  }

  network_interface {
    name = "inside"

    ip_configuration {
      name      = "inside"
      subnet_id = "subnet"

      public_ip_address {
        name = "out"
      }
    }
  }
}
