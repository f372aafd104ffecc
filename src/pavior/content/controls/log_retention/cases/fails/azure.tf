resource "azurerm_log_analytics_workspace" "nothing_said" {
  name = "nothing-said"
  sku  = "PerGB2018"
}

resource "azurerm_log_analytics_workspace" "a_quarter" {
  name              = "a-quarter"
  retention_in_days = 90
}
