resource "azurerm_log_analytics_workspace" "a_year" {
  name              = "a-year"
  sku               = "PerGB2018"
  retention_in_days = 365
}
