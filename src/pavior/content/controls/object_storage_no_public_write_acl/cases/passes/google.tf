resource "google_storage_bucket_acl" "files" {
  bucket      = "acme-files"
  role_entity = ["WRITER:group-platform@acme.example", "READER:allUsers"]
}
