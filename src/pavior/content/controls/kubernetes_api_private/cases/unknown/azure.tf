variable "choice" {
  type = bool
}

resource "azurerm_kubernetes_cluster" "perhaps" {
  name                    = "perhaps"
  private_cluster_enabled = var.choice
}
