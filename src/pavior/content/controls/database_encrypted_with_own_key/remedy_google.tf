resource "google_kms_crypto_key" "this" {
  name     = "records"
  key_ring = "ring"
}

resource "google_sql_database_instance" "this" {
  name = "orders"
  # The fix takes the place of what stands here.
  # Until here.
}
