resource "google_container_cluster" "nothing_said" {
  name = "nothing-said"
}

resource "google_container_cluster" "nodes_only" {
  name = "nodes-only"
  private_cluster_config {
    enable_private_nodes    = true
    enable_private_endpoint = false
  }
}

resource "google_container_cluster" "by_name" {
  name = "by-name"
  control_plane_endpoints_config {
    dns_endpoint_config {
      allow_external_traffic = true
    }

    ip_endpoints_config {
      enabled = false
    }
  }
}
