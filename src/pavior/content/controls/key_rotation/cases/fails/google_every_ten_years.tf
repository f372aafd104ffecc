resource "google_kms_crypto_key" "records" {
  name            = "records"
  key_ring        = "projects/orders/locations/europe-west3/keyRings/services"
  rotation_period = "315360000s"
}
