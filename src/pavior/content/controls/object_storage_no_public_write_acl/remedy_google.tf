resource "google_storage_bucket_access_control" "this" {
  bucket = "acme-files"
  role   = "WRITER"
  # The fix takes the place of what stands here.
  entity = "allUsers"
  # Until here.
}
