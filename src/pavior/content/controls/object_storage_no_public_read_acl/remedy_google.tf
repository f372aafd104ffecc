resource "google_storage_bucket_acl" "this" {
  bucket = "acme-files"
  # The fix takes the place of what stands here.
  role_entity = ["READER:allUsers"]
  # Until here.
}
