resource "google_kms_crypto_key" "this" {
  name     = "disks"
  key_ring = "ring"
}

resource "google_compute_disk" "this" {
  name = "orders"
  # The fix takes the place of what stands here.
  # Until here.
}
