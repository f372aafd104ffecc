resource "google_kms_crypto_key_iam_member" "owns" {
  crypto_key_id = "key"
  role          = "roles/owner"
  member        = "group:platform@acme.example"
}
