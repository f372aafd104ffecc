resource "google_container_cluster" "inside" {
  name = "inside"
  private_cluster_config {
    enable_private_nodes    = true
    enable_private_endpoint = true
  }
}

resource "google_container_cluster" "office_only" {
  name = "office-only"
  master_authorized_networks_config {
    cidr_blocks {
      cidr_block = "203.0.113.0/24"
    }
  }
}

resource "google_container_cluster" "nobody_from_outside" {
  name = "nobody-from-outside"
  master_authorized_networks_config {
  }
}
