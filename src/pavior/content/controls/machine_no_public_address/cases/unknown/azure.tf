variable "choice" {
  type = string
}

resource "azurerm_network_interface" "perhaps" {
  name = "perhaps"
  ip_configuration {
    name                          = "inside"
    subnet_id                     = "subnet"
    private_ip_address_allocation = "Dynamic"
    public_ip_address_id          = var.choice
  }
}
