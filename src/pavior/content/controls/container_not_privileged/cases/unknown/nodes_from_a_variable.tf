variable "nodes" {
  type = string
}

resource "aws_batch_job_definition" "orders" {
  name            = "orders"
  type            = "multinode"
  node_properties = var.nodes
}
