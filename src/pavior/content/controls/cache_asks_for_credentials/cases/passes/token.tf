resource "random_password" "token" {
  length = 32
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id       = "sessions"
  transit_encryption_enabled = true
  auth_token                 = random_password.token.result
}
