resource "azurerm_mysql_flexible_server" "this" {
  name = "orders"
  # The fix takes the place of what stands here.
  backup_retention_days = 1
  # Until here.
}
