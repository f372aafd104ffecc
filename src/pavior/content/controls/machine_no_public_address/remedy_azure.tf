resource "azurerm_subnet" "this" {
  name = "inside"
}

resource "azurerm_network_interface" "this" {
  name = "machine"
  # The fix takes the place of what stands here.
  ip_configuration {
    name                          = "out"
    subnet_id                     = azurerm_subnet.this.id
    private_ip_address_allocation = "Dynamic"
    public_ip_address_id          = "address"
  }
  # Until here.
}
