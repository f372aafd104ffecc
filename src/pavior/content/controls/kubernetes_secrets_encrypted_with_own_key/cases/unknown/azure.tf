variable "choice" {
  type = string
}

resource "azurerm_kubernetes_cluster" "perhaps" {
  name = "perhaps"
  key_management_service {
    key_vault_key_id = var.choice
  }
}
