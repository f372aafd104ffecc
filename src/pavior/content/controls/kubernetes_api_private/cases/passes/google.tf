resource "google_container_cluster" "inside" {
  name = "inside"
  private_cluster_config {
    enable_private_nodes    = true
    enable_private_endpoint = true
  }
}

resource "google_container_cluster" "no_address" {
  name = "no-address"
  control_plane_endpoints_config {
    ip_endpoints_config {
      enabled = false
    }
  }
}
