resource "google_container_cluster" "nothing_said" {
  name = "nothing-said"
}

resource "google_container_cluster" "everybody" {
  name = "everybody"
  master_authorized_networks_config {
    cidr_blocks {
      cidr_block = "0.0.0.0/0"
    }
  }
}
