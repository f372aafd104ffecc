resource "google_redis_instance" "nothing_said" {
  name           = "nothing-said"
  memory_size_gb = 1
}
