resource "aws_batch_job_definition" "orders" {
  name = "orders"
  type = "container"

  ecs_properties = jsonencode({ taskProperties = [{ containers = [{ image = "orders:1", privileged = true }] }] })
}
