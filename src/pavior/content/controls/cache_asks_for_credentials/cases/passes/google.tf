resource "google_redis_instance" "asks" {
  name           = "asks"
  memory_size_gb = 1
  auth_enabled   = true
}
