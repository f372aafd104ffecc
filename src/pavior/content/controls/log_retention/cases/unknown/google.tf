variable "choice" {
  type = number
}

resource "google_logging_project_bucket_config" "perhaps" {
  project        = "acme"
  location       = "global"
  bucket_id      = "perhaps"
  retention_days = var.choice
}
