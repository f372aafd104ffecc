resource "aws_batch_job_definition" "orders" {
  name = "orders"
  type = "multinode"

  node_properties = jsonencode({ nodeRangeProperties = [{ targetNodes = "0:", container = { image = "orders:1", privileged = true } }] })
}
