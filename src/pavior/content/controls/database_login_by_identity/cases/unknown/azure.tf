variable "choice" {
  type = bool
}

resource "azurerm_postgresql_flexible_server" "perhaps" {
  name = "perhaps"
  authentication {
    active_directory_auth_enabled = var.choice
  }
}
