resource "azurerm_servicebus_namespace" "orders" {
  name = "orders"
  sku  = "Premium"
}

resource "azurerm_eventhub_namespace" "orders" {
  name = "orders"
  sku  = "Standard"
}
