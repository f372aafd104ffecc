variable "period" {
  type = string
}

resource "google_kms_crypto_key" "records" {
  name            = "records"
  key_ring        = "projects/orders/locations/europe-west3/keyRings/services"
  rotation_period = "${var.period}s"
}
