variable "tags" {
  type = map(string)
}

resource "azurerm_storage_account" "files" {
  name = "acmefiles"
  tags = var.tags
}

resource "google_storage_bucket" "files" {
  name     = "acme-files"
  location = "EU"
  labels   = var.tags
}
