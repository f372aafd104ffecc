variable "port" {
  type = string
}

resource "azurerm_network_security_group" "http" {
  name                = "http"
  location            = "westeurope"
  resource_group_name = "net"

  security_rule {
    name                       = "http"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = var.port
    source_address_prefix      = "*"
    destination_address_prefix = "*"
  }
}
