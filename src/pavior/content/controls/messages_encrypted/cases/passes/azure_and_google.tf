resource "azurerm_servicebus_namespace" "orders" {
  name = "orders"
  sku  = "Standard"
}

resource "azurerm_eventhub_namespace" "orders" {
  name = "orders"
  sku  = "Standard"
}

resource "google_pubsub_topic" "orders" {
  name = "orders"
}
