resource "azurerm_app_service" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_app_service_slot" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_function_app" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_function_app_slot" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_linux_function_app" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_linux_function_app_slot" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_linux_web_app" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_linux_web_app_slot" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_windows_function_app" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_windows_function_app_slot" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_windows_web_app" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_windows_web_app_slot" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_linux_web_app" "both" {
  name       = "both"
  https_only = false
}
