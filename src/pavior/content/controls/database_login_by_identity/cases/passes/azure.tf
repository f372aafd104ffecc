resource "azurerm_postgresql_flexible_server" "by_identity" {
  name = "by-identity"
  authentication {
    active_directory_auth_enabled = true
  }
}

resource "azurerm_mssql_server" "by_identity" {
  name = "by-identity"
  azuread_administrator {
    login_username = "platform"
    object_id      = "group"
  }
}

resource "azurerm_mssql_managed_instance" "by_identity" {
  name = "by-identity"
  azuread_administrator {
    login_username = "platform"
    object_id      = "group"
  }
}
