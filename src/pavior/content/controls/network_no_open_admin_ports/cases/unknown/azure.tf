variable "from" {
  type = string
}

resource "azurerm_network_security_group" "ssh" {
  name                = "ssh"
  location            = "westeurope"
  resource_group_name = "net"

  security_rule {
    name                       = "ssh"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = "22"
    source_address_prefix      = var.from
    destination_address_prefix = "*"
  }
}
