resource "azurerm_kubernetes_cluster" "inside" {
  name                    = "inside"
  private_cluster_enabled = true
}
