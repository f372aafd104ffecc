resource "google_logging_project_bucket_config" "this" {
  bucket_id = "logs"
  # The fix takes the place of what stands here.
  # Until here.
}
