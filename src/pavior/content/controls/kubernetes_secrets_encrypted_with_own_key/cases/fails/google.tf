resource "google_container_cluster" "nothing_said" {
  name = "nothing-said"
}

resource "google_container_cluster" "switched_off" {
  name = "switched-off"
  database_encryption {
    state    = "DECRYPTED"
    key_name = "projects/p/locations/l/keyRings/r/cryptoKeys/k"
  }
}
