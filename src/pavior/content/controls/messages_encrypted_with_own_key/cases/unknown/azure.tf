variable "choice" {
  type = string
}

resource "azurerm_servicebus_namespace" "orders" {
  name = "orders"
  sku  = "Premium"

  customer_managed_key {
    key_vault_key_id = var.choice
    identity_id      = "identity"
  }
}
