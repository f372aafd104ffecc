resource "azurerm_kubernetes_cluster" "nothing_said" {
  name = "nothing-said"
}
