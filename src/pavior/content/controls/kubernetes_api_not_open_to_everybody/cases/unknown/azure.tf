variable "choice" {
  type = list(string)
}

resource "azurerm_kubernetes_cluster" "perhaps" {
  name = "perhaps"
  api_server_access_profile {
    authorized_ip_ranges = var.choice
  }
}
