resource "azurerm_kubernetes_cluster" "inside" {
  name                    = "inside"
  private_cluster_enabled = true
}

resource "azurerm_kubernetes_cluster" "office_only" {
  name = "office-only"
  api_server_access_profile {
    authorized_ip_ranges = ["203.0.113.0/24"]
  }
}

resource "azurerm_kubernetes_cluster" "third_version" {
  name                            = "third-version"
  api_server_authorized_ip_ranges = ["203.0.113.0/24"]
}
