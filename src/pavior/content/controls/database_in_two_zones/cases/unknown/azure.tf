variable "choice" {
  type = string
}

resource "azurerm_postgresql_flexible_server" "perhaps" {
  name = "perhaps"
  high_availability {
    mode = var.choice
  }
}
