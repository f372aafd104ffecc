variable "choice" {
  type = string
}

resource "azurerm_managed_disk" "data" {
  name                   = "data"
  disk_encryption_set_id = var.choice
}
