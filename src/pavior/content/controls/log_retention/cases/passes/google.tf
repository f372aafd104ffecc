resource "google_logging_project_bucket_config" "a_year" {
  project        = "acme"
  location       = "global"
  bucket_id      = "a_year"
  retention_days = 365
}
