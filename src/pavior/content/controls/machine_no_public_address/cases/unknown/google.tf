variable "choice" {
  type = list(string)
}

resource "google_compute_instance" "perhaps" {
  name         = "perhaps"
  machine_type = "e2-small"

  network_interface {
    network = "main"

    dynamic "access_config" {
      for_each = var.choice

      content {
        nat_ip = access_config.value
      }
    }
  }
}
