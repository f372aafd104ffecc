variable "choice" {
  type = string
}

resource "google_container_cluster" "perhaps" {
  name = "perhaps"
  master_authorized_networks_config {
    cidr_blocks {
      cidr_block = var.choice
    }
  }
}
