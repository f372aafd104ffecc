resource "azurerm_kubernetes_cluster" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_kubernetes_cluster" "everybody" {
  name = "everybody"
  api_server_access_profile {
    authorized_ip_ranges = ["203.0.113.0/24", "0.0.0.0/0"]
  }
}
