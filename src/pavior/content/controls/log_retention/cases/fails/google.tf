resource "google_logging_project_bucket_config" "nothing_said" {
  project   = "acme"
  location  = "global"
  bucket_id = "nothing_said"
}

resource "google_logging_project_bucket_config" "a_quarter" {
  project        = "acme"
  location       = "global"
  bucket_id      = "a_quarter"
  retention_days = 90
}
