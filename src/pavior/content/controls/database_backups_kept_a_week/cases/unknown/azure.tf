variable "choice" {
  type = number
}

resource "azurerm_mysql_flexible_server" "orders" {
  name                  = "orders"
  backup_retention_days = var.choice
}
