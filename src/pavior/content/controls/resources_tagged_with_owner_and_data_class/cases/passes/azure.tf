resource "azurerm_storage_account" "files" {
  name = "acmefiles"

  tags = {
    Owner      = "payments"
    Data-Class = "confidential"
  }
}
