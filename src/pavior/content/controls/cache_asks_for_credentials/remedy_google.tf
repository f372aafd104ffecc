resource "google_redis_instance" "this" {
  name = "orders"
  # The fix takes the place of what stands here.
  # Until here.
}
