variable "choice" {
  type = number
}

resource "azurerm_log_analytics_workspace" "perhaps" {
  name              = "perhaps"
  retention_in_days = var.choice
}
