resource "azurerm_key_vault_key" "records" {
  name         = "records"
  key_vault_id = "vault"
  key_type     = "RSA"
}

resource "azurerm_servicebus_namespace" "orders" {
  name = "orders"
  sku  = "Premium"

  customer_managed_key {
    key_vault_key_id = azurerm_key_vault_key.records.id
    identity_id      = "identity"
  }
}

resource "azurerm_eventhub_namespace" "orders" {
  name = "orders"
  sku  = "Premium"
}

resource "azurerm_eventhub_namespace_customer_managed_key" "orders" {
  eventhub_namespace_id = azurerm_eventhub_namespace.orders.id
  key_vault_key_ids     = [azurerm_key_vault_key.records.id]
}
