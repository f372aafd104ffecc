resource "azurerm_disk_encryption_set" "disks" {
  name             = "disks"
  key_vault_key_id = "key"
}

resource "azurerm_managed_disk" "data" {
  name                   = "data"
  disk_encryption_set_id = azurerm_disk_encryption_set.disks.id
}

resource "azurerm_linux_virtual_machine" "machine" {
  name = "machine"
  os_disk {
    caching                = "ReadWrite"
    disk_encryption_set_id = azurerm_disk_encryption_set.disks.id
  }
}

resource "azurerm_windows_virtual_machine" "machine" {
  name = "machine"
  os_disk {
    caching                = "ReadWrite"
    disk_encryption_set_id = azurerm_disk_encryption_set.disks.id
  }
}

resource "azurerm_linux_virtual_machine_scale_set" "machines" {
  name = "machines"
  os_disk {
    caching                = "ReadWrite"
    disk_encryption_set_id = azurerm_disk_encryption_set.disks.id
  }

  network_interface {
    name = "inside"

    ip_configuration {
      name      = "inside"
      subnet_id = "subnet"
    }
  }
}
