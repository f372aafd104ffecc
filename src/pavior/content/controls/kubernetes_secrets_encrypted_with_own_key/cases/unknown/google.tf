variable "choice" {
  type = string
}

resource "google_container_cluster" "perhaps" {
  name = "perhaps"
  database_encryption {
    state    = "ENCRYPTED"
    key_name = var.choice
  }
}
