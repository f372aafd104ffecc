resource "azurerm_app_service" "old" {
  name = "old"
  site_config {
    min_tls_version = "1.1"
  }
}

resource "azurerm_app_service_slot" "old" {
  name = "old"
  site_config {
    min_tls_version = "1.1"
  }
}

resource "azurerm_function_app" "old" {
  name = "old"
  site_config {
    min_tls_version = "1.1"
  }
}

resource "azurerm_function_app_slot" "old" {
  name = "old"
  site_config {
    min_tls_version = "1.1"
  }
}

resource "azurerm_linux_function_app" "old" {
  name = "old"
  site_config {
    minimum_tls_version = "1.0"
  }
}

resource "azurerm_linux_function_app_slot" "old" {
  name = "old"
  site_config {
    minimum_tls_version = "1.0"
  }
}

resource "azurerm_linux_web_app" "old" {
  name = "old"
  site_config {
    minimum_tls_version = "1.0"
  }
}

resource "azurerm_linux_web_app_slot" "old" {
  name = "old"
  site_config {
    minimum_tls_version = "1.0"
  }
}

resource "azurerm_windows_function_app" "old" {
  name = "old"
  site_config {
    minimum_tls_version = "1.0"
  }
}

resource "azurerm_windows_function_app_slot" "old" {
  name = "old"
  site_config {
    minimum_tls_version = "1.0"
  }
}

resource "azurerm_windows_web_app" "old" {
  name = "old"
  site_config {
    minimum_tls_version = "1.0"
  }
}

resource "azurerm_windows_web_app_slot" "old" {
  name = "old"
  site_config {
    minimum_tls_version = "1.0"
  }
}

resource "azurerm_storage_account" "old" {
  name            = "old"
  min_tls_version = "TLS1_0"
}
