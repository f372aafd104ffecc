variable "choice" {
  type = bool
}

resource "google_container_cluster" "perhaps" {
  name = "perhaps"
  private_cluster_config {
    enable_private_nodes    = true
    enable_private_endpoint = var.choice
  }
}
