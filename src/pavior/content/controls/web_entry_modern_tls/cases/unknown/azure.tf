variable "choice" {
  type = string
}

resource "azurerm_linux_web_app" "perhaps" {
  name = "perhaps"
  site_config {
    minimum_tls_version = var.choice
  }
}

resource "azurerm_storage_account" "perhaps" {
  name            = "perhaps"
  min_tls_version = var.choice
}
