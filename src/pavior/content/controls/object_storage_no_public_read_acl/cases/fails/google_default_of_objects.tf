resource "google_storage_bucket" "b" {
  name = "b"
}
resource "google_storage_bucket_acl" "c" {
  bucket         = google_storage_bucket.b.name
  predefined_acl = "private"
  default_acl    = "publicRead"
}
