resource "azurerm_disk_encryption_set" "this" {
  name             = "disks"
  key_vault_key_id = "key"
}

resource "azurerm_managed_disk" "this" {
  name = "orders"
  # The fix takes the place of what stands here.
  # Until here.
}
