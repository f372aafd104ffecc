variable "choice" {
  type = bool
}

resource "azurerm_linux_web_app" "perhaps" {
  name       = "perhaps"
  https_only = var.choice
}
