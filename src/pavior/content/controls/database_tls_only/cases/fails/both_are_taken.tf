resource "aws_elasticache_replication_group" "sessions" {
  transit_encryption_enabled = true
  transit_encryption_mode    = "preferred"
}

resource "aws_db_instance" "ledger" {
  engine               = "db2-se"
  parameter_group_name = aws_db_parameter_group.ledger.name
}

resource "aws_db_parameter_group" "ledger" {
  name   = "ledger"
  family = "db2-se-11.5"
  parameter {
    name  = "db2comm"
    value = "TCPIP,SSL"
  }
}

resource "aws_docdb_cluster_parameter_group" "papers" {
  family = "docdb5.0"
  parameter {
    name  = "tls"
    value = "disabled"
  }
}
