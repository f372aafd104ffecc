resource "azurerm_app_service" "said" {
  name = "said"
  site_config {
    min_tls_version = "1.2"
  }
}

resource "azurerm_app_service_slot" "said" {
  name = "said"
  site_config {
    min_tls_version = "1.2"
  }
}

resource "azurerm_function_app" "said" {
  name = "said"
  site_config {
    min_tls_version = "1.2"
  }
}

resource "azurerm_function_app_slot" "said" {
  name = "said"
  site_config {
    min_tls_version = "1.2"
  }
}

resource "azurerm_linux_function_app" "said" {
  name = "said"
  site_config {
    minimum_tls_version = "1.3"
  }
}

resource "azurerm_linux_function_app_slot" "said" {
  name = "said"
  site_config {
    minimum_tls_version = "1.3"
  }
}

resource "azurerm_linux_web_app" "said" {
  name = "said"
  site_config {
    minimum_tls_version = "1.3"
  }
}

resource "azurerm_linux_web_app_slot" "said" {
  name = "said"
  site_config {
    minimum_tls_version = "1.3"
  }
}

resource "azurerm_windows_function_app" "said" {
  name = "said"
  site_config {
    minimum_tls_version = "1.3"
  }
}

resource "azurerm_windows_function_app_slot" "said" {
  name = "said"
  site_config {
    minimum_tls_version = "1.3"
  }
}

resource "azurerm_windows_web_app" "said" {
  name = "said"
  site_config {
    minimum_tls_version = "1.3"
  }
}

resource "azurerm_windows_web_app_slot" "said" {
  name = "said"
  site_config {
    minimum_tls_version = "1.3"
  }
}

resource "azurerm_linux_web_app" "nothing_said" {
  name = "nothing-said"
  site_config {
  }
}

resource "azurerm_storage_account" "nothing_said" {
  name = "nothing-said"
}
