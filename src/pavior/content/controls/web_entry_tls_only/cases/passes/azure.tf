resource "azurerm_app_service" "sends_on" {
  name       = "sends-on"
  https_only = true
}

resource "azurerm_app_service_slot" "sends_on" {
  name       = "sends-on"
  https_only = true
}

resource "azurerm_function_app" "sends_on" {
  name       = "sends-on"
  https_only = true
}

resource "azurerm_function_app_slot" "sends_on" {
  name       = "sends-on"
  https_only = true
}

resource "azurerm_linux_function_app" "sends_on" {
  name       = "sends-on"
  https_only = true
}

resource "azurerm_linux_function_app_slot" "sends_on" {
  name       = "sends-on"
  https_only = true
}

resource "azurerm_linux_web_app" "sends_on" {
  name       = "sends-on"
  https_only = true
}

resource "azurerm_linux_web_app_slot" "sends_on" {
  name       = "sends-on"
  https_only = true
}

resource "azurerm_windows_function_app" "sends_on" {
  name       = "sends-on"
  https_only = true
}

resource "azurerm_windows_function_app_slot" "sends_on" {
  name       = "sends-on"
  https_only = true
}

resource "azurerm_windows_web_app" "sends_on" {
  name       = "sends-on"
  https_only = true
}

resource "azurerm_windows_web_app_slot" "sends_on" {
  name       = "sends-on"
  https_only = true
}
